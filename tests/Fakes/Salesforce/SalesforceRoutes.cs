using System.Globalization;
using System.Text.Json;

namespace LeadGen.Fakes.Salesforce;

/// <summary>Queries, descriptions, collections, the log of deletions, fields of one's own.</summary>
internal sealed class SalesforceRoutes(SalesforceStore store, SalesforceWrites writes, SalesforceFake fake)
{
    private const int Most = 200;
    private readonly Dictionary<string, List<object>> rest = [];

    public void Map(WebApplication app)
    {
        const string data = "/services/data/{version}";
        app.MapGet(data + "/query", (string q) => Query(q, false));
        app.MapGet(data + "/queryAll", (string q) => Query(q, true));
        app.MapGet(data + "/query/{locator}", (string locator) => rest.Remove(locator, out var more) ? Page(more) : SalesforceAnswers.Error(400, "INVALID_QUERY_LOCATOR", "invalid query locator"));
        app.MapGet(data + "/sobjects/{type}/describe", (string type) => store.Columns.TryGetValue(type, out var columns)
            ? Results.Json(new { name = type, createable = fake.MayWrite, updateable = fake.MayWrite, fields = columns.Where(c => !c.Hidden).Select(c => c.Wire()) })
            : SalesforceAnswers.Error(404, "NOT_FOUND", "The requested resource does not exist"));
        app.MapGet(data + "/sobjects/{type}/deleted/", Deleted);
        app.MapPost(data + "/tooling/sobjects/CustomField", AddField);
        app.MapPatch(data + "/composite/sobjects", (JsonElement body) => Save(body, null, null, false));
        app.MapPost(data + "/composite/sobjects", (JsonElement body) => Save(body, null, null, true));
        app.MapPatch(data + "/composite/sobjects/{type}/{field}", (string type, string field, JsonElement body) => Save(body, type, field, false));
        app.MapPost(data + "/composite/sobjects/{type}", Retrieve);
        app.MapGet("/services/oauth2/userinfo", () => Results.Json(new { sub = $"{fake.Address}/id/{store.Company}/{store.User}", user_id = store.User, organization_id = store.Company }));
    }

    private IResult Query(string text, bool deletedToo)
    {
        try
        {
            var query = SoqlQuery.Parse(text);
            if (!SalesforceStandard.Prefixes.ContainsKey(query.From))
            {
                return SalesforceAnswers.Error(400, "INVALID_TYPE", $"sObject type '{query.From}' is not supported.");
            }

            if (store.Columns.TryGetValue(query.From, out var columns)
                && query.Fields.FirstOrDefault(f => !f.Contains('.', StringComparison.Ordinal) && !columns.Exists(c => !c.Hidden && c.Name == f)) is { } unknown)
            {
                return SalesforceAnswers.Error(400, "INVALID_FIELD", $"No such column '{unknown}' on entity '{query.From}'.");
            }

            return Page([.. query.Run(store, deletedToo).Select(r => Row(r, query.Fields))]);
        }
        catch (FormatException error)
        {
            return SalesforceAnswers.Error(400, "MALFORMED_QUERY", error.Message);
        }
    }

    private IResult Page(List<object> rows)
    {
        if (rows.Count <= fake.QueryPage)
        {
            return Results.Json(new { totalSize = rows.Count, done = true, records = rows });
        }

        var locator = "01g" + Guid.NewGuid().ToString("N")[..12];
        rest[locator] = rows[fake.QueryPage..];
        return Results.Json(new { totalSize = rows.Count, done = false, nextRecordsUrl = $"/services/data/v66.0/query/{locator}", records = rows[..fake.QueryPage] });
    }

    private Dictionary<string, object?> Row(SalesforceRow row, IEnumerable<string> fields)
    {
        var wire = new Dictionary<string, object?> { ["attributes"] = new { type = row.Type, url = $"/services/data/v66.0/sobjects/{row.Type}/{row.Id}" } };
        foreach (var field in fields)
        {
            var value = SalesforceAnswers.Wire(SoqlQuery.Value(row, field, store));
            var dot = field.IndexOf('.', StringComparison.Ordinal);
            wire[dot < 0 ? field : field[..dot]] = dot < 0 ? value : new Dictionary<string, object?> { [field[(dot + 1)..]] = value };
        }

        return wire;
    }

    private IResult Deleted(string type, string start, string end)
    {
        var from = Minute(DateTimeOffset.Parse(start, CultureInfo.InvariantCulture).UtcDateTime);
        var to = Minute(DateTimeOffset.Parse(end, CultureInfo.InvariantCulture).UtcDateTime);
        if (to - from < TimeSpan.FromMinutes(1) || from < store.Now.AddDays(-15).AddMinutes(-1))
        {
            return SalesforceAnswers.Error(400, "INVALID_REPLICATION_DATE", "startDate before org replication enabled date, or after endDate");
        }

        return Results.Json(new
        {
            deletedRecords = store.Deleted(type, from, to).Select(d => new { id = d.Id, deletedDate = SalesforceAnswers.Iso(d.At) }),
            earliestDateAvailable = SalesforceAnswers.Iso(store.Now.AddDays(-15)),
            latestDateCovered = SalesforceAnswers.Iso(to),
        });

        static DateTime Minute(DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMinute));
    }

    private IResult AddField(JsonElement body)
    {
        if (!fake.MayCustomize)
        {
            return SalesforceAnswers.Error(403, "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id");
        }

        var name = body.GetProperty("FullName").GetString()!.Split('.');
        var metadata = body.GetProperty("Metadata");
        if (store.Columns[name[0]].Exists(c => c.Name == name[1]))
        {
            return SalesforceAnswers.Error(400, "DUPLICATE_DEVELOPER_NAME", "There is already a field named that");
        }

        var type = metadata.GetProperty("type").GetString();
        if (!name[1].EndsWith("__c", StringComparison.Ordinal) || type == "Text" && !metadata.TryGetProperty("length", out _))
        {
            return SalesforceAnswers.Error(400, "FIELD_INTEGRITY_EXCEPTION", "Invalid fullName or no length");
        }

        store.Columns[name[0]].Add(new SalesforceColumn(name[1], metadata.GetProperty("label").GetString()!, type switch
        {
            "Number" => "double",
            "Checkbox" => "boolean",
            "DateTime" => "datetime",
            "Picklist" => "picklist",
            "MultiselectPicklist" => "multipicklist",
            _ => "string",
        })
        {
            Hidden = true,
            External = metadata.TryGetProperty("externalId", out var external) && external.GetBoolean(),
            Length = metadata.TryGetProperty("length", out var length) ? length.GetInt32() : 255,
        });
        return Results.Json(new { id = "00N" + Guid.NewGuid().ToString("N")[..15], success = true, errors = Array.Empty<object>() }, statusCode: 201);
    }

    private IResult Save(JsonElement body, string? type, string? field, bool isNew)
    {
        var records = body.GetProperty("records").EnumerateArray().ToList();
        if (records.Count is 0 or > Most)
        {
            return SalesforceAnswers.Error(400, "EXCEEDED_ID_LIMIT", $"record limit reached. cannot submit more than {Most} records into this call");
        }

        if (field is not null && writes.Column(type!, field) is not { External: true })
        {
            return SalesforceAnswers.Error(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: " + field);
        }

        if (field is not null && records.Exists(r => r.TryGetProperty("id", out _) || r.TryGetProperty("Id", out _)))
        {
            return SalesforceAnswers.Error(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.");
        }

        if (records.Select(r => r.TryGetProperty("id", out var id) ? id.GetString() : null).OfType<string>().GroupBy(id => id).Any(g => g.Count() > 1))
        {
            return SalesforceAnswers.Error(400, "DUPLICATE_VALUE", "duplicate id specified in the list");
        }

        foreach (var record in records)
        {
            if (writes.Unreadable(TypeOf(record), record) is { } reason)
            {
                return SalesforceAnswers.Error(400, reason.StartsWith("No", StringComparison.Ordinal) ? "INVALID_FIELD" : "JSON_PARSER_ERROR", reason);
            }
        }

        var partial = fake.Faults.Take(Fault.Partial) == Fault.Partial;
        return Results.Json(records.Select((r, i) => partial && i == 0
            ? SalesforceAnswers.Refused("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Phone numbers start with +", "Phone")
            : One(r, field, isNew)).ToList());
    }

    private object One(JsonElement record, string? field, bool isNew)
    {
        var type = TypeOf(record);
        var values = record.EnumerateObject().Where(p => p.Name is not ("attributes" or "id"))
            .Select(p => new KeyValuePair<string, object?>(p.Name, writes.Typed(type, p.Name, Plain(p.Value)))).ToList();
        var saved = field is not null ? writes.Upsert(type, field, values)
            : isNew ? writes.Create(type, values)
            : record.TryGetProperty("id", out var id) ? writes.Update(type, id.GetString()!, values)
            : SalesforceAnswers.Refused("MISSING_ARGUMENT", "Id not specified in an update call");
        if (type == "FieldPermissions" && values.Find(v => v.Key == "Field").Value is string shown && shown.Split('.') is [var target, var column])
        {
            store.Columns[target].Find(c => c.Name == column)!.Hidden = false;
        }

        return saved;
    }

    private IResult Retrieve(string type, JsonElement body)
    {
        var fields = body.GetProperty("fields").EnumerateArray().Select(f => f.GetString()!).ToList();
        if (fields.Find(f => writes.Column(type, f) is null) is { } unknown)
        {
            return SalesforceAnswers.Error(400, "INVALID_FIELD", $"No such column '{unknown}' on sobject of type {type}");
        }

        return Results.Json(body.GetProperty("ids").EnumerateArray()
            .Select(id => store.Find(id.GetString()!) is { Deleted: false, Purged: false } row && row.Type == type ? Row(row, fields) : null));
    }

    private static string TypeOf(JsonElement record) => record.GetProperty("attributes").GetProperty("type").GetString()!;

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetDecimal(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
