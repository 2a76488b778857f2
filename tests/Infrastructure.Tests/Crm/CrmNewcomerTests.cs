using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using LeadGen.Fakes.Salesforce;
using LeadGen.Fakes.Webhook;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>People of a CRM whom LeadGen does not have yet.</summary>
public sealed class CrmNewcomerTests(PostgresServer postgres)
{
    private static readonly HookTarget Target = new("https://leads.example/hooks/acme/key", HubSpotFake.ClientSecret);

    [Theory, ClassData(typeof(Providers))]
    public async Task Somebody_new_there_becomes_a_scored_lead_here_that_is_kept_up_to_date_there(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres, BringIn);
        var remote = await hub.There.AddContactAsync(
            ("email", "sanne@vandermolen.example"), ("firstname", "Sanne"), ("jobtitle", "Head of IT"), ("city", "Utrecht"), ("lifecyclestage", "customer"));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TellAsync(hub, remote)));
        await hub.WorkAsync();
        await hub.Installation.ScoreAllAsync(hub.Tenant);
        await hub.DeliverAsync();

        await using var db = hub.Installation.Open(hub.Tenant);
        var lead = await db.Leads.SingleAsync();
        (lead.FirstName, lead.JobTitle, lead.City, lead.Source, lead.Outcome).ShouldBe(("Sanne", "Head of IT", "Utrecht", "HubSpot", Outcome.Won));
        lead.ScoredAt.ShouldNotBeNull();
        (await db.LeadChanges.FirstAsync(c => c.Field == LeadChange.Created)).Actor.ShouldBe("crm:HubSpot");
        (await hub.LinkAsync(lead.Id))!.RemoteId.ShouldBe(remote);
        hub.There.Records.Count(r => r.Kind == "contacts").ShouldBe(1);
        hub.There.Value("contacts", remote, "leadgen_grade").ShouldBe(lead.Grade.ToString());

        // Our score coming back is no news, and nothing goes there again.
        var (version, calls) = (lead.Version, hub.There.Calls.Count);
        await TellAsync(hub, remote);
        await hub.WorkAsync();
        await hub.QueueAsync(lead.Id);
        (await hub.DeliverAsync()).ShouldAllBe(r => r.Verdict == DeliveryVerdict.Delivered);
        (await hub.StoredAsync(lead.Id)).Version.ShouldBe(version);
        hub.There.Calls.Skip(calls).ShouldAllBe(c => c.Path.EndsWith("/read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_known_here_is_tied_and_whoever_was_erased_stays_away()
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(DataProvider.Sqlite, postgres, BringIn);
        var known = (await hub.Installation.TakeAsync(hub.Tenant, () => Leads.Read(("email", "known@a.example"), ("firstName", "Known"))))[0].Lead!.Id;
        var erased = (await hub.Installation.TakeAsync(hub.Tenant, () => Leads.Read(("email", "erased@a.example"))))[0].Lead!.Id;
        await hub.Installation.EraseAsync(hub.Tenant, erased);
        var first = await hub.There.AddContactAsync(("email", "known@a.example"), ("jobtitle", "Buyer"));
        foreach (var id in new[] { first, await hub.There.AddContactAsync(("email", "erased@a.example")), await hub.There.AddContactAsync(("firstname", "Nameless")) })
        {
            await TellAsync(hub, id);
        }

        await hub.WorkAsync();

        await using var db = hub.Installation.Open(hub.Tenant);
        (await db.Leads.SingleAsync()).ShouldSatisfyAllConditions(l => l.Id.ShouldBe(known), l => l.JobTitle.ShouldBe("Buyer"), l => l.FirstName.ShouldBe("Known"));
        (await hub.LinkAsync(known))!.RemoteId.ShouldBe(first);
        (await db.Inbox.Where(i => i.State == InboxState.Ignored).Select(i => i.LastError).ToListAsync()).Order().ShouldBe(
            ["The record belongs to no lead here and has no e-mail address to know the person by.", "This person was erased here and does not come back."]);
    }

    [Fact]
    public async Task Nobody_comes_in_unless_the_rules_say_so()
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(DataProvider.Sqlite, postgres);
        await TellAsync(hub, await hub.There.AddContactAsync(("email", "sanne@vandermolen.example")));

        await hub.WorkAsync();

        await using var db = hub.Installation.Open(hub.Tenant);
        (await db.Leads.AnyAsync()).ShouldBeFalse();
        (await db.Inbox.SingleAsync()).State.ShouldBe(InboxState.Ignored);
    }

    [Fact]
    public async Task Somebody_new_is_found_by_asking_too()
    {
        await using var there = new SalesforceFake();
        await there.StartAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, ("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        var tenant = await installation.TenantAsync();
        var settings = new CrmSettings { BaseUrl = there.Address, ClientId = SalesforceFake.ClientId, UserName = SalesforceFake.UserName };
        await installation.ConnectAsync(tenant, CrmKind.Salesforce, settings, BringIn, ("privateKey", there.PrivateKey));
        await installation.WorkAsync(tenant);

        var remote = there.Add("Lead", ("LastName", "de Wit"), ("Company", "Vandermolen Foods"), ("Email", "sanne@vandermolen.example"), ("Status", "Open - Not Contacted"));
        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            var row = await db.Integrations.SingleAsync(ct);
            row.Cursor = "0 " + row.Cursor!.Split(' ', 2)[1];
            await db.SaveChangesAsync(ct);
        });
        await installation.WorkAsync(tenant);

        await using var after = installation.Open(tenant);
        (await after.Leads.SingleAsync()).ShouldSatisfyAllConditions(l => l.LastName.ShouldBe("de Wit"), l => l.CompanyName.ShouldBe("Vandermolen Foods"));
        (await after.CrmLinks.SingleAsync()).RemoteId.ShouldBe(remote);
    }

    [Fact]
    public async Task Somebody_whom_a_signed_webhook_tells_of_keeps_the_id_of_the_other_side()
    {
        await using var there = new WebhookFake();
        await there.StartAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, ("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        var tenant = await installation.TenantAsync();
        var id = await installation.ConnectAsync(tenant, CrmKind.Webhook, new CrmSettings { BaseUrl = there.Address + "/leads" }, BringIn, ("hookSecret", WebhookFake.Secret));
        using var told = WebhookFake.Prove(
            new HookTarget("https://leads.example/hook", WebhookFake.Secret),
            DateTimeOffset.UtcNow,
            """{"data":{"id":"customer-77","fields":{"email":"sanne@vandermolen.example","firstName":"Sanne"}}}""");

        (await installation.HookAsync(tenant, told)).ShouldBe(HookAnswer.Taken);
        await installation.WorkAsync(tenant);
        await installation.ScoreAllAsync(tenant);
        await installation.DeliverToAsync(tenant, id);

        there.Records.ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Id.ShouldBe("customer-77"), r => r.Values["leadgen_grade"].ShouldNotBeEmpty());
        await using var db = installation.Open(tenant);
        (await db.CrmLinks.SingleAsync()).RemoteId.ShouldBe("customer-77");
    }

    private static void BringIn(Integration integration) => integration.Rules = integration.Rules with { BringIn = true };

    private static async Task TellAsync(ConnectedHubSpot hub, string id) =>
        (await hub.HookAsync(HubSpotFake.Prove(Target, DateTimeOffset.UtcNow, hub.There.Event("contacts", "creation", id)))).ShouldBe(HookAnswer.Taken);
}
