using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Crm.Consent;

/// <summary>People sign in at a vendor's page: what is kept of it, what is refused, what is given back.</summary>
public sealed class CrmConsentTests(PostgresServer postgres)
{
    private static readonly Guid Ada = Guid.NewGuid();

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Consent_becomes_a_connection_whose_tokens_are_renewed_and_given_back(DataProvider provider)
    {
        await using var pages = await VendorPages.StartAsync();
        pages.HubSpot.Rotates = true;
        await using var installation = await Installation.CreateAsync(provider, postgres, null, pages.Settings);
        var tenant = await installation.TenantAsync();
        foreach (var kind in VendorPages.Kinds)
        {
            var connected = await ConnectAsync(installation, tenant, pages, Wish(kind));

            connected.Problem.ShouldBeNull(kind.ToString());
            var id = connected.Integration!.Id;
            var first = await StoredAsync(installation, tenant, id);
            first.Keys.ShouldBe(["token", "refreshToken", "grant", .. kind switch { CrmKind.Salesforce => ["instanceUrl"], CrmKind.Pipedrive => ["apiDomain"], _ => Array.Empty<string>() }], ignoreOrder: true);

            // In another process, with nothing but what is stored, after the session has ended there.
            await using var later = installation.Beside();
            Expire(pages, kind, first["token"]);
            (await later.InAsync(tenant, async s => await s.GetRequiredService<CrmSetup>().FieldsAsync((await s.GetRequiredService<CrmSetup>().FindAsync(id, default))!, default))).Problem.ShouldBeNull();
            var second = await StoredAsync(installation, tenant, id);
            second["token"].ShouldNotBe(first["token"]);
            second["refreshToken"].ShouldNotBe(first["refreshToken"]);

            (await installation.InAsync(tenant, s => s.GetRequiredService<CrmConsents>().DisconnectAsync(id, default))).ShouldBe((null, null));
            var revoked = pages.Of(kind).Calls[^1];
            revoked.Path.ShouldEndWith("/revoke");
            revoked.Body.ShouldContain(Uri.EscapeDataString(second["refreshToken"]));
        }

        await using var db = installation.Open(tenant);
        (await db.Integrations.CountAsync()).ShouldBe(0);
        (await db.CrmConsents.CountAsync()).ShouldBe(0);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Somebody_is_taken_back_once_within_ten_minutes_as_who_was_sent_and_from_where(DataProvider provider)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var installation = await Installation.CreateAsync(provider, postgres, s => s.AddSingleton<TimeProvider>(clock), App);
        var (tenant, other) = (await installation.TenantAsync(), await installation.TenantAsync("other"));
        var (hash, state) = await SendAsync(tenant);

        (await TakeAsync(tenant, hash, Guid.NewGuid(), CrmKind.HubSpot)).ShouldBeNull("another member");
        (await TakeAsync(tenant, hash, Ada, CrmKind.Salesforce)).ShouldBeNull("another vendor");
        (await TakeAsync(other, hash, Ada, CrmKind.HubSpot)).ShouldBeNull("another tenant");
        (await TakeAsync(tenant, new string('0', 64), Ada, CrmKind.HubSpot)).ShouldBeNull("made up");
        var states = installation.Get<ConsentStates>();
        states.Read(state[..^2] + (state[^2] == 'A' ? "BB" : "AA")).ShouldBeNull("changed");
        states.Read(state)!.Value.Tenant.ShouldBe(tenant.TenantId);

        // The portal was started anew meanwhile, and the browser asks twice at once.
        await using var restarted = installation.Beside(s => s.AddSingleton<TimeProvider>(clock));
        var twice = await Task.WhenAll(
            Task.Run(() => TakeAsync(tenant, hash, Ada, CrmKind.HubSpot, restarted)), Task.Run(() => TakeAsync(tenant, hash, Ada, CrmKind.HubSpot)));
        twice.Count(t => t is not null).ShouldBe(1);
        (await TakeAsync(tenant, hash, Ada, CrmKind.HubSpot)).ShouldBeNull("used");

        var (late, _) = await SendAsync(tenant);
        clock.Advance(CrmConsents.Patience + TimeSpan.FromSeconds(1));
        (await TakeAsync(tenant, late, Ada, CrmKind.HubSpot)).ShouldBeNull("too late");
        await installation.InAsync(tenant, s => s.GetRequiredService<Retention>().RunAsync());
        await using var db = installation.Open(tenant);
        (await db.CrmConsents.CountAsync()).ShouldBe(0);

        async Task<(string Hash, string State)> SendAsync(Tenant to)
        {
            var (page, problem) = await BeginAsync(installation, to, Wish(CrmKind.HubSpot));
            problem.ShouldBeNull();
            page!.AbsoluteUri.ShouldNotContain("verifier");
            var given = VendorPages.Part(page, "state")!;
            return (installation.Get<ConsentStates>().Read(given)!.Value.Hash, given);
        }

        Task<ConsentOnItsWay?> TakeAsync(Tenant from, string of, Guid member, CrmKind kind, Installation? at = null) =>
            (at ?? installation).InAsync(from, s => s.GetRequiredService<CrmConsents>().TakeAsync(of, member, kind, default));
    }

    [Fact]
    public async Task Whatever_goes_wrong_at_the_token_endpoint_is_said_and_nothing_is_kept()
    {
        await using var pages = await VendorPages.StartAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, pages.Settings);
        var tenant = await installation.TenantAsync();
        foreach (var kind in VendorPages.Kinds)
        {
            var there = pages.Of(kind);
            (string Words, Action Before, string? Code)[] table =
            [
                ("is not well", () => there.Faults.Plan(Fault.ServerError), null),
                ("not JSON", () => there.Faults.Plan(Fault.Odd), null),
                ("nothing", () => there.Faults.Plan(Fault.Empty), null),
                ("could not be reached", () => there.Faults.Plan(Fault.Broken), null),
                ("Try again in some minutes", () => there.Faults.Plan(Fault.RateLimited), null),
                ("does not accept the code", () => { }, "code-made-up"),
                ("without a code", () => { }, ""),
                ("did not grant: " + pages.ConsentOf(kind).Granted(' ').Split(' ')[^1], () => pages.ConsentOf(kind).Withheld.Add(pages.ConsentOf(kind).Granted(' ').Split(' ')[^1]), null),
            ];
            foreach (var (words, before, code) in table)
            {
                var connected = await ConnectAsync(installation, tenant, pages, Wish(kind), before, code);
                connected.Integration.ShouldBeNull($"{kind} {words}");
                connected.Problem.ShouldNotBeNull().ShouldContain(words, Case.Insensitive);
                connected.Problem.ShouldContain(kind.ToString());
            }
        }

        await using var db = installation.Open(tenant);
        (await db.Integrations.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_operator_s_secret_goes_where_the_operator_says_and_to_the_vendor_alone()
    {
        var options = new CrmAppOptions { Salesforce = { ClientId = "id", ClientSecret = "s" }, HubSpot = { ClientId = "id", ClientSecret = "s" }, Pipedrive = { ClientId = "id", ClientSecret = "s", Address = "https://crm.example" } };
        foreach (var (kind, address, may) in new[]
        {
            (CrmKind.Salesforce, (string?)null, true), (CrmKind.Salesforce, "https://test.salesforce.com", true), (CrmKind.Salesforce, "https://acme--dev.sandbox.my.salesforce.com", true),
            (CrmKind.Salesforce, "http://test.salesforce.com", false), (CrmKind.Salesforce, "https://salesforce.com.evil.example", false), (CrmKind.Salesforce, "https://evilmy.salesforce.com", false),
            (CrmKind.Salesforce, "https://a@acme.my.salesforce.com", false), (CrmKind.Salesforce, "https://acme.my.salesforce.com:8443", false), (CrmKind.Salesforce, "https://acme.my.salesforce.com/x", false),
            (CrmKind.HubSpot, null, true), (CrmKind.HubSpot, "https://evil.example", false),
            (CrmKind.Pipedrive, "https://crm.example/", true), (CrmKind.Pipedrive, null, false), (CrmKind.Webhook, null, false),
        })
        {
            options.MayGo(kind, address).ShouldBe(may, $"{kind} {address}");
        }

        // Not by way of a connection either whose address somebody typed.
        await using var evil = new HubSpotFake();
        await evil.StartAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, [.. App, ("Outbound:AllowedNetworks:0", "127.0.0.0/8")]);
        var tenant = await installation.TenantAsync();
        var settings = new CrmSettings { BaseUrl = evil.Address, ClientId = "id-of-the-operator", ByConsent = true };
        await installation.InAsync(tenant, s => s.GetRequiredService<CrmSetup>().ConnectAsync(
            null, new CrmCredentials(CrmKind.HubSpot, "x", settings, new Dictionary<string, string> { ["refreshToken"] = "x" }), "member", default));
        evil.Calls.ShouldNotBeEmpty();
        evil.Calls.ShouldAllBe(c => !c.Body.Contains("secret-of-the-operator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_account_than_the_connection_s_is_refused_and_what_an_old_job_renews_is_not_mixed_in()
    {
        await using var pages = await VendorPages.StartAsync();
        pages.HubSpot.Rotates = true;
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, pages.Settings);
        var tenant = await installation.TenantAsync();
        var id = (await ConnectAsync(installation, tenant, pages, Wish(CrmKind.HubSpot))).Integration!.Id;

        // A job that began before somebody signed in anew, which sets a stopped connection going, and renews its token afterwards.
        await installation.WriteAsync(tenant, (db, ct) => db.Integrations.ExecuteUpdateAsync(i => i.SetProperty(x => x.State, IntegrationState.Broken), ct));
        await installation.InAsync(tenant, async s =>
        {
            var connections = s.GetRequiredService<CrmConnections>();
            var old = connections.Open((await s.GetRequiredService<CrmSetup>().FindAsync(id, default))!);
            (await ConnectAsync(installation, tenant, pages, Wish(CrmKind.HubSpot, id))).Integration.ShouldNotBeNull().State.ShouldBe(IntegrationState.Active);
            var stored = await StoredAsync(installation, tenant, id);
            pages.HubSpot.Withdraw(old.Secrets["token"]);
            await connections.ConnectorOf(CrmKind.HubSpot).TestAsync(old, default);
            (await StoredAsync(installation, tenant, id)).ShouldBe(stored);
            return true;
        });

        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            var row = await db.Integrations.SingleAsync(ct);
            row.Settings = row.Settings with { AccountId = "1", Account = "HubSpot account 1" };
            await db.SaveChangesAsync(ct);
        });
        var other = await ConnectAsync(installation, tenant, pages, Wish(CrmKind.HubSpot, id));
        other.Problem.ShouldNotBeNull().ShouldContain("belongs to HubSpot account 1");
    }

    [Theory]
    [InlineData(CrmKind.Salesforce)]
    [InlineData(CrmKind.HubSpot)]
    public async Task A_process_whose_refresh_token_was_used_up_by_another_goes_on_with_what_that_one_stored(CrmKind kind)
    {
        await using var pages = await VendorPages.StartAsync();
        pages.HubSpot.Rotates = true;
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, pages.Settings);
        var tenant = await installation.TenantAsync();
        var id = (await ConnectAsync(installation, tenant, pages, Wish(kind))).Integration!.Id;
        Expire(pages, kind, (await StoredAsync(installation, tenant, id))["token"]);
        await installation.InAsync(tenant, async s =>
        {
            // Opened before the other one renews. What it renews itself is forgotten here, as another process does not know of it.
            var late = s.GetRequiredService<CrmConnections>().Open((await s.GetRequiredService<CrmSetup>().FindAsync(id, default))!);
            await installation.InAsync(tenant, async o => (await o.GetRequiredService<CrmSetup>().FieldsAsync((await o.GetRequiredService<CrmSetup>().FindAsync(id, default))!, default)).Problem.ShouldBeNull());
            var swaps = pages.Swaps(kind);
            await s.GetRequiredService<CrmConnections>().ConnectorOf(kind).TestAsync(late with { IntegrationId = Guid.NewGuid() }, default);
            pages.Swaps(kind).ShouldBe(swaps, "nobody asked to renew what was renewed");
            return true;
        });
    }

    [Fact]
    public async Task What_could_not_be_given_back_is_said_and_an_app_that_another_connection_needs_stays()
    {
        await using var pages = await VendorPages.StartAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, pages.Settings);
        var tenant = await installation.TenantAsync();
        var own = new OwnApp(HubSpotFake.ClientId, HubSpotFake.ClientSecret);
        var first = (await ConnectAsync(installation, tenant, pages, Wish(CrmKind.HubSpot))).Integration!.Id;
        var second = (await ConnectAsync(installation, tenant, pages, Wish(CrmKind.HubSpot) with { Own = own })).Integration!.Id;
        (await StoredAsync(installation, tenant, second))["appSecret"].ShouldBe(HubSpotFake.ClientSecret);

        // The secret of one's own app is not typed again when signing in anew.
        (await ConnectAsync(installation, tenant, pages, Wish(CrmKind.HubSpot, second) with { Own = own with { ClientSecret = "" } })).Problem.ShouldBeNull();
        (await BeginAsync(installation, tenant, Wish(CrmKind.HubSpot) with { Own = own with { ClientSecret = "" } })).Problem.ShouldNotBeNull().ShouldContain("secret of the app is missing");

        (await DisconnectAsync(first)).ShouldBe((null, null));
        pages.HubSpot.Calls.ShouldAllBe(c => !c.Path.EndsWith("/revoke", StringComparison.Ordinal));
        pages.HubSpot.Faults.Plan(Fault.ServerError);
        var (problem, left) = await DisconnectAsync(second);
        problem.ShouldBeNull();
        left.ShouldNotBeNull().ShouldContain("could not be told");
        (await DisconnectAsync(second)).Problem.ShouldNotBeNull();

        Task<(string? Problem, string? Left)> DisconnectAsync(Guid id) => installation.InAsync(tenant, s => s.GetRequiredService<CrmConsents>().DisconnectAsync(id, default));
    }

    [Theory]
    [InlineData("Crm:HubSpot:ClientId", "x", "Crm:HubSpot:ClientSecret")]
    [InlineData("Crm:Pipedrive:ClientSecret", "x", "Crm:Pipedrive:ClientId")]
    [InlineData("Crm:Salesforce:Address", "salesforce", "Crm:Salesforce:Address")]
    public async Task An_app_that_is_half_entered_is_named_at_the_start(string key, string value, string named)
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, (key, value));
        Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => installation.Get<Microsoft.Extensions.Options.IOptions<CrmAppOptions>>().Value).Message.ShouldContain(named);
    }

    private static readonly (string, string)[] App = [("Crm:HubSpot:ClientId", "id-of-the-operator"), ("Crm:HubSpot:ClientSecret", "secret-of-the-operator")];

    private static ConsentWish Wish(CrmKind kind, Guid? id = null) => new(kind, id, kind.ToString(), null);

    private static Task<(Uri? Page, string? Problem)> BeginAsync(Installation installation, Tenant tenant, ConsentWish wish) => installation.InAsync(
        tenant, s => s.GetRequiredService<CrmConsents>().BeginAsync(wish, Ada, $"http://127.0.0.1:5080/oauth/{wish.Kind.ToString().ToLowerInvariant()}/callback", default));

    /// <summary>To the vendor and back.</summary>
    /// <param name="before">Happens between the vendor's page and the swap.</param>
    /// <param name="code">Instead of the one that was given.</param>
    private static async Task<Connected> ConnectAsync(Installation installation, Tenant tenant, VendorPages pages, ConsentWish wish, Action? before = null, string? code = null)
    {
        var (page, problem) = await BeginAsync(installation, tenant, wish);
        problem.ShouldBeNull();
        var back = await pages.AnswerAsync(page!);
        before?.Invoke();
        return await installation.InAsync(tenant, async s =>
        {
            var consents = s.GetRequiredService<CrmConsents>();
            var hash = s.GetRequiredService<ConsentStates>().Read(VendorPages.Part(back, "state"))!.Value.Hash;
            var taken = (await consents.TakeAsync(hash, Ada, wish.Kind, default)).ShouldNotBeNull();
            return await consents.ConnectAsync(taken, code ?? VendorPages.Part(back, "code"), $"member:{Ada}", default);
        });
    }

    private static void Expire(VendorPages pages, CrmKind kind, string token)
    {
        pages.HubSpot.Withdraw(token);
        (kind == CrmKind.Salesforce ? pages.Salesforce.ExpireSessions : (Action)pages.Pipedrive.ExpireSessions)();
    }

    private static Task<Dictionary<string, string>> StoredAsync(Installation installation, Tenant tenant, Guid id) => installation.InAsync(tenant, async s =>
    {
        await using var db = installation.Open(tenant);
        var stored = s.GetRequiredService<TenantSecrets>().OpenAll((await db.Integrations.AsNoTracking().SingleAsync(i => i.Id == id)).Secrets);
        return stored.Where(x => x.Key != "tokenOf").ToDictionary(x => x.Key, x => x.Value);
    });
}
