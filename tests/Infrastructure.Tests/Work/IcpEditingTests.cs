using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Matching;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class IcpEditingTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_two_who_edit_the_same_draft_the_second_is_told(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var row = (await InAsync(installation, tenant, e => e.ListAsync(Ct))).Single();
        var saved = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(
            () => InAsync(installation, tenant, e => e.SaveAsync(row.Id, row.Draft with { Name = $"Editor {i}" }, row.Revision, Ct)), Ct)));
        saved.Count(s => s.Conflict).ShouldBe(5);
        var winner = saved.Single(s => !s.Conflict).Row!.Draft.Name;
        var now = (await InAsync(installation, tenant, e => e.FindAsync(row.Id, Ct)))!;
        now.ShouldSatisfyAllConditions(r => r.Draft.Name.ShouldBe(winner), r => r.Revision.ShouldBe(row.Revision + 1), r => r.Live!.Name.ShouldBe(row.Live!.Name));
        (await InAsync(installation, tenant, e => e.SaveAsync(row.Id, row.Draft with { Name = "" }, now.Revision, Ct))).Problems.ShouldNotBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Publishing_raises_version_and_epoch_and_has_every_lead_scored_again(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "a@x.test"), ("country", "Germany")), () => Leads.Read(("email", "b@x.test")));
        await installation.ScoreAllAsync(tenant);
        var row = (await InAsync(installation, tenant, e => e.ListAsync(Ct))).Single();

        (await InAsync(installation, tenant, e => e.PublishAsync(row.Id, "member", Ct)))!.Live!.Version.ShouldBe(1, "nothing was changed");
        (await EpochAsync(installation, tenant)).ShouldBe(1);

        var draft = row.Draft with { Criteria = [new IcpCriterion { Kind = CriterionKind.Country, Values = ["DE"], Requirement = CriterionRequirement.Must }] };
        await InAsync(installation, tenant, e => e.SaveAsync(row.Id, draft, row.Revision, Ct));
        var published = (await InAsync(installation, tenant, e => e.PublishAsync(row.Id, "member", Ct)))!;
        published.Live!.ShouldSatisfyAllConditions(l => l.Version.ShouldBe(2), l => l.Criteria.Count.ShouldBe(1));
        (await EpochAsync(installation, tenant)).ShouldBe(2);
        (await InAsync(installation, tenant, e => e.ProgressAsync(Ct))).ShouldBe((0, 2));
        await installation.StartWorkersAsync();
        await Eventually.IsAsync(async () => await InAsync(installation, tenant, e => e.ProgressAsync(Ct)) == (2, 2));
        await using var db = installation.Open(tenant);
        (await db.Analyses.ToListAsync(Ct)).ShouldAllBe(a => a.Match!.IcpVersion == 2);
        (await db.IcpVersions.Select(v => v.Version).OrderBy(v => v).ToListAsync(Ct)).ShouldBe([1, 2]);
        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task One_profile_is_live_and_one_that_was_retired_can_be_published_again(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var first = (await InAsync(installation, tenant, e => e.ListAsync(Ct))).Single();
        var second = (await InAsync(installation, tenant, e => e.CreateAsync(first.Draft with { Name = "Second" }, Ct))).Row!;
        await InAsync(installation, tenant, e => e.PublishAsync(second.Id, "member", Ct));
        (await LiveAsync(installation, tenant)).ShouldBe([second.Id]);
        (await InAsync(installation, tenant, e => e.PublishAsync(first.Id, "member", Ct)))!.Live!.Version.ShouldBe(2);
        (await LiveAsync(installation, tenant)).ShouldBe([first.Id]);
        (await EpochAsync(installation, tenant)).ShouldBe(3);
        (await InAsync(installation, tenant, e => e.PublishAsync(Guid.NewGuid(), "member", Ct))).ShouldBeNull();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_profiles_published_at_once_one_is_live(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var row = (await InAsync(installation, tenant, e => e.ListAsync(Ct))).Single();
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await InAsync(installation, tenant, e => e.CreateAsync(row.Draft with { Name = $"P{i}" }, Ct))).Row!.Id);
        }

        await installation.WriteAsync(tenant, (db, ct) => db.Icps.Where(i => i.Id == row.Id).ExecuteUpdateAsync(i => i.SetProperty(x => x.Live, (Icp?)null), ct));
        await Task.WhenAll(ids.Select(id => Task.Run(() => InAsync(installation, tenant, e => e.PublishAsync(id, "member", Ct)), Ct)));
        (await LiveAsync(installation, tenant)).Count.ShouldBe(1);
        (await EpochAsync(installation, tenant)).ShouldBe(6);
    }

    private static Task<T> InAsync<T>(Installation installation, Tenant tenant, Func<IcpEditing, Task<T>> work) =>
        installation.InAsync(tenant, s => work(s.GetRequiredService<IcpEditing>()));

    private static async Task<int> EpochAsync(Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return await db.Meta.Select(m => m.ScoringEpoch).SingleAsync(Ct);
    }

    private static async Task<List<Guid>> LiveAsync(Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return await db.Icps.Where(i => i.Live != null).Select(i => i.Id).ToListAsync(Ct);
    }
}
