using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeadGen.Fakes.Webhook;

/// <summary>
/// A system of somebody's own that takes signed JSON, by Standard Webhooks 1.0.0: <c>POST /leads</c> with <c>ping</c> and <c>lead.push</c>; what
/// changes here goes to the hook, signed with the same secret. Signatures older than five minutes and wrong ones get 401.
/// </summary>
public sealed class WebhookFake : FakeVendor
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly ConcurrentDictionary<string, Dictionary<string, string>> leads = new();

    public override string Name => "Signed webhook";

    public override string Credentials => $"""
        address          {Address}/leads
        signing secret   {Secret}
        """;

    public override IReadOnlyList<FakeRecord> Records =>
        [.. leads.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => new FakeRecord("leads", l.Key, l.Value, "stage") { Stages = ["", "MeetingBooked", "Won", "Lost"] })];

    public override Task ChangeAsync(string kind, string id, string property, string value)
    {
        leads[id] = new Dictionary<string, string>(leads[id]) { [property] = value };
        var data = new JsonObject { ["id"] = id };
        data[property == "stage" ? "stage" : "fields"] = property == "stage" ? value : new JsonObject { [property] = value };
        return FireAsync(data);
    }

    public override Task DeleteAsync(string kind, string id)
    {
        leads.TryRemove(id, out _);
        return FireAsync(new JsonObject { ["id"] = id, ["deleted"] = true });
    }

    /// <summary>A call of the hook.</summary>
    public static HttpRequestMessage Prove(HookTarget hook, DateTimeOffset now, string body)
    {
        var (id, seconds) = ("msg_" + Guid.NewGuid().ToString("N"), now.ToUnixTimeSeconds().Text());
        var call = new HttpRequestMessage(HttpMethod.Post, hook.Address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        call.Headers.Add("webhook-id", id);
        call.Headers.Add("webhook-timestamp", seconds);
        call.Headers.TryAddWithoutValidation("webhook-signature", "v1," + Sign(hook.Secret, $"{id}.{seconds}.{body}"));
        return call;
    }

    protected override IResult Limited(bool daily) => Results.StatusCode(429);

    protected override void Map(WebApplication app) => app.MapPost("/leads", (Delegate)TakeAsync);

    private async Task<IResult> TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var (id, seconds) = (context.Request.Headers["webhook-id"].ToString(), context.Request.Headers["webhook-timestamp"].ToString());
        var isLate = !long.TryParse(seconds, CultureInfo.InvariantCulture, out var at) || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - at) > 300;
        if (isLate || !context.Request.Headers["webhook-signature"].ToString().Split(' ').Contains("v1," + Sign(Secret, $"{id}.{seconds}.{body}")))
        {
            return Results.StatusCode(401);
        }

        using var document = JsonDocument.Parse(body);
        if (document.RootElement.GetProperty("type").GetString() == "lead.push")
        {
            var data = document.RootElement.GetProperty("data");
            var values = data.GetProperty("person").EnumerateObject().Concat(data.GetProperty("company").EnumerateObject()).DistinctBy(p => p.Name)
                .ToDictionary(p => p.Name, p => p.Value.ToString());
            leads.AddOrUpdate(
                data.GetProperty("id").GetString()!,
                values,
                (_, known) => known.Where(k => !values.ContainsKey(k.Key)).Concat(values).ToDictionary());
        }

        return Results.Ok();
    }

    private static string Sign(string secret, string text) =>
        Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes(text)));

    private Task FireAsync(JsonObject data)
    {
        var body = new JsonObject { ["type"] = "lead.changed", ["timestamp"] = DateTime.UtcNow.ToString("O"), ["data"] = data }.ToJsonString();
        return Hook is { } hook ? SendAsync(Prove(hook, DateTimeOffset.UtcNow, body)) : Task.CompletedTask;
    }
}
