using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LeadGen.Fakes.Salesforce;

/// <summary>
/// A Salesforce organisation: OAuth (consent with PKCE, JWT bearer, refresh with rotation), REST API v66.0 (query, queryAll, describe, collections, deleted), the
/// Tooling API's custom fields and Bulk API 2.0 ingest, as far as developer.salesforce.com describes them and LeadGen uses them. It sends no hooks.
/// </summary>
public sealed class SalesforceFake : FakeVendor
{
    public const string ClientId = "3MVG9.fake.consumer";
    public const string ClientSecret = "fake-consumer-secret";
    public const string UserName = "leadgen@northwind.example";
    public const string IdField = "LeadGen_Id__c";

    private readonly SalesforceStore store = new();
    private readonly SalesforceWrites writes;
    private readonly RSA key = RSA.Create(2048);
    private readonly HashSet<string> sessions = ["00D.fake.session"];
    private readonly Lock gate = new();
    private long used;

    public SalesforceFake()
    {
        writes = new SalesforceWrites(store);
        Consent = new FakeConsent(this, ClientId, ClientSecret, "/services/oauth2/authorize", "api", "refresh_token") { NeedsPkce = true };
    }

    public FakeConsent Consent { get; }

    public override string Name => "Salesforce";

    public override string Credentials => $"""
        login server     {Address}
        consumer key     {ClientId}
        user name        {UserName}
        consumer secret  {ClientSecret}
        refresh token    {RefreshToken}
        private key
        {PrivateKey}
        """;

    public string PrivateKey => key.ExportPkcs8PrivateKeyPem();

    /// <summary>Good for one use: each renewal brings a new one.</summary>
    public string RefreshToken { get; private set; } = "5Aep.fake.refresh.0";

    /// <summary>A session that is there from the start.</summary>
    public static string Session => "00D.fake.session";

    /// <summary>The day's calls.</summary>
    public long Limit { get; set; } = 100_000;

    public long Used
    {
        get => used;
        set => used = value;
    }

    /// <summary>Rows of one answer to a query.</summary>
    public int QueryPage { get; set; } = 2000;

    public bool MayCustomize { get; set; } = true;

    public bool MayWrite { get; set; } = true;

    public bool BlocksDuplicates
    {
        get => writes.BlocksDuplicates;
        set => writes.BlocksDuplicates = value;
    }

    public Func<DateTime> Clock
    {
        get => store.Clock;
        set => store.Clock = value;
    }

    public override IReadOnlyList<FakeRecord> Records =>
    [
        .. new[] { "Lead", "Contact", "Account", "Opportunity" }.SelectMany(store.All).Where(r => !r.Deleted).Select(r => new FakeRecord(
            r.Type,
            r.Id,
            r.Values.Where(v => v.Value is not null).ToDictionary(v => v.Key, v => System.Convert.ToString(SalesforceAnswers.Wire(v.Value), CultureInfo.InvariantCulture)!),
            r.Type switch { "Lead" => "Status", "Opportunity" => "StageName", _ => null })
        {
            Stages = r.Type == "Lead" ? SalesforceStandard.Statuses : [.. SalesforceStandard.Stages.Select(s => s.Name)],
        }),
    ];

    /// <summary>All sessions end.</summary>
    public void ExpireSessions()
    {
        lock (gate)
        {
            sessions.Clear();
        }
    }

    /// <summary>The field for LeadGen's id, as an administrator adds it; shown to everybody.</summary>
    public void AddIdField(string type = "Lead") =>
        store.Columns[type].Add(new SalesforceColumn(IdField, "LeadGen Id", "string") { External = true, Length = 36 });

    public string Add(string type, params (string Name, object? Value)[] values) => store.Create(type, values.ToDictionary(v => v.Name, v => v.Value)).Id;

    public string? Value(string id, string field) => System.Convert.ToString(store.Find(id)?[field], CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Ids(string type) => [.. store.All(type).Where(r => !r.Deleted).Select(r => r.Id)];

    /// <summary>Somebody else is changing the record for so many tries.</summary>
    public void Lock(string id, int tries) => writes.Locked[id] = tries;

    /// <summary>A person changes one value; setting <c>IsConverted</c> to <c>true</c> converts a lead.</summary>
    public override Task ChangeAsync(string kind, string id, string property, string value)
    {
        if (kind == "Lead" && property == "IsConverted")
        {
            Convert(id);
        }
        else
        {
            store.Update(store.Find(id) ?? throw new InvalidOperationException($"There is no {kind} {id}."), new Dictionary<string, object?> { [property] = writes.Typed(kind, property, value) });
        }

        return Task.CompletedTask;
    }

    public override Task DeleteAsync(string kind, string id)
    {
        store.Delete(id);
        return Task.CompletedTask;
    }

    /// <summary>A person merges two records; the second goes to the recycle bin.</summary>
    public void Merge(string winner, string loser)
    {
        store.Delete(loser, winner);
        store.Update(store.Find(winner)!, new Dictionary<string, object?>());
    }

    /// <summary>The recycle bin is emptied.</summary>
    public void Purge(string id) => store.Find(id)!.Purged = true;

    /// <summary>A person converts a lead.</summary>
    /// <returns>The opportunity.</returns>
    public string Convert(string lead)
    {
        var row = store.Find(lead)!;
        var deal = Add("Opportunity", ("Name", row["Company"]), ("StageName", "Prospecting"));
        store.Update(row, new Dictionary<string, object?> { ["IsConverted"] = true, ["Status"] = SalesforceStandard.Statuses[2], ["ConvertedOpportunityId"] = deal });
        return deal;
    }

    protected override IResult Limited(bool daily) => SalesforceAnswers.Error(
        403, "REQUEST_LIMIT_EXCEEDED", daily ? "TotalRequests Limit exceeded." : "ConcurrentPerOrgLongTxn Limit exceeded.");

    protected override void Map(WebApplication app)
    {
        Consent.Map(app);
        app.MapPost("/services/oauth2/token", (Delegate)TokenAsync);
        app.MapPost("/services/oauth2/revoke", (Delegate)RevokeAsync);
        app.Use(async (context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/services") && !IsLogin(context.Request.Path) && Refusal(context) is { } refused)
            {
                await refused.ExecuteAsync(context);
                return;
            }

            await next(context);
        });
        new SalesforceRoutes(store, writes, this).Map(app);
        new SalesforceJobs(writes).Map(app);
        app.MapGet("/{id:length(18)}", (string id) => Results.Redirect($"/#{store.Find(id)?.Type}-{id}"));
    }

    private IResult? Refusal(HttpContext context)
    {
        var count = Interlocked.Increment(ref used);
        context.Response.Headers["Sforce-Limit-Info"] = $"api-usage={count.Text()}/{Limit.Text()}";
        lock (gate)
        {
            var given = context.Request.Headers.Authorization.ToString();
            if (!given.StartsWith("Bearer ", StringComparison.Ordinal) || !sessions.Contains(given["Bearer ".Length..]))
            {
                return SalesforceAnswers.Error(401, "INVALID_SESSION_ID", "Session expired or invalid");
            }
        }

        return count > Limit ? Limited(daily: true) : null;
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        lock (gate)
        {
            switch (form["grant_type"].ToString())
            {
                case "urn:ietf:params:oauth:grant-type:jwt-bearer":
                    if (Fault(form["assertion"].ToString()) is { } fault)
                    {
                        return Results.Json(new { error = "invalid_grant", error_description = fault }, statusCode: 400);
                    }

                    break;
                case "authorization_code":
                    if (Consent.Redeem(form) is { } wrong)
                    {
                        return Results.Json(new { error = wrong.Error == "invalid_client" ? "invalid_client_id" : wrong.Error, error_description = wrong.Said }, statusCode: 400);
                    }

                    RefreshToken = "5Aep.fake.refresh." + Guid.NewGuid().ToString("N");
                    break;
                case "refresh_token":
                    if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
                    {
                        return Results.Json(new { error = "invalid_client", error_description = "invalid client credentials" }, statusCode: 400);
                    }

                    if (form["refresh_token"] != RefreshToken)
                    {
                        return Results.Json(new { error = "invalid_grant", error_description = "expired access/refresh token" }, statusCode: 400);
                    }

                    RefreshToken = "5Aep.fake.refresh." + Guid.NewGuid().ToString("N");
                    break;
                default:
                    return Results.Json(new { error = "unsupported_grant_type", error_description = "grant type not supported" }, statusCode: 400);
            }

            var session = "00D.session." + Guid.NewGuid().ToString("N");
            sessions.Add(session);
            return Results.Json(new
            {
                access_token = session,
                refresh_token = form["grant_type"].ToString() is "refresh_token" or "authorization_code" ? RefreshToken : null,
                instance_url = Address,
                id = $"{Address}/id/{store.Company}/{store.User}",
                token_type = "Bearer",
                issued_at = "1",
                scope = Consent.Granted(' '),
            });
        }
    }

    private static bool IsLogin(PathString path) => path == "/services/oauth2/token" || path == "/services/oauth2/revoke" || path == "/services/oauth2/authorize";

    private async Task<IResult> RevokeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        lock (gate)
        {
            if (form["token"] != RefreshToken)
            {
                return Results.Json(new { error = "unsupported_token_type", error_description = "this token type is not supported" }, statusCode: 400);
            }

            RefreshToken = "revoked";
            sessions.Clear();
        }

        return Results.Ok();
    }

    private string? Fault(string assertion)
    {
        var parts = assertion.Split('.');
        if (parts.Length != 3 || !key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return "invalid assertion";
        }

        var claims = JsonDocument.Parse(Bytes(parts[1])).RootElement;
        var ends = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()).UtcDateTime;
        return claims.GetProperty("iss").GetString() != ClientId ? "client identifier invalid"
            : claims.GetProperty("sub").GetString() != UserName ? "user hasn't approved this consumer"
            : claims.GetProperty("aud").GetString() != Address ? "audience is invalid"
            : ends < store.Clock() || ends > store.Clock().AddMinutes(5) ? "invalid assertion: expired"
            : null;

        static byte[] Bytes(string text) => System.Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (text.Length % 4)) % 4));
    }
}
