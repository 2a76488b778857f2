using System.Net;
using System.Net.Sockets;
using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using LeadGen.Fakes.Salesforce;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Crm;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Tests.Outbox;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Kill;

/// <summary>O1 for CRMs: a portal that dies at a named place loses no lead and no word of the CRM, and does everything once.</summary>
public sealed class CrmKillTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Owed = 30;
    private const int Filled = 620;
    private const int Many = 2_050;

    private static readonly string[] Sending = ["outbox-claimed:1", "outbox-sending:1", "crm-sent:1", "crm-sent:2", "crm-answered:1", "crm-stored:1", "outbox-answered:1"];
    private static readonly string[] Hearing = ["inbox-proved:1", "inbox-stored:1", "inbox-claimed:1", "inbox-read:1"];
    private static readonly string[] Jobs = ["crm-job-opened:1", "crm-job-sent:1", "crm-job-stored:1"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task Leads_and_stages_survive_a_kill_before_the_mark_and_one_before_the_answer() => TellAndHearAsync(DataProvider.Sqlite, ["crm-answered:1"], ["inbox-stored:1"]);

    [Fact]
    public Task A_large_back_fill_asks_for_its_jobs_again_after_a_kill_and_sends_nothing_twice() => FillByJobsAsync(DataProvider.Sqlite, ["crm-job-sent:1"], uploads: 1);

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Leads_and_stages_survive_a_kill_at_every_place(DataProvider provider)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LEADGEN_LONG") == "1", "Takes minutes; runs when LEADGEN_LONG is 1.");
        await TellAndHearAsync(provider, Sending, Hearing);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Back_fills_survive_a_kill_at_every_place(DataProvider provider)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LEADGEN_LONG") == "1", "Takes minutes; runs when LEADGEN_LONG is 1.");
        await FillByJobsAsync(provider, Jobs, uploads: 1);
        await FillAsync(provider);
    }

    private async Task TellAndHearAsync(DataProvider provider, string[] sending, string[] hearing)
    {
        await using var there = new HubSpotFake();
        await there.StartAsync();
        await using var installation = await CreateAsync(provider);
        var tenant = await installation.TenantAsync();
        var id = await ConnectHubSpotAsync(installation, tenant, there);
        await TakeAsync(installation, tenant, Owed);
        await installation.ScoreAllAsync(tenant);

        foreach (var place in sending)
        {
            using var doomed = Doomed(installation, place);
            await DiesAsync(doomed, place);
            (await WaitingAsync(installation, tenant)).ShouldBeGreaterThan(0, $"nothing was left to lose at {place}");
        }

        object? told = null;
        foreach (var place in hearing)
        {
            using var doomed = Doomed(installation, place);
            await UntilSentAsync(installation, tenant, doomed);
            told ??= await ChangeAsync(there);
            await TellAsync(installation, tenant, told, doomed);
            await DiesAsync(doomed, place);
        }

        using var portal = PortalProcess.Start(installation);
        await UntilSentAsync(installation, tenant, portal);
        told ??= await ChangeAsync(there);
        await Eventually.IsAsync(async () => await TellAsync(installation, tenant, told, portal), 60, () => portal.Output);
        await Eventually.IsAsync(
            async () =>
            {
                await using var look = installation.Open(tenant);
                return await look.Inbox.AllAsync(i => i.State != InboxState.Waiting, Ct) && !await look.Leads.AnyAsync(l => l.Stage != LeadStage.Scored, Ct)
                    && await WaitingAsync(installation, tenant) == 0;
            },
            60,
            () => portal.Output);

        there.Records.Where(r => r.Kind == "contacts").Select(r => r.Values["email"]).Order().ShouldBe(Enumerable.Range(0, Owed).Select(Email).Order());
        there.Records.Count(r => r.Kind == "companies").ShouldBe(Owed / 3);
        await using var db = installation.Open(tenant);
        (await db.CrmLinks.CountAsync(l => l.IntegrationId == id && l.LastError == null && !l.Deleted, Ct)).ShouldBe(Owed);
        (await db.Outbox.CountAsync(m => m.State != OutboxState.Delivered || m.ClaimToken != null, Ct)).ShouldBe(0);
        (await db.Inbox.SingleAsync(Ct)).State.ShouldBe(InboxState.Processed);
        (await db.Feedback.SingleAsync(Ct)).Kind.ShouldBe(FeedbackKind.Won);
        (await db.LeadChanges.CountAsync(c => c.Field == "outcome", Ct)).ShouldBe(1);
        (await db.Leads.CountAsync(l => l.Outcome == Outcome.Won, Ct)).ShouldBe(1);
    }

    private async Task FillByJobsAsync(DataProvider provider, string[] places, int uploads)
    {
        await using var there = new SalesforceFake();
        await there.StartAsync();
        await using var installation = await CreateAsync(provider);
        var tenant = await installation.TenantAsync();
        await TakeScoredAsync(installation, tenant, Many);
        var settings = new CrmSettings { BaseUrl = there.Address, ClientId = SalesforceFake.ClientId, UserName = SalesforceFake.UserName };
        var id = await installation.ConnectAsync(tenant, CrmKind.Salesforce, settings, null, ("privateKey", there.PrivateKey));
        await installation.InAsync(tenant, s => s.GetRequiredService<CrmSetup>().BackfillAsync(id, default));

        foreach (var place in places)
        {
            using var doomed = Doomed(installation, place);
            await DiesAsync(doomed, place);
            (await installation.IntegrationAsync(tenant)).Backfill!.DoneAt.ShouldBeNull();
            await EndLeaseAsync(installation, tenant);
        }

        using var portal = PortalProcess.Start(installation);
        Integration? last = null;
        await Eventually.IsAsync(
            async () => (last = await installation.IntegrationAsync(tenant)).Backfill is { DoneAt: not null, Queued: Many },
            180,
            () => $"{last!.State} {last.StateReason} {last.Backfill}\n{string.Join('\n', there.Calls.TakeLast(20).Select(c => $"{c.Method} {c.Path}"))}\n{portal.Output}");
        await UntilSentAsync(installation, tenant, portal);

        there.Ids("Lead").Count.ShouldBe(Many);
        there.Calls.Count(c => c.Path.EndsWith("/batches", StringComparison.Ordinal)).ShouldBe(uploads, "nothing is sent twice");
        await using var db = installation.Open(tenant);
        (await db.CrmLinks.CountAsync(l => l.IntegrationId == id && l.LastError == null, Ct)).ShouldBe(Many);
        (await db.Outbox.AnyAsync(Ct)).ShouldBeFalse();
    }

    private async Task FillAsync(DataProvider provider)
    {
        await using var there = new HubSpotFake();
        await there.StartAsync();
        await using var installation = await CreateAsync(provider);
        var tenant = await installation.TenantAsync();
        await TakeScoredAsync(installation, tenant, Filled);
        var id = await ConnectHubSpotAsync(installation, tenant, there);
        await installation.InAsync(tenant, s => s.GetRequiredService<CrmSetup>().BackfillAsync(id, default));

        using (var doomed = Doomed(installation, "crm-backfill:1"))
        {
            await DiesAsync(doomed, "crm-backfill:1");
        }

        (await installation.IntegrationAsync(tenant)).Backfill!.ShouldSatisfyAllConditions(b => b.DoneAt.ShouldBeNull(), b => b.Queued.ShouldBe(500));
        using var portal = PortalProcess.Start(installation);
        await Eventually.IsAsync(async () => (await installation.IntegrationAsync(tenant)).Backfill is { DoneAt: not null, Queued: Filled }, 60, () => portal.Output);
        await UntilSentAsync(installation, tenant, portal);

        there.Records.Count(r => r.Kind == "contacts").ShouldBe(Filled);
        await using var db = installation.Open(tenant);
        (await db.CrmLinks.CountAsync(l => l.IntegrationId == id, Ct)).ShouldBe(Filled);
        (await db.Outbox.CountAsync(Ct)).ShouldBe(Filled, "every lead is owed once");
    }

    private Task<Installation> CreateAsync(DataProvider provider) => Installation.CreateAsync(
        provider, postgres, null, Doors.Here, ("Work:LeaseSeconds", "5"), ("Outbox:LeaseSeconds", "2"), ("urls", $"http://127.0.0.1:{FreePort()}"), ("Logging:LogLevel:Default", "Warning"));

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static Task<Guid> ConnectHubSpotAsync(Installation installation, Tenant tenant, HubSpotFake there) => installation.ConnectAsync(
        tenant,
        CrmKind.HubSpot,
        new CrmSettings { BaseUrl = there.Address, ClientId = HubSpotFake.ClientId },
        null,
        ("token", HubSpotFake.Token),
        ("clientSecret", HubSpotFake.ClientSecret));

    /// <summary>The hook as HubSpot calls it; false when nobody answered.</summary>
    internal static async Task<bool> TellAsync(Installation installation, Tenant tenant, object told)
    {
        var address = $"{installation.Settings["urls"]}/hooks/{tenant.Slug}/{(await installation.IntegrationAsync(tenant)).HookKey}";
        using var http = new HttpClient(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var call = HubSpotFake.Prove(new HookTarget(address, HubSpotFake.ClientSecret), DateTimeOffset.UtcNow, (Dictionary<string, object?>)told);
            using var answer = await http.SendAsync(call, Ct);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !Ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> TellAsync(Installation installation, Tenant tenant, object told, PortalProcess portal)
    {
        await Eventually.IsAsync(() => AnswersAsync(installation, portal), 60, () => portal.Output);
        return await TellAsync(installation, tenant, told);
    }

    internal static async Task<bool> AnswersAsync(Installation installation, PortalProcess portal)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, new Uri(installation.Settings["urls"]!).Port, Ct);
            return true;
        }
        catch (SocketException)
        {
            return portal.HasExited;
        }
    }

    private static async Task<object> ChangeAsync(HubSpotFake there)
    {
        var contact = there.Records.First(r => r.Kind == "contacts").Id;
        await there.ChangeAsync("contacts", contact, "lifecyclestage", "customer");
        return there.Event("contacts", "propertyChange", contact, e => (e["propertyName"], e["propertyValue"]) = ("lifecyclestage", "customer"));
    }

    private static string Email(int number) => $"p{number}@firm{number % (Owed / 3)}.example";

    private static Task TakeAsync(Installation installation, Tenant tenant, int count) => installation.TakeAsync(
        tenant, [.. Enumerable.Range(0, count).Select(i => (Func<Lead>)(() => Leads.Read(("email", Email(i)), ("lastName", $"Person {i}"), ("companyName", $"Firm {i % (Owed / 3)}"))))]);

    /// <summary>As if they had been scored before they were connected.</summary>
    private static async Task TakeScoredAsync(Installation installation, Tenant tenant, int count)
    {
        await TakeAsync(installation, tenant, count);
        await installation.WriteAsync(tenant, (db, ct) => db.Leads.ExecuteUpdateAsync(
            l => l.SetProperty(x => x.ScoredAt, DateTime.UtcNow).SetProperty(x => x.ScoreValue, 50).SetProperty(x => x.Grade, Grade.B).SetProperty(x => x.Stage, LeadStage.Scored)
                .SetProperty(x => x.ScoringEpoch, 1_000),
            ct));
    }

    /// <summary>Who held the portion is dead; nobody needs to wait for it.</summary>
    private static Task EndLeaseAsync(Installation installation, Tenant tenant) => installation.WriteAsync(tenant, async (db, ct) =>
    {
        var row = await db.Integrations.SingleAsync(ct);
        row.Backfill = row.Backfill! with { Jobs = row.Backfill.Jobs is { } jobs ? jobs with { Until = DateTime.UnixEpoch } : null };
        await db.SaveChangesAsync(ct);
    });

    private static PortalProcess Doomed(Installation installation, string place) =>
        PortalProcess.Start(installation, new Dictionary<string, string> { ["LEADGEN_FAILPOINT"] = place });

    private async Task DiesAsync(PortalProcess doomed, string place)
    {
        await Eventually.IsAsync(() => Task.FromResult(doomed.HasExited), 90, () => $"It did not reach {place}.\n{doomed.Output}");
        output.WriteLine($"killed at {place}");
    }

    private static Task UntilSentAsync(Installation installation, Tenant tenant, PortalProcess portal) =>
        Eventually.IsAsync(async () => await WaitingAsync(installation, tenant) == 0, 90, () => portal.Output);

    private static async Task<int> WaitingAsync(Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return await db.Outbox.CountAsync(m => m.State == OutboxState.Waiting, Ct);
    }
}
