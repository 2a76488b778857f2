using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Crm;

public sealed class CrmSyncTests(PostgresServer postgres)
{
    private static readonly (string, string)[] Sanne =
    [
        ("email", "sanne@vandermolen.example"), ("firstName", "Sanne"), ("lastName", "de Wit"), ("jobTitle", "Head of IT"),
        ("companyName", "Vandermolen Foods"), ("companyDomain", "vandermolen.example"), ("message", "Please send us a quote for 40 users."),
    ];

    [Theory, ClassData(typeof(Providers))]
    public async Task A_scored_lead_stands_in_the_crm_with_its_company_and_score(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);

        var lead = await hub.LeadAsync(Sanne);
        var results = await hub.DeliverAsync();

        results.ShouldHaveSingleItem().Verdict.ShouldBe(DeliveryVerdict.Delivered);
        var link = (await hub.LinkAsync(lead)).ShouldNotBeNull();
        link.RemoteId.ShouldBe(hub.There.IdByEmail("sanne@vandermolen.example"));
        hub.There.Value("contacts", link.RemoteId, "jobtitle").ShouldBe("Head of IT");
        hub.There.Value("contacts", link.RemoteId, "leadgen_grade").ShouldBe((await hub.StoredAsync(lead)).Grade.ToString());
        hub.There.Value("contacts", link.RemoteId, "leadgen_intent").ShouldBe("Pricing inquiry");
        hub.There.CompanyOf(link.RemoteId).ShouldNotBeNull().ShouldBe(link.RemoteCompanyId);
        hub.There.Value("companies", link.RemoteCompanyId!, "name").ShouldBe("Vandermolen Foods");
        link.Url.ShouldBe($"https://app.hubspot.com/contacts/{HubSpotFake.PortalId}/record/0-1/{link.RemoteId}");
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task Nothing_is_sent_when_nothing_changed_and_many_changes_are_one_message(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        var lead = await hub.LeadAsync(Sanne);
        await hub.DeliverAsync();
        var calls = hub.There.Calls.Count;

        (await hub.QueueAsync(lead)).ShouldBe(1);
        (await hub.QueueAsync(lead)).ShouldBe(0, "one message waits already");
        var results = await hub.DeliverAsync();

        results.ShouldHaveSingleItem().Verdict.ShouldBe(DeliveryVerdict.Delivered);
        hub.There.Calls.Count.ShouldBe(calls);
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task A_refused_record_holds_up_no_other(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        await hub.LeadAsync(("email", "one@a.example"), ("firstName", "One"));
        await hub.LeadAsync(("email", "two@a.example"), ("firstName", "Two"));
        await hub.LeadAsync(("email", "three@a.example"), ("firstName", "Three"));

        hub.There.Faults.Plan(Fault.Partial);
        var results = await hub.DeliverAsync();

        results.Count(r => r.Verdict == DeliveryVerdict.Delivered).ShouldBe(2);
        results.Single(r => r.Verdict == DeliveryVerdict.Refused).Error.ShouldNotBeNull().ShouldContain("phone is not a valid phone number");
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task Too_fast_holds_the_connection_and_loses_nothing(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        await hub.LeadAsync(Sanne);

        hub.There.Faults.Plan(Fault.DailyLimit);
        var held = (await hub.DeliverAsync()).ShouldHaveSingleItem();

        held.Verdict.ShouldBe(DeliveryVerdict.Throttled);
        held.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        (await hub.IntegrationAsync()).HoldUntil.ShouldNotBeNull().ShouldBeGreaterThan(DateTime.UtcNow.AddMinutes(50));
        var calls = hub.There.Calls.Count;
        (await hub.DeliverAsync()).ShouldHaveSingleItem().Verdict.ShouldBe(DeliveryVerdict.Throttled);
        hub.There.Calls.Count.ShouldBe(calls, "it is left alone until then");
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task A_withdrawn_token_stops_the_connection_until_a_person_acts(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        var lead = await hub.LeadAsync(Sanne);

        hub.There.Withdraw();
        (await hub.DeliverAsync()).ShouldHaveSingleItem().Verdict.ShouldBe(DeliveryVerdict.Throttled);

        var broken = await hub.IntegrationAsync();
        broken.State.ShouldBe(IntegrationState.Broken);
        broken.StateReason.ShouldNotBeNull().ShouldContain("Enter a new one");
        (await hub.LinkAsync(lead)).ShouldBeNull();
    }

    [Fact]
    public async Task An_expired_access_token_is_renewed_and_kept()
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(
            DataProvider.Sqlite, postgres, null, ("refreshToken", HubSpotFake.RefreshToken), ("clientSecret", HubSpotFake.ClientSecret));
        await hub.LeadAsync(Sanne);
        var first = await TokenAsync(hub);

        hub.There.Withdraw(first);
        (await hub.DeliverAsync()).ShouldHaveSingleItem().Verdict.ShouldBe(DeliveryVerdict.Delivered);

        (await TokenAsync(hub)).ShouldNotBe(first);
    }

    [Theory]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.Odd)]
    [InlineData(Fault.Broken)]
    public async Task A_vendor_in_trouble_is_tried_again_and_has_the_record_once(Fault fault)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(DataProvider.Sqlite, postgres);
        await hub.LeadAsync(Sanne);

        hub.There.Faults.Plan(fault, 4);
        for (var i = 0; i < 4; i++)
        {
            await hub.DeliverAsync();
        }

        (await hub.DeliverAsync()).Count(r => r.Verdict == DeliveryVerdict.Failed).ShouldBe(0);
        hub.There.Records.Count(r => r.Kind == "contacts").ShouldBe(1);
        hub.There.Records.Count(r => r.Kind == "companies").ShouldBe(1);
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task Only_leads_that_the_rules_let_through_are_queued(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(
            provider, postgres, i => i.Rules = new CrmRules { Intents = ["PricingInquiry"], Tags = ["fair"], OnlyWithConsent = true });
        await hub.LeadAsync(("email", "no@a.example"), ("tags", "fair"), ("consent.basis", "consent"), ("message", "Not interested, thanks."));
        await hub.LeadAsync(("email", "untagged@a.example"), ("consent.basis", "consent"), ("message", "What does it cost for 40 users?"));
        await hub.LeadAsync(("email", "unasked@a.example"), ("tags", "fair"), ("message", "What does it cost for 40 users?"));
        await hub.LeadAsync(("email", "yes@a.example"), ("tags", "fair;2026"), ("consent.basis", "consent"), ("message", "What does it cost for 40 users?"));

        await hub.DeliverAsync();

        hub.There.Records.Where(r => r.Kind == "contacts").ShouldHaveSingleItem().Values["email"].ShouldBe("yes@a.example");
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task A_back_fill_pushes_every_lead_that_the_rules_let_through_and_goes_on_where_it_stopped(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        await hub.Installation.TakeAsync(hub.Tenant, [.. Enumerable.Range(0, 620).Select(i => (Func<Pipeline.Leads.Lead>)(() => Leads.Read(("email", $"p{i}@firm{i % 50}.example"), ("companyName", $"Firm {i % 50}"))))]);
        await hub.Installation.ScoreAllAsync(hub.Tenant);

        await hub.Installation.WriteAsync(hub.Tenant, (db, ct) => db.Outbox.ExecuteDeleteAsync(ct));
        await hub.InAsync(s => s.GetRequiredService<CrmSetup>().BackfillAsync(hub.Id, default));
        await hub.InAsync(s => CrmWorker.PortionAsync(s, default));
        (await hub.IntegrationAsync()).Backfill!.Queued.ShouldBe(500);
        await hub.InAsync(s => s.GetRequiredService<CrmSetup>().PauseAsync(hub.Id, default));
        await hub.InAsync(s => CrmWorker.PortionAsync(s, default));
        (await hub.IntegrationAsync()).Backfill!.Queued.ShouldBe(500, "it is paused");
        await hub.InAsync(s => s.GetRequiredService<CrmSetup>().ResumeAsync(hub.Id, default));
        await hub.WorkAsync();
        await hub.DeliverAsync();

        var done = (await hub.IntegrationAsync()).Backfill!;
        (done.Total, done.Queued).ShouldBe((620, 620));
        done.DoneAt.ShouldNotBeNull();
        hub.There.Records.Count(r => r.Kind == "contacts").ShouldBe(620);
        hub.There.Records.Count(r => r.Kind == "companies").ShouldBe(50);
    }

    private static Task<string> TokenAsync(ConnectedHubSpot hub) => hub.InAsync(async s =>
        s.GetRequiredService<CrmConnections>().Open(await hub.IntegrationAsync()).Secrets["token"]);
}
