using System.Globalization;
using System.Net;
using System.Text;

namespace LeadGen.Fakes;

/// <summary>The page for people: the records, a stage or a value to change, the hook's address, something to go wrong.</summary>
internal static class FakePage
{
    private const string Style = """
        body{font:14px/20px system-ui,sans-serif;margin:24px;color:#1c1f23;background:#fbfaf8}
        table{border-collapse:collapse;background:#fff;width:100%}td,th{border:1px solid #e7e5e0;padding:6px 8px;text-align:left;vertical-align:top}
        form{display:inline-flex;gap:6px;margin:0 0 4px}h1{font-size:20px}h2{font-size:16px;margin:20px 0 8px}.muted{color:#5b636d}
        """;

    public static void Map(WebApplication app, FakeVendor vendor)
    {
        app.MapGet("/", () => Results.Content(Draw(vendor), "text/html; charset=utf-8"));
        app.MapPost("/fake/change", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            await vendor.ChangeAsync(form["kind"]!, form["id"]!, form["property"]!, form["value"]!);
            return Results.Redirect("/");
        });
        app.MapPost("/fake/delete", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            await vendor.DeleteAsync(form["kind"]!, form["id"]!);
            return Results.Redirect("/");
        });
        app.MapPost("/fake/hook", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            vendor.Hook = string.IsNullOrWhiteSpace(form["address"]) ? null : new HookTarget(form["address"]!, form["secret"]!);
            return Results.Redirect("/");
        });
        app.MapPost("/fake/fault", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            vendor.Faults.Plan(Enum.Parse<Fault>(form["fault"]!), int.Parse(form["times"]!, CultureInfo.InvariantCulture));
            return Results.Redirect("/");
        });
    }

    private static string Draw(FakeVendor vendor)
    {
        var page = new StringBuilder($"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{vendor.Name}</title><style>{Style}</style></head><body>
            <h1>{vendor.Name}, pretended</h1>
            <pre class="muted">{Safe(vendor.Credentials)}</pre>
            <form method="post" action="/fake/hook"><label>Hook <input name="address" size="60" value="{Safe(vendor.Hook?.Address)}"></label>
            <label>Secret <input name="secret" value="{Safe(vendor.Hook?.Secret)}"></label><button>Set</button></form>
            <form method="post" action="/fake/fault"><label>Next calls <select name="fault">{Options(Enum.GetNames<Fault>(), vendor.Faults.Planned.ToString())}</select></label>
            <label>times <input name="times" value="1" size="4"></label><button>Plan</button></form>
            <p class="muted">{vendor.Calls.Count} calls so far. Hooks answered: {string.Join(", ", vendor.HookAnswers.TakeLast(10))}</p>
            """);
        foreach (var kind in vendor.Records.GroupBy(r => r.Kind))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Safe(kind.Key)} ({kind.Count()})</h2><table><tr><th>Id</th><th>Values</th><th>Change</th></tr>");
            foreach (var record in kind.Take(200))
            {
                page.Append(Row(record));
            }

            page.Append("</table>");
        }

        return page.Append("</body></html>").ToString();
    }

    private static string Row(FakeRecord record)
    {
        var hidden = $"""<input type="hidden" name="kind" value="{Safe(record.Kind)}"><input type="hidden" name="id" value="{Safe(record.Id)}">""";
        var stage = record.Stage is null ? "" : $"""
            <form method="post" action="/fake/change">{hidden}<input type="hidden" name="property" value="{Safe(record.Stage)}">
            <select name="value" aria-label="Stage">{Options(record.Stages, record.Values.GetValueOrDefault(record.Stage))}</select><button>Set the stage</button></form>
            """;
        return $"""
            <tr id="{Safe(record.Kind)}-{Safe(record.Id)}"><td>{Safe(record.Id)}</td>
            <td>{string.Join("<br>", record.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"<b>{Safe(v.Key)}</b> {Safe(v.Value)}"))}</td>
            <td>{stage}<form method="post" action="/fake/change">{hidden}<input name="property" placeholder="property" aria-label="Property">
            <input name="value" placeholder="value" aria-label="Value"><button>Set</button></form>
            <form method="post" action="/fake/delete">{hidden}<button>Delete</button></form></td></tr>
            """;
    }

    private static string Options(IEnumerable<string> values, string? chosen) =>
        string.Concat(values.Select(v => $"<option{(v == chosen ? " selected" : "")}>{Safe(v)}</option>"));

    private static string Safe(string? text) => WebUtility.HtmlEncode(text ?? "");
}
