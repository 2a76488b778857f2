using LeadGen.Fakes.Salesforce;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>A back-fill that is large enough for jobs.</summary>
public sealed class CrmJobTests(PostgresServer postgres)
{
    private const int Many = 2_050;

    [Theory, ClassData(typeof(Providers))]
    public async Task A_large_back_fill_goes_by_jobs_and_what_they_refuse_goes_by_itself(DataProvider provider)
    {
        await using var there = new SalesforceFake();
        await using var installation = await ScoredAsync(provider, there);
        var tenant = await TenantAsync(installation, there);
        var met = there.Add("Lead", ("LastName", "Known"), ("Company", "x"), ("Email", "p7@firm.example"));
        await installation.WriteAsync(tenant, (db, ct) => db.Leads.Where(l => l.Email == "p9@firm.example")
            .ExecuteUpdateAsync(l => l.SetProperty(x => x.LastName, new string('x', 90)), ct));

        var calls = there.Calls.Count;
        await BackfillAsync(installation, tenant);
        await installation.WriteAsync(tenant, (db, ct) => db.Leads.Where(l => l.Email == "p5@firm.example")
            .ExecuteUpdateAsync(l => l.SetProperty(x => x.JobTitle, "Changed meanwhile"), ct));
        (await installation.IntegrationAsync(tenant)).Backfill!.Jobs.ShouldNotBeNull().Ids.Count.ShouldBe(2);
        await FinishAsync(installation, tenant);

        there.Ids("Lead").Count.ShouldBe(Many - 1);
        (there.Calls.Count - calls).ShouldBeLessThan(120);
        there.Calls.Count(c => c.Path.EndsWith("/batches", StringComparison.Ordinal)).ShouldBe(2);
        var id = (await installation.IntegrationAsync(tenant)).Id;
        await using (var db = installation.Open(tenant))
        {
            (await db.CrmLinks.CountAsync(l => l.IntegrationId == id && l.LastError == null)).ShouldBe(Many - 1);
            (await db.CrmLinks.SingleAsync(l => l.RemoteId == met)).Shared["Email"].ShouldBe("p7@firm.example");
            (await db.Outbox.Where(m => m.DestinationId == id && m.State == OutboxState.Waiting).Join(db.Leads, m => m.LeadId, l => l.Id, (_, l) => l.Email).ToListAsync())
                .Order().ShouldBe(["p5@firm.example", "p9@firm.example"]);
        }

        await installation.DeliverToAsync(tenant, id);
        await using var after = installation.Open(tenant);
        (await after.Outbox.SingleAsync(m => m.DestinationId == id && m.State == OutboxState.Dead)).LastError!.ShouldContain("LastName: longer than the field");
        var changed = await after.CrmLinks.Join(after.Leads.Where(l => l.Email == "p5@firm.example"), l => l.LeadId, l => l.Id, (l, _) => l.RemoteId).SingleAsync();
        there.Value(changed, "Title").ShouldBe("Changed meanwhile");
    }

    [Fact]
    public async Task Jobs_that_fail_are_tried_anew_and_in_the_end_the_leads_go_by_themselves()
    {
        await using var there = new SalesforceFake();
        await using var installation = await ScoredAsync(DataProvider.Sqlite, there);
        var tenant = await TenantAsync(installation, there);

        await BackfillAsync(installation, tenant);
        for (var tries = 0; tries < 3; tries++)
        {
            var jobs = (await installation.IntegrationAsync(tenant)).Backfill!.Jobs!;
            jobs.Tries.ShouldBe(tries);
            await installation.InAsync(tenant, async s => await s.GetRequiredService<CrmConnections>().ConnectorOf(CrmKind.Salesforce)
                .EndAsync(s.GetRequiredService<CrmConnections>().Open(await installation.IntegrationAsync(tenant)), jobs.Ids, default));
            await StepAsync(installation, tenant);
            await StepAsync(installation, tenant);
        }

        await FinishAsync(installation, tenant);
        there.Ids("Lead").ShouldBeEmpty();
        await using var db = installation.Open(tenant);
        (await db.Outbox.CountAsync(m => m.Channel == OutboxChannel.Crm && m.State == OutboxState.Waiting)).ShouldBe(Many);
    }

    private async Task<Installation> ScoredAsync(DataProvider provider, SalesforceFake there)
    {
        await there.StartAsync();
        return await Installation.CreateAsync(provider, postgres, null, ("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
    }

    /// <summary>Leads as if they had been scored, since what they score is of no matter here.</summary>
    private static async Task<Tenant> TenantAsync(Installation installation, SalesforceFake there)
    {
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, [.. Enumerable.Range(0, Many).Select(i => (Func<Lead>)(() => Leads.Read(
            ("email", $"p{i}@firm.example"), ("firstName", "Ann"), ("lastName", $"Person {i}"), ("companyName", "Firm"))))]);
        await installation.WriteAsync(tenant, (db, ct) => db.Leads.ExecuteUpdateAsync(
            l => l.SetProperty(x => x.ScoredAt, DateTime.UtcNow).SetProperty(x => x.ScoreValue, 50).SetProperty(x => x.Grade, Grade.B), ct));
        var settings = new CrmSettings { BaseUrl = there.Address, ClientId = SalesforceFake.ClientId, UserName = SalesforceFake.UserName };
        await installation.ConnectAsync(tenant, CrmKind.Salesforce, settings, null, ("privateKey", there.PrivateKey));
        return tenant;
    }

    private static async Task BackfillAsync(Installation installation, Tenant tenant)
    {
        var id = (await installation.IntegrationAsync(tenant)).Id;
        await installation.InAsync(tenant, s => s.GetRequiredService<CrmSetup>().BackfillAsync(id, default));
        await StepAsync(installation, tenant);
    }

    /// <summary>One portion, without the pause between two looks.</summary>
    private static async Task StepAsync(Installation installation, Tenant tenant)
    {
        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            var row = await db.Integrations.SingleAsync(ct);
            row.Backfill = row.Backfill! with { Jobs = row.Backfill.Jobs is { } jobs ? jobs with { Until = DateTime.UnixEpoch } : null };
            await db.SaveChangesAsync(ct);
        });
        await installation.InAsync(tenant, s => s.GetRequiredService<CrmBackfills>().RunAsync(default));
    }

    private static Task FinishAsync(Installation installation, Tenant tenant) => Eventually.IsAsync(async () =>
    {
        await StepAsync(installation, tenant);
        return (await installation.IntegrationAsync(tenant)).Backfill is { DoneAt: not null, Queued: Many, Jobs: null };
    });
}
