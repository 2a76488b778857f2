using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LeadGen.Fakes.HubSpot;

/// <summary>
/// HubSpot's CRM API v3 (contacts, companies, deals, properties, search), associations v4, OAuth 2026-03 with its consent page, account details and webhooks v3, as far as
/// developers.hubspot.com describes them and LeadGen uses them.
/// </summary>
public sealed class HubSpotFake : FakeVendor
{
    public const string Token = "pat-eu1-0000-fake";
    public const string ClientId = "fake-client";
    public const string ClientSecret = "fake-client-secret";
    public const string RefreshToken = "fake-refresh";
    public const string PortalId = "48151623";

    private readonly HubSpotAccount account = new();
    private readonly HashSet<string> accessTokens = [Token];
    private readonly HashSet<string> refreshTokens = [RefreshToken];
    private long events = 100;

    public HubSpotFake() => Consent = new FakeConsent(
        this, ClientId, ClientSecret, "/oauth/authorize",
        "oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.companies.read", "crm.objects.companies.write", "crm.objects.deals.read",
        "crm.schemas.contacts.read", "crm.schemas.contacts.write", "crm.schemas.companies.read", "crm.schemas.companies.write");

    public FakeConsent Consent { get; }

    /// <summary>Each renewal brings a new refresh token, and the old one is void.</summary>
    public bool Rotates { get; set; }

    /// <summary>Refresh tokens that still count.</summary>
    public IReadOnlyCollection<string> RefreshTokens
    {
        get
        {
            lock (accessTokens)
            {
                return [.. refreshTokens];
            }
        }
    }

    public override string Name => "HubSpot";

    public override string Credentials => $"""
        private app token  {Token}
        client secret      {ClientSecret}
        client id          {ClientId}
        refresh token      {RefreshToken}
        """;

    /// <summary>Scopes that the token lacks; calls that need one are refused.</summary>
    public HashSet<string> MissingScopes { get; } = [];

    public override IReadOnlyList<FakeRecord> Records => account.List();

    /// <summary>The token is withdrawn in the account's settings.</summary>
    public void Withdraw(string token = Token)
    {
        lock (accessTokens)
        {
            accessTokens.Remove(token);
        }
    }

    public string? Value(string kind, string id, string property) => account.Find(kind, id)?.Properties.GetValueOrDefault(property);

    public string? IdByEmail(string email) => account.FindBy("contacts", "email", email)?.Id;

    /// <summary>The company that a contact belongs to.</summary>
    public string? CompanyOf(string contactId) => account.Associated("contacts", contactId, "companies") is [var first, ..] ? first : null;

    public override Task ChangeAsync(string kind, string id, string property, string value)
    {
        account.Set(kind, id, property, value);
        return FireAsync(Event(kind, "propertyChange", id, e => (e["propertyName"], e["propertyValue"]) = (property, value)));
    }

    public override Task DeleteAsync(string kind, string id)
    {
        account.Archive(kind, id);
        return FireAsync(Event(kind, "deletion", id));
    }

    /// <summary>A person there merges two contacts: a new record takes their place.</summary>
    public async Task<string> MergeAsync(string first, string second)
    {
        var merged = account.Merge(first, second);
        await FireAsync(Event("contacts", "merge", merged, e =>
        {
            (e["primaryObjectId"], e["newObjectId"]) = (long.Parse(first, CultureInfo.InvariantCulture), long.Parse(merged, CultureInfo.InvariantCulture));
            e["mergedObjectIds"] = new[] { long.Parse(second, CultureInfo.InvariantCulture) };
            e["numberOfPropertiesMoved"] = 3;
        }));
        return merged;
    }

    /// <summary>A person there enters a contact; the hook is told.</summary>
    public async Task<string> AddContactAsync(params (string Name, string Value)[] values)
    {
        var contact = account.Create("contacts", values.ToDictionary(v => v.Name, v => v.Value));
        await FireAsync(Event("contacts", "creation", contact.Id));
        return contact.Id;
    }

    /// <summary>A person there opens a deal for a contact.</summary>
    public string AddDeal(string contactId, string name)
    {
        var deal = account.Create("deals", new Dictionary<string, string> { ["dealname"] = name, ["dealstage"] = "qualifiedtobuy", ["pipeline"] = "default" });
        account.Associate("deals", deal.Id, "contacts", contactId);
        return deal.Id;
    }

    /// <summary>An event as it is sent, for tests that send it themselves or again.</summary>
    public Dictionary<string, object?> Event(string kind, string what, string id, Action<Dictionary<string, object?>>? more = null)
    {
        var single = kind switch { "contacts" => "contact", "companies" => "company", _ => "deal" };
        var made = new Dictionary<string, object?>
        {
            ["eventId"] = Interlocked.Increment(ref events),
            ["subscriptionId"] = 2001,
            ["portalId"] = long.Parse(PortalId, CultureInfo.InvariantCulture),
            ["appId"] = 3001,
            ["occurredAt"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            ["subscriptionType"] = $"{single}.{what}",
            ["attemptNumber"] = 0,
            ["objectId"] = long.Parse(id, CultureInfo.InvariantCulture),
            ["changeSource"] = "CRM_UI",
        };
        more?.Invoke(made);
        return made;
    }

    /// <summary>Events as one signed call of the hook; null where no hook is set.</summary>
    public static HttpRequestMessage Prove(HookTarget hook, DateTimeOffset now, params Dictionary<string, object?>[] events)
    {
        var body = JsonSerializer.Serialize(events);
        var time = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var proof = HMACSHA256.HashData(Encoding.UTF8.GetBytes(hook.Secret), Encoding.UTF8.GetBytes($"POST{hook.Address}{body}{time}"));
        return new HttpRequestMessage(HttpMethod.Post, hook.Address)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { { "X-HubSpot-Signature-v3", Convert.ToBase64String(proof) }, { "X-HubSpot-Request-Timestamp", time } },
        };
    }

    protected override IResult Limited(bool daily) => HubSpotAnswers.Limited(daily);

    protected override void Map(WebApplication app)
    {
        Consent.Map(app);
        app.MapPost("/oauth/2026-03/token", (Delegate)TokenAsync);
        app.MapPost("/oauth/2026-03/token/revoke", (Delegate)RevokeAsync);
        app.Use(async (context, next) =>
        {
            if (Refusal(context) is { } refused)
            {
                await refused.ExecuteAsync(context);
                return;
            }

            await next(context);
        });
        app.MapGet("/account-info/v3/details", () => Results.Json(new
        {
            portalId = long.Parse(PortalId, CultureInfo.InvariantCulture),
            accountType = "STANDARD",
            timeZone = "Europe/Amsterdam",
            companyCurrency = "EUR",
            uiDomain = "app-eu1.hubspot.com",
            dataHostingLocation = "eu1",
        }));
        new HubSpotRoutes(account, Faults).Map(app);
    }

    private IResult? Refusal(HttpContext context)
    {
        if (context.Request.Path == "/" || context.Request.Path.StartsWithSegments("/fake") || context.Request.Path.StartsWithSegments("/oauth"))
        {
            return null;
        }

        var given = context.Request.Headers.Authorization.ToString();
        lock (accessTokens)
        {
            if (!given.StartsWith("Bearer ", StringComparison.Ordinal) || !accessTokens.Contains(given["Bearer ".Length..]))
            {
                return HubSpotAnswers.Expired();
            }
        }

        return MissingScopes.FirstOrDefault(s => context.Request.Path.Value!.Contains(s.Split('.')[2], StringComparison.Ordinal)) is { } scope
            ? HubSpotAnswers.MissingScope(scope)
            : null;
    }

    private async Task<IResult> TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var wrong = form["grant_type"] == "authorization_code" ? Consent.Redeem(form) : Unrenewable(form);
        if (wrong is { } refusal)
        {
            return Results.Json(
                new { status = refusal.Error == "invalid_client" ? "BAD_CLIENT_ID" : "BAD_REFRESH_TOKEN", message = refusal.Said, error = refusal.Error, error_description = refusal.Said }, statusCode: 400);
        }

        var token = "access-" + Guid.NewGuid().ToString("N");
        var refresh = form["refresh_token"].ToString();
        lock (accessTokens)
        {
            accessTokens.Add(token);
            if (refresh.Length == 0 || Rotates)
            {
                refreshTokens.Remove(refresh);
                refresh = "refresh-" + Guid.NewGuid().ToString("N");
                refreshTokens.Add(refresh);
            }
        }

        return Results.Json(new
        {
            token_type = "bearer",
            refresh_token = refresh,
            access_token = token,
            expires_in = 1800,
            hub_id = long.Parse(PortalId, CultureInfo.InvariantCulture),
            scopes = Consent.Granted(' ').Split(' '),
        });
    }

    private (string Error, string Said)? Unrenewable(IFormCollection form)
    {
        lock (accessTokens)
        {
            return form["client_id"] != ClientId || form["client_secret"] != ClientSecret ? ("invalid_client", "missing or invalid client secret")
                : form["grant_type"] != "refresh_token" || !refreshTokens.Contains(form["refresh_token"].ToString()) ? ("invalid_grant", "missing or invalid refresh token")
                : null;
        }
    }

    private async Task<IResult> RevokeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
        {
            return Results.Json(new { error = "invalid_client", error_description = "missing or invalid client secret" }, statusCode: 401);
        }

        lock (accessTokens)
        {
            refreshTokens.Remove(form["token"].ToString());
        }

        return Results.NoContent();
    }

    private Task FireAsync(params Dictionary<string, object?>[] events) =>
        Hook is { } hook ? SendAsync(Prove(hook, DateTimeOffset.UtcNow, events)) : Task.CompletedTask;
}
