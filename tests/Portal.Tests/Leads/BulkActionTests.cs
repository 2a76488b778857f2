using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Leads;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Leads;

/// <summary>Actions on many leads go on without their page, in any process, and each lead is changed once.</summary>
public sealed class BulkActionTests(PostgresServer postgres)
{
    private const int Many = 1_203;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_action_that_its_process_left_is_finished_by_others_once_and_undone_by_its_id(DataProvider provider)
    {
        await using var first = await Installation.CreateAsync(provider, postgres, Pages);
        var (tenant, user) = await StartAsync(first);
        Guid spared;
        await using (var db = first.Open(tenant))
        {
            spared = await db.Leads.OrderBy(l => l.Id).Select(l => l.Id).Skip(700).FirstAsync(Ct);
        }

        var all = new LeadTargets(new LeadFilter { Sources = ["fair"], CreatedFrom = DateTime.UnixEpoch }, [spared]);
        var begun = await AsAsync(first, tenant, user, a => a.BeginAsync(all, new BulkChange(BulkKind.Tag) { Tag = " met " }, Ct));
        begun.Problem.ShouldBeNull();
        (await PortionAsync(first, tenant)).ShouldBeTrue();

        // Whoever comes in later is none of its business.
        await first.WriteAsync(tenant, (db, ct) => db.BulkInsertAsync([Lead(Many)], ct));
        await using (var second = first.Beside(Pages))
        {
            while ((await Task.WhenAll(PortionAsync(first, tenant), PortionAsync(second, tenant))).Any(worked => worked))
            {
            }
        }

        await using (var db = first.Open(tenant))
        {
            var ended = await db.BulkActions.SingleAsync(Ct);
            ended.ShouldSatisfyAllConditions(
                a => a.State.ShouldBe(BulkState.Done), a => a.Total.ShouldBe(Many - 1), a => a.Seen.ShouldBe(Many - 1), a => a.Done.ShouldBe(Many - 1),
                a => a.EndedAt.ShouldNotBeNull(), a => a.Filter.ShouldBeNull(), a => a.Ids.ShouldBeEmpty());
            (await db.LeadChanges.CountAsync(c => c.BatchId == begun.Batch && c.Field == "tags" && c.New == "met" && c.Actor == $"member:{user}", Ct)).ShouldBe(Many - 1);
            (await db.Leads.CountAsync(l => l.Tags.Contains("met"), Ct)).ShouldBe(Many - 1);
        }

        (await AsAsync(first, tenant, user, a => a.OwnAsync(Ct)))!.Id.ShouldBe(begun.Batch, "its end was not seen yet");
        await AsAsync(first, tenant, user, async a =>
        {
            await a.ToldAsync(begun.Batch, Ct);
            (await a.OwnAsync(Ct)).ShouldBeNull();
            (await a.UndoAsync(begun.Batch, Ct)).Done.ShouldBe(Many - 1);
            return true;
        });
        await using var after = first.Open(tenant);
        (await after.Leads.AnyAsync(l => l.Tags.Contains("met"), Ct)).ShouldBeFalse();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Who_stops_an_action_keeps_what_it_did_and_may_take_that_back(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, Pages);
        var (tenant, user) = await StartAsync(installation);
        List<Guid> ids;
        await using (var db = installation.Open(tenant))
        {
            ids = await db.Leads.Select(l => l.Id).ToListAsync(Ct);
        }

        var begun = await AsAsync(installation, tenant, user, a => a.BeginAsync(new LeadTargets(null, ids), new BulkChange(BulkKind.Delete), Ct));
        (await PortionAsync(installation, tenant)).ShouldBeTrue();
        (await AsAsync(installation, tenant, Guid.NewGuid(), a => a.StopAsync(begun.Batch, Ct))).ShouldBe(BulkOutcome.NotAllowed);
        (await AsAsync(installation, tenant, user, a => a.StopAsync(begun.Batch, Ct))).Problem.ShouldBeNull();
        (await PortionAsync(installation, tenant)).ShouldBeFalse();
        await using var look = installation.Open(tenant);
        (await look.BulkActions.SingleAsync(Ct)).ShouldSatisfyAllConditions(a => a.State.ShouldBe(BulkState.Stopped), a => a.Done.ShouldBe(BulkRun.Portion));
        (await look.Leads.CountAsync(Ct)).ShouldBe(Many - BulkRun.Portion);
        (await AsAsync(installation, tenant, user, a => a.UndoAsync(begun.Batch, Ct))).Done.ShouldBe(BulkRun.Portion);
        (await look.Leads.CountAsync(Ct)).ShouldBe(Many);
    }

    private static void Pages(IServiceCollection services) => services.AddLeads().AddLeadPages().AddScoped<CurrentMember>().AddScoped<MemberAccess>();

    /// <summary>A tenant with many leads and an editor.</summary>
    private static async Task<(Tenant Tenant, Guid User)> StartAsync(Installation installation)
    {
        var tenant = await installation.TenantAsync();
        var user = Guid.NewGuid();
        await using (var catalog = installation.Catalog())
        {
            catalog.Users.Add(new User { Id = user, UserName = "ed@x.test", Email = "ed@x.test", DisplayName = "Ed" });
            catalog.Memberships.Add(new Membership { TenantId = tenant.Id, UserId = user, Role = MemberRole.Editor, Since = DateTime.UnixEpoch });
            await catalog.SaveChangesAsync(Ct);
        }

        await installation.WriteAsync(tenant, (db, ct) => db.BulkInsertAsync([.. Enumerable.Range(0, Many).Select(Lead)], ct));
        return (tenant, user);
    }

    private static Lead Lead(int number) => new()
    {
        Id = Guid.CreateVersion7(),
        IdentityKey = $"e:p{number}@x.test",
        Email = $"p{number}@x.test",
        Source = "fair",
        CreatedAt = DateTime.UtcNow,
        UpdatedAt = DateTime.UtcNow,
    };

    private static Task<bool> PortionAsync(Installation installation, Tenant tenant) =>
        Task.Run(() => installation.InAsync(tenant, s => s.GetRequiredService<BulkRun>().PortionAsync(Ct)), Ct);

    private static Task<T> AsAsync<T>(Installation installation, Tenant tenant, Guid user, Func<LeadBulkActions, Task<T>> work) => installation.InAsync(tenant, s =>
    {
        s.GetRequiredService<CurrentMember>().Set(new User { Id = user, DisplayName = "Ed" }, MemberRole.Editor);
        return work(s.GetRequiredService<LeadBulkActions>());
    });
}
