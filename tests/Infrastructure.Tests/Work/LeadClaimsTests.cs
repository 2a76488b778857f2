using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class LeadClaimsTests(PostgresServer postgres)
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Two_who_take_at_once_never_get_the_same_lead(DataProvider provider)
    {
        var (installation, tenant) = await MadeAsync(provider, 400);
        await using var _ = installation;
        await using var beside = installation.Beside(s => s.AddSingleton<TimeProvider>(clock));
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            async () =>
            {
                var mine = new List<Guid>();
                while (await TakeAsync(i % 2 == 0 ? installation : beside, tenant, 20) is { Ids.Count: > 0 } claim)
                {
                    mine.AddRange(claim.Ids);
                }

                return mine;
            },
            Ct)));
        taken.SelectMany(t => t).Distinct().Count().ShouldBe(400);
        taken.Sum(t => t.Count).ShouldBe(400);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_ended_lease_is_taken_over_and_the_first_one_s_late_result_is_refused(DataProvider provider)
    {
        var (installation, tenant) = await MadeAsync(provider, 3);
        await using var _ = installation;
        var first = await TakeAsync(installation, tenant);
        var held = await TakeAsync(installation, tenant);
        held.Ids.ShouldBeEmpty();
        held.Again.ShouldBe(clock.GetUtcNow().UtcDateTime.AddSeconds(30));
        var late = await AnalyzeAsync(installation, tenant, first);

        clock.Advance(TimeSpan.FromSeconds(31));
        var second = await TakeAsync(installation, tenant);
        second.Ids.ShouldBe(first.Ids, ignoreOrder: true);
        await StoreAsync(installation, tenant, late, first.Token);
        await using (var db = installation.Open(tenant))
        {
            (await db.ScoreChanges.AnyAsync(Ct)).ShouldBeFalse();
            (await db.Analyses.AnyAsync(Ct)).ShouldBeFalse();
            (await db.Leads.CountAsync(l => l.ClaimToken == second.Token, Ct)).ShouldBe(3);
        }

        await StoreAsync(installation, tenant, await AnalyzeAsync(installation, tenant, second), second.Token);
        await StoreAsync(installation, tenant, late, first.Token);
        await ShouldBeScoredOnceAsync(installation, tenant, 3);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_lead_changed_between_taking_and_storing_is_analysed_again(DataProvider provider)
    {
        var (installation, tenant) = await MadeAsync(provider, 2);
        await using var _ = installation;
        var claim = await TakeAsync(installation, tenant);
        var understood = await AnalyzeAsync(installation, tenant, claim);
        await installation.TakeAsync(tenant, () => Leads.Read(clock.GetUtcNow(), ("email", "p0@x.test"), ("message", "Send me a quote.")));
        await StoreAsync(installation, tenant, understood, claim.Token);
        await using (var db = installation.Open(tenant))
        {
            var lead = await db.Leads.SingleAsync(l => l.Email == "p0@x.test", Ct);
            lead.Stage.ShouldBe(LeadStage.Received);
            (await db.Analyses.CountAsync(Ct)).ShouldBe(1);
        }

        await installation.ScoreAllAsync(tenant);
        await using var after = installation.Open(tenant);
        (await after.Analyses.SingleAsync(a => a.LeadId == after.Leads.Single(l => l.Email == "p0@x.test").Id, Ct)).LeadVersion.ShouldBe(2);
    }

    [Fact]
    public async Task A_lead_changed_while_its_result_is_being_stored_is_analysed_again()
    {
        var (installation, tenant) = await MadeAsync(DataProvider.Postgres, 1);
        await using var _ = installation;
        for (var round = 0; round < 20; round++)
        {
            var claim = await TakeAsync(installation, tenant);
            var understood = await AnalyzeAsync(installation, tenant, claim);
            await Task.WhenAll(
                Task.Run(() => StoreAsync(installation, tenant, understood, claim.Token), Ct),
                Task.Run(() => installation.TakeAsync(tenant, () => Leads.Read(clock.GetUtcNow(), ("email", "p0@x.test"), ("city", $"City {round}"))), Ct));
            await using var db = installation.Open(tenant);
            (await db.Leads.SingleAsync(Ct)).Stage.ShouldBe(LeadStage.Received, $"round {round}: scored as it was before the change");
        }
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Leads_scored_under_an_older_epoch_are_scored_again_after_it_rose(DataProvider provider)
    {
        var (installation, tenant) = await MadeAsync(provider, 5);
        await using var _ = installation;
        await installation.ScoreAllAsync(tenant);
        (await TakeAsync(installation, tenant)).ShouldSatisfyAllConditions(c => c.Ids.ShouldBeEmpty(), c => c.Again.ShouldBeNull());
        await installation.WriteAsync(tenant, ScoringEpoch.RaiseAsync);
        await installation.ScoreAllAsync(tenant);
        await using var db = installation.Open(tenant);
        (await db.Leads.Select(l => l.ScoringEpoch).Distinct().ToListAsync(Ct)).ShouldBe([2]);
        (await TakeAsync(installation, tenant)).Ids.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Single_arrivals_come_before_files_and_files_before_leads_that_are_due_again(DataProvider provider)
    {
        var (installation, tenant) = await MadeAsync(provider, 2);
        await using var _ = installation;
        await installation.ScoreAllAsync(tenant);
        await installation.WriteAsync(tenant, ScoringEpoch.RaiseAsync);
        await installation.WriteAsync(tenant, (db, ct) =>
        {
            db.Leads.AddRange(
                new Lead { Id = Guid.NewGuid(), IdentityKey = "file", ImportId = Guid.NewGuid() },
                new Lead { Id = Guid.NewGuid(), IdentityKey = "single" });
            return db.SaveChangesAsync(ct);
        });
        var order = new List<string>();
        while (await TakeAsync(installation, tenant, 1) is { Ids.Count: 1 } claim)
        {
            await using var db = installation.Open(tenant);
            order.Add((await db.Leads.SingleAsync(l => l.Id == claim.Ids[0], Ct)).IdentityKey);
        }

        order.Take(2).ShouldBe(["single", "file"]);
        order.Count.ShouldBe(4);
    }

    private async Task<(Installation Installation, Tenant Tenant)> MadeAsync(DataProvider provider, int leads)
    {
        var installation = await Installation.CreateAsync(provider, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, [.. Enumerable.Range(0, leads).Select(i =>
            new Func<Lead>(() => Leads.Read(clock.GetUtcNow(), ("email", $"p{i}@x.test"), ("message", i % 50 == 0 ? "We want a demo." : ""))))]);
        return (installation, tenant);
    }

    private static async Task ShouldBeScoredOnceAsync(Installation installation, Tenant tenant, int leads)
    {
        await using var db = installation.Open(tenant);
        (await db.ScoreChanges.CountAsync(Ct)).ShouldBe(leads);
        (await db.Leads.CountAsync(l => l.Stage == LeadStage.Scored && l.ClaimToken == null, Ct)).ShouldBe(leads);
    }

    private static Task<LeadClaim> TakeAsync(Installation installation, Tenant tenant, int most = 256) =>
        installation.InAsync(tenant, s => s.GetRequiredService<LeadClaims>().TakeAsync(most, Ct));

    private static Task<Understood> AnalyzeAsync(Installation installation, Tenant tenant, LeadClaim claim) => installation.InAsync(tenant, async s =>
    {
        var understanding = s.GetRequiredService<LeadUnderstanding>();
        return await understanding.AnalyzeAsync(await understanding.LoadAsync(claim.Ids, Ct), Ct);
    });

    private static Task StoreAsync(Installation installation, Tenant tenant, Understood understood, Guid token) =>
        installation.InAsync(tenant, s => s.GetRequiredService<LeadUnderstanding>().StoreAsync(understood, token, Ct));
}
