using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LeadGen.Fakes.HubSpot;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Forms;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Tests.Outbox;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Kill;

/// <summary>All doors in and out at once, while the portal is killed at random for five minutes: what was accepted is there once, and what is owed arrives.</summary>
public sealed class RandomKillTests(PostgresServer postgres, ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Forms_api_webhooks_and_crm_lose_and_repeat_nothing_under_random_kills(DataProvider provider)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LEADGEN_LONG") == "1", "Takes minutes; runs when LEADGEN_LONG is 1.");
        await using var there = new HubSpotFake();
        await there.StartAsync();
        await using var sink = await Sink.StartAsync();
        await using var installation = await Installation.CreateAsync(
            provider, postgres, null, Doors.Here, ("Work:LeaseSeconds", "5"), ("Outbox:LeaseSeconds", "2"), ("urls", $"http://127.0.0.1:{CrmKillTests.FreePort()}"),
            ("Logging:LogLevel:Default", "Warning"), ("Forms:PerMinuteAndAddress", "100000"), ("Forms:PerMinute", "100000"));
        var tenant = await installation.TenantAsync();
        await installation.SubscribeAsync(tenant, sink.Url, LeadTopics.Created, LeadTopics.OutcomeRecorded);
        await CrmKillTests.ConnectHubSpotAsync(installation, tenant, there);
        var load = await Load.CreateAsync(installation, tenant, there);

        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var (random, kills, portal) = (new Random(seed), 0, PortalProcess.Start(installation));
        try
        {
            load.Start();
            for (var until = DateTime.UtcNow + Long; DateTime.UtcNow < until; kills++)
            {
                // Up and at work, however slow the machine is; then at any moment.
                await Eventually.IsAsync(() => CrmKillTests.AnswersAsync(installation, portal), 120, () => portal.Output);
                await Task.Delay(random.Next(500, 12_000), Ct);
                portal.HasExited.ShouldBeFalse(portal.Output);
                await portal.KillAsync();
                portal.Dispose();
                portal = PortalProcess.Start(installation);
            }

            await Eventually.IsAsync(() => Task.FromResult(!load.Won.IsEmpty), 300, () => portal.Output);
            await load.FinishAsync();
            await Eventually.IsAsync(() => QuietAsync(installation, tenant), 180, () => portal.Output);
        }
        finally
        {
            portal.Dispose();
        }

        output.WriteLine($"{kills} kills, {load.Sent.Count} by the API, {load.Submitted.Count} by the form, {load.Won.Count} won in the CRM, {sink.Webhooks.Count} webhooks");
        await ShouldBeWholeAsync(installation, tenant, there, sink, load);
    }

    private static async Task<bool> QuietAsync(Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return !await db.Outbox.AnyAsync(m => m.State == OutboxState.Waiting, Ct) && !await db.Inbox.AnyAsync(i => i.State == InboxState.Waiting, Ct)
            && !await db.Leads.AnyAsync(l => l.Stage != LeadStage.Scored || l.ClaimToken != null, Ct);
    }

    private static async Task ShouldBeWholeAsync(Installation installation, Tenant tenant, HubSpotFake there, Sink sink, Load load)
    {
        load.Won.ShouldNotBeEmpty();
        var people = load.Sent.Keys.Concat(load.Submitted.Keys).Order(StringComparer.Ordinal).ToList();
        await using var db = installation.Open(tenant);
        (await db.Leads.Select(l => l.Email!).ToListAsync(Ct)).Order(StringComparer.Ordinal).ShouldBe(people);
        (await db.LeadChanges.CountAsync(c => c.Field == LeadChange.Created, Ct)).ShouldBe(people.Count);
        (await db.Leads.CountAsync(l => db.ScoreChanges.Count(s => s.LeadId == l.Id && s.LeadVersion == l.Version) != 1, Ct)).ShouldBe(0);
        (await db.Submissions.CountAsync(s => s.State == SubmissionState.Taken, Ct)).ShouldBe(load.Submitted.Count);
        (await db.Submissions.CountAsync(Ct)).ShouldBe(load.Submitted.Count);
        (await db.Feedback.CountAsync(f => f.Kind == FeedbackKind.FormSubmitted, Ct)).ShouldBe(load.Submitted.Count);

        // Every person stands there once; every deal that was won there is won here, once.
        there.Records.Where(r => r.Kind == "contacts").Select(r => r.Values["email"]).Order(StringComparer.Ordinal).ShouldBe(people);
        (await db.CrmLinks.CountAsync(l => l.LastError == null && !l.Deleted, Ct)).ShouldBe(people.Count);
        (await db.Feedback.CountAsync(f => f.Kind == FeedbackKind.Won, Ct)).ShouldBe(load.Won.Count);
        (await db.Leads.Where(l => l.Outcome == Outcome.Won).Select(l => l.Email!).ToListAsync(Ct)).Order().ShouldBe(load.Won.Keys.Order());
        (await db.Inbox.CountAsync(i => i.State == InboxState.Processed, Ct)).ShouldBe(load.Won.Count);

        // Each event has one id, however often it came.
        (await db.Outbox.CountAsync(m => m.State != OutboxState.Delivered, Ct)).ShouldBe(0);
        var events = sink.Webhooks.DistinctBy(w => w.Id).Select(w => JsonSerializer.Deserialize<JsonElement>(w.Body)).ToLookup(
            e => e.GetProperty("type").GetString()!, e => e.GetProperty("data").GetProperty("email").GetString()!);
        events[LeadTopics.Created].Order(StringComparer.Ordinal).ShouldBe(people);
        events[LeadTopics.OutcomeRecorded].Order().ShouldBe(load.Won.Keys.Order());
    }

    /// <summary>People who press send again until they get an answer.</summary>
    private sealed class Load(Installation installation, Tenant tenant, HubSpotFake there, FormSite site, string key) : IDisposable
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

        private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
        private readonly List<Task> running = [];
        private volatile bool over;

        public ConcurrentDictionary<string, bool> Sent { get; } = new();

        public ConcurrentDictionary<string, bool> Submitted { get; } = new();

        public ConcurrentDictionary<string, bool> Won { get; } = new();

        public static async Task<Load> CreateAsync(Installation installation, Tenant tenant, HubSpotFake there)
        {
            var site = await FormSite.OpenAsync(installation, tenant);
            var key = await installation.InAsync(tenant, async s => (await s.GetRequiredService<ApiKeys>().CreateAsync("Load", [Scopes.LeadsWrite])).Key);
            return new Load(installation, tenant, there, site, key);
        }

        public void Start() => running.AddRange(new[] { SendAsync, SubmitAsync, (Func<int, Task>)WinAsync }.Select(RunAsync));

        public async Task FinishAsync()
        {
            over = true;
            await Task.WhenAll(running);
            Dispose();
        }

        public void Dispose() => http.Dispose();

        private async Task RunAsync(Func<int, Task> one)
        {
            for (var i = 0; !over; i++)
            {
                await one(i);
                await Task.Delay(Pause, Ct);
            }
        }

        private async Task SendAsync(int number)
        {
            var email = $"api{number}@load.example";
            await UntilTakenAsync(() =>
            {
                var call = new HttpRequestMessage(HttpMethod.Post, installation.Settings["urls"] + "/api/v1/leads")
                {
                    Content = JsonContent.Create(new { email, fullName = $"Api {number}", message = "What does it cost for 40 users?" }),
                };
                call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                call.Headers.Add("Idempotency-Key", email);
                return call;
            });
            Sent[email] = true;
        }

        private async Task SubmitAsync(int number)
        {
            var (email, token) = ($"form{number}@load.example", await site.TokenAsync());
            await UntilTakenAsync(() => new HttpRequestMessage(HttpMethod.Post, $"{installation.Settings["urls"]}/f/{tenant.Slug}/{site.Form.Key}")
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["_token"] = token,
                    ["email"] = email,
                    ["consent"] = "yes",
                    ["message"] = "We would like to see a demo next week.",
                }),
            });
            Submitted[email] = true;
        }

        private async Task WinAsync(int number)
        {
            if (there.Records.FirstOrDefault(r => r.Kind == "contacts" && r.Values.GetValueOrDefault("lifecyclestage") != "customer") is not { } contact)
            {
                return;
            }

            await there.ChangeAsync("contacts", contact.Id, "lifecyclestage", "customer");
            var told = there.Event("contacts", "propertyChange", contact.Id, e => (e["propertyName"], e["propertyValue"]) = ("lifecyclestage", "customer"));
            while (!await CrmKillTests.TellAsync(installation, tenant, told))
            {
                await Task.Delay(Pause, Ct);
            }

            Won[contact.Values["email"]] = true;
        }

        /// <summary>Nothing that a client may repeat counts as an answer: broken connections, and a server that says it has trouble.</summary>
        private async Task UntilTakenAsync(Func<HttpRequestMessage> call)
        {
            while (true)
            {
                try
                {
                    using var request = call();
                    using var answer = await http.SendAsync(request, Ct);
                    if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.SeeOther)
                    {
                        return;
                    }

                    ((int)answer.StatusCode).ShouldBeOneOf(409, 500, 503);
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !Ct.IsCancellationRequested)
                {
                    // Dead at the moment.
                }

                await Task.Delay(Pause, Ct);
            }
        }
    }
}
