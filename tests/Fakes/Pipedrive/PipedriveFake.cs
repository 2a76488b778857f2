using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LeadGen.Fakes.Pipedrive;

/// <summary>
/// A company in Pipedrive: API v2 and v1, API token and OAuth with its consent page and refresh, the token budget and the burst window, webhooks v2 with HTTP Basic,
/// as far as developers.pipedrive.com and pipedrive.readme.io describe them and LeadGen uses them. The hook's secret is <c>user:password</c>.
/// </summary>
public sealed class PipedriveFake : FakeVendor
{
    public const string Token = "0123456789abcdef0123456789abcdef01234567";
    public const string ClientId = "fake-pipedrive-client";
    public const string ClientSecret = "fake-pipedrive-secret";
    public const int CompanyId = 424242;

    private readonly PipedriveStore store = new();
    private readonly HashSet<string> accessTokens = ["access.0"];
    private readonly Lock gate = new();
    private long left = 30_000;
    private int window;
    private bool withdrawn;

    public PipedriveFake() => Consent = new FakeConsent(this, ClientId, ClientSecret, "/oauth/authorize", "base", "contacts:full", "leads:full", "deals:full", "admin");

    public FakeConsent Consent { get; }

    public override string Name => "Pipedrive";

    public override string Credentials => $"""
        API token        {Token}
        client id        {ClientId}
        client secret    {ClientSecret}
        refresh token    {RefreshToken}
        hook secret      user:password, as set below
        """;

    public string RefreshToken { get; private set; } = "refresh.0";

    public static string AccessToken => "access.0";

    public bool IsAdmin { get; set; } = true;

    /// <summary>Tokens left today; each call takes its price.</summary>
    public long Budget
    {
        get => left;
        set => left = value;
    }

    /// <summary>Calls in two seconds; 0 for no end.</summary>
    public int Burst { get; set; }

    public Func<DateTime> Clock
    {
        get => store.Clock;
        set => store.Clock = value;
    }

    public override IReadOnlyList<FakeRecord> Records =>
    [
        .. new[] { "persons", "organizations", "deals", "leads" }.SelectMany(store.All).Select(i => new FakeRecord(
            i.Kind, i.Id, i.Json.Where(v => v.Value is not null).ToDictionary(v => v.Key, v => v.Value!.ToString()), i.Kind switch { "deals" => "status", "leads" => "is_archived", _ => null })
        {
            Stages = i.Kind == "deals" ? ["open", "won", "lost", .. PipedriveStore.Stages.Select(s => s.Name)] : ["false", "true"],
        }),
    ];

    public void Withdraw()
    {
        withdrawn = true;
        ExpireSessions();
        RefreshToken = "withdrawn";
    }

    public void ExpireSessions()
    {
        lock (gate)
        {
            accessTokens.Clear();
        }
    }

    public string AddField(string name, string type, bool ofCompany = false, params string[] options) =>
        store.AddColumn(ofCompany ? "organizationFields" : "personFields", name, type, options).Code;

    public string Add(string kind, string json) => store.Create(kind, (JsonObject)JsonNode.Parse(json)!).Id;

    public JsonObject? Item(string kind, string id) => store.Find(kind, id)?.Json;

    public IReadOnlyList<string> Ids(string kind) => [.. store.All(kind).Select(i => i.Id)];

    /// <summary>A person opens a deal for somebody.</summary>
    public string AddDeal(string person, string title)
    {
        var deal = store.Create("deals", new JsonObject
        {
            ["title"] = title,
            ["person_id"] = long.Parse(person, CultureInfo.InvariantCulture),
            ["stage_id"] = 1,
            ["pipeline_id"] = 1,
            ["status"] = "open",
            ["value"] = 100,
        });
        return deal.Id;
    }

    /// <summary>A deal's status may also be set to the name of a stage; setting a person's <c>deal</c> opens one of that title.</summary>
    public override Task ChangeAsync(string kind, string id, string property, string value)
    {
        if (kind == "persons" && property == "deal")
        {
            return FireAsync(Event("deals", AddDeal(id, value), "create"));
        }

        var item = store.Find(kind, id) ?? throw new InvalidOperationException($"There is no {kind} {id}.");
        var stage = PipedriveStore.Stages.FirstOrDefault(s => s.Name == value);
        var change = kind == "deals" && property == "status" && stage.Name is not null ? new JsonObject { ["status"] = "open", ["stage_id"] = stage.Id }
            : property == "is_archived" ? new JsonObject { [property] = value == "true" }
            : property.Length == 40 ? new JsonObject { ["custom_fields"] = new JsonObject { [property] = value } }
            : new JsonObject { [property] = value };
        store.Change(item, change);
        return FireAsync(Event(item, "change"));
    }

    public override Task DeleteAsync(string kind, string id)
    {
        var item = store.Find(kind, id)!;
        item.Deleted = true;
        return FireAsync(Event(item, "delete"));
    }

    /// <summary>A person merges two people: one event for the one that went, one for the one that stayed.</summary>
    public async Task MergeAsync(string winner, string loser)
    {
        var (kept, gone) = (store.Find("persons", winner)!, store.Find("persons", loser)!);
        gone.Deleted = true;
        store.Change(kept, []);
        await FireAsync(Event(gone, "delete", m => m["merged_to_id"] = winner));
        await FireAsync(Event(kept, "change", m => m["merged_from_id"] = loser));
    }

    /// <summary>The event as it is sent about a record.</summary>
    public string Event(string kind, string id, string action) => Event(store.Find(kind, id)!, action);

    /// <summary>A call of the hook.</summary>
    public static HttpRequestMessage Prove(HookTarget hook, string body) => new(HttpMethod.Post, hook.Address)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
        Headers = { { "Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(hook.Secret)) } },
    };

    protected override IResult Limited(bool daily) => daily
        ? PipedriveRoutes.Error(429, "Daily API token budget exceeded", "daily_limit")
        : PipedriveRoutes.Error(429, "Rate limit exceeded: request over limit");

    protected override void Map(WebApplication app)
    {
        Consent.Map(app);
        app.MapPost("/oauth/token", (Delegate)TokenAsync);
        app.MapPost("/oauth/revoke", (Delegate)RevokeAsync);
        app.Use(async (context, next) =>
        {
            var isApi = context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/v1");
            if (isApi && Refusal(context) is { } refused)
            {
                await refused.ExecuteAsync(context);
                return;
            }

            await next(context);
        });
        new PipedriveRoutes(store, this).Map(app);
        app.MapGet("/person/{id}", (string id) => Results.Redirect($"/#persons-{id}"));
    }

    private IResult? Refusal(HttpContext context)
    {
        lock (gate)
        {
            var bearer = context.Request.Headers.Authorization.ToString();
            if (withdrawn || context.Request.Headers["x-api-token"] != Token && !(bearer.StartsWith("Bearer ", StringComparison.Ordinal) && accessTokens.Contains(bearer["Bearer ".Length..])))
            {
                return Results.Json(new { success = false, error = "unauthorized access", errorCode = 401, error_info = "Please check developers.pipedrive.com" }, statusCode: 401);
            }

            left -= Price(context.Request);
            window++;
            if (Burst > 0)
            {
                context.Response.Headers["x-ratelimit-limit"] = ((long)Burst).Text();
                context.Response.Headers["x-ratelimit-remaining"] = ((long)Math.Max(0, Burst - window)).Text();
                context.Response.Headers["x-ratelimit-reset"] = "0.01";
                if (window >= Burst)
                {
                    var over = window > Burst;
                    window = over ? 0 : window;
                    return over ? Limited(false) : null;
                }
            }

            return left < 0 ? Limited(true) : null;
        }
    }

    private static int Price(HttpRequest request) => request.Path.Value!.EndsWith("/search", StringComparison.Ordinal) ? 40
        : request.Method == "GET" ? char.IsDigit(request.Path.Value[^1]) ? 2 : 20
        : 10;

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        lock (gate)
        {
            if (context.Request.Headers.Authorization != basic)
            {
                return Results.Json(new { success = false, message = "Invalid client: client is invalid", error = "invalid_client" }, statusCode: 400);
            }

            var wrong = form["grant_type"] == "authorization_code" ? Consent.Redeem(form, basic)
                : withdrawn || form["grant_type"] != "refresh_token" || form["refresh_token"] != RefreshToken ? ("invalid_grant", "refresh_token is invalid")
                : ((string Error, string Said)?)null;
            if (wrong is { } refusal)
            {
                return Results.Json(new { success = false, message = "Invalid grant: " + refusal.Said, error = refusal.Error }, statusCode: 400);
            }

            var token = "access." + Guid.NewGuid().ToString("N");
            accessTokens.Add(token);
            RefreshToken = "refresh." + Guid.NewGuid().ToString("N");
            return Results.Json(new { access_token = token, token_type = "bearer", refresh_token = RefreshToken, scope = Consent.Granted(','), expires_in = 3599, api_domain = Address });
        }
    }

    private async Task<IResult> RevokeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}")))
        {
            return Results.Json(new { success = false, message = "Invalid client: client is invalid", error = "invalid_client" }, statusCode: 401);
        }

        withdrawn |= form["token"] == RefreshToken;
        return Results.Ok();
    }

    private string Event(PipedriveItem item, string action, Action<JsonObject>? more = null)
    {
        var meta = new JsonObject
        {
            ["action"] = action,
            ["company_id"] = ((long)CompanyId).Text(),
            ["correlation_id"] = Guid.NewGuid().ToString(),
            ["entity_id"] = item.Id,
            ["entity"] = item.Kind.TrimEnd('s'),
            ["id"] = Guid.NewGuid().ToString(),
            ["is_bulk_edit"] = false,
            ["timestamp"] = store.Clock().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["type"] = "general",
            ["user_id"] = "11",
            ["version"] = "2.0",
            ["webhook_id"] = "1",
            ["webhook_owner_id"] = "11",
            ["change_source"] = "app",
            ["permitted_user_ids"] = new JsonArray("11"),
            ["attempt"] = 1,
            ["host"] = "northwind.pipedrive.com",
        };
        more?.Invoke(meta);
        var data = Dress(item);
        return new JsonObject
        {
            ["data"] = action == "delete" ? null : data,
            ["previous"] = action == "delete" ? data : new JsonObject(),
            ["meta"] = meta,
        }.ToJsonString();
    }

    /// <summary>In hooks own fields are objects with a type, options by their id.</summary>
    private JsonObject Dress(PipedriveItem item)
    {
        var data = (JsonObject)item.Json.DeepClone();
        var dressed = new JsonObject();
        foreach (var (code, value) in data["custom_fields"] as JsonObject ?? [])
        {
            var type = store.Columns["personFields"].Find(c => c.Code == code)?.Type ?? "varchar";
            dressed[code] = value is null ? null : type == "enum" ? new JsonObject { ["id"] = value.DeepClone(), ["type"] = type } : new JsonObject { ["type"] = type, ["value"] = value.DeepClone() };
        }

        data["custom_fields"] = dressed;
        return data;
    }

    private Task FireAsync(string body) => Hook is { } hook ? SendAsync(Prove(hook, body)) : Task.CompletedTask;
}
