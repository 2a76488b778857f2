using LeadGen.Fakes;
using LeadGen.Fakes.Pipedrive;
using LeadGen.Fakes.Salesforce;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>The whole way with Salesforce and Pipedrive: connect, map, push, and the outcome back.</summary>
public sealed class VendorSyncTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_lead_stands_in_salesforce_and_its_won_opportunity_is_an_outcome_here()
    {
        await using var there = new SalesforceFake();
        await there.StartAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, ("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        var tenant = await installation.TenantAsync();
        var settings = new CrmSettings { BaseUrl = there.Address, ClientId = SalesforceFake.ClientId, UserName = SalesforceFake.UserName };
        await installation.ConnectAsync(tenant, CrmKind.Salesforce, settings, null, ("privateKey", there.PrivateKey));
        await PollAsync(installation, tenant);

        var lead = await PushAsync(installation, tenant);

        var remote = there.Ids("Lead").Single();
        there.Value(remote, "LastName").ShouldBe("de Wit");
        there.Value(remote, "Email").ShouldBe("sanne@vandermolen.example");
        there.Value(remote, "leadgen_grade__c").ShouldNotBeNullOrEmpty();
        var deal = there.Convert(remote);
        await there.ChangeAsync("Opportunity", deal, "StageName", "Closed Won");
        await PollAsync(installation, tenant);
        (await StoredAsync(installation, tenant, lead)).Outcome.ShouldBe(Outcome.Won);
    }

    [Fact]
    public async Task A_lead_stands_in_pipedrive_and_its_lost_deal_is_an_outcome_here()
    {
        await using var there = new PipedriveFake();
        await there.StartAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, ("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        var tenant = await installation.TenantAsync();
        var settings = new CrmSettings { BaseUrl = there.Address };
        await installation.ConnectAsync(tenant, CrmKind.Pipedrive, settings, null, ("token", PipedriveFake.Token), ("hookUser", "leadgen"), ("hookSecret", "secret"));

        var lead = await PushAsync(installation, tenant);

        var remote = there.Ids("persons").Single();
        there.Item("persons", remote)!["name"]!.ToString().ShouldBe("Sanne de Wit");
        there.Ids("organizations").Count.ShouldBe(1);
        there.Item("persons", remote)!["custom_fields"]!.AsObject().Count.ShouldBeGreaterThan(1);
        await there.ChangeAsync("persons", remote, "deal", "Forty seats");
        var deal = there.Ids("deals").Single();
        await there.ChangeAsync("deals", deal, "status", "lost");
        (await installation.HookAsync(tenant, PipedriveFake.Prove(new HookTarget("https://leads.example/hook", "leadgen:wrong"), there.Event("deals", deal, "change")))).ShouldBe(HookAnswer.Unproven);
        (await installation.HookAsync(tenant, PipedriveFake.Prove(new HookTarget("https://leads.example/hook", "leadgen:secret"), there.Event("deals", deal, "change")))).ShouldBe(HookAnswer.Taken);
        await installation.WorkAsync(tenant);
        (await StoredAsync(installation, tenant, lead)).Outcome.ShouldBe(Outcome.Lost);
    }

    private static async Task<Guid> PushAsync(Installation installation, Tenant tenant)
    {
        var taken = await installation.TakeAsync(tenant, () => Leads.Read(
            ("email", "sanne@vandermolen.example"), ("firstName", "Sanne"), ("lastName", "de Wit"), ("companyName", "Vandermolen Foods"), ("message", "Please send us a quote for 40 users.")));
        await installation.ScoreAllAsync(tenant);
        await installation.InAsync(tenant, async s =>
        {
            await using var db = installation.Open(tenant);
            var waiting = await db.Outbox.AsNoTracking().Where(m => m.Channel == OutboxChannel.Crm).ToListAsync();
            waiting.ShouldNotBeEmpty();
            var results = await s.GetRequiredService<CrmSync>().DeliverAsync(waiting[0].DestinationId, waiting, default);
            results.ShouldAllBe(r => r.Verdict == DeliveryVerdict.Delivered);
            return true;
        });
        return taken[0].Lead!.Id;
    }

    /// <summary>Asks at once, not only after the minute between two questions.</summary>
    private static async Task PollAsync(Installation installation, Tenant tenant)
    {
        await using (var db = installation.Open(tenant))
        {
            var cursor = (await db.Integrations.AsNoTracking().SingleAsync()).Cursor;
            var due = cursor is null ? null : "0 " + cursor.Split(' ', 2)[1];
            await db.Integrations.ExecuteUpdateAsync(i => i.SetProperty(x => x.Cursor, due));
        }

        await installation.WorkAsync(tenant);
    }

    private static async Task<Lead> StoredAsync(Installation installation, Tenant tenant, Guid lead)
    {
        await using var db = installation.Open(tenant);
        return await db.Leads.AsNoTracking().SingleAsync(l => l.Id == lead);
    }
}
