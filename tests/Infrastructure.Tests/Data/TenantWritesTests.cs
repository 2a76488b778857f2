using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Data;

/// <summary>PostgreSQL lets writers run side by side; these are the ways in which they meet.</summary>
public sealed class TenantWritesTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_loses_a_race_for_a_key_runs_again_and_finds_the_winner_s_row()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Postgres, postgres);
        var tenant = await installation.TenantAsync();
        var meeting = new Meeting();
        var created = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
            () => installation.InAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
            {
                if (await db.Leads.AnyAsync(l => l.IdentityKey == "e:x@y.test", ct))
                {
                    return false;
                }

                await meeting.ArriveAsync();

                db.Leads.Add(New("e:x@y.test"));
                await db.SaveChangesAsync(ct);
                return true;
            })),
            Ct)));
        created.Order().ShouldBe([false, true]);
        await using var read = installation.Open(tenant);
        (await read.Leads.CountAsync(Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task A_deadlock_ends_with_both_writes_done()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Postgres, postgres);
        var tenant = await installation.TenantAsync();
        var (one, two) = (New("e:1"), New("e:2"));
        await installation.WriteAsync(tenant, (db, ct) =>
        {
            db.Leads.AddRange(one, two);
            return db.SaveChangesAsync(ct);
        });
        var meeting = new Meeting();
        Task Cross(Guid first, Guid second) => Task.Run(
            () => installation.WriteAsync(tenant, async (db, ct) =>
            {
                await db.Leads.Where(l => l.Id == first).ExecuteUpdateAsync(l => l.SetProperty(x => x.Attempts, x => x.Attempts + 1), ct);
                await meeting.ArriveAsync();

                await db.Leads.Where(l => l.Id == second).ExecuteUpdateAsync(l => l.SetProperty(x => x.Attempts, x => x.Attempts + 1), ct);
            }),
            Ct);
        await Task.WhenAll(Cross(one.Id, two.Id), Cross(two.Id, one.Id));
        await using var read = installation.Open(tenant);
        (await read.Leads.Select(l => l.Attempts).ToListAsync(Ct)).ShouldBe([2, 2]);
        meeting.Arrived.ShouldBe(3);
    }

    [Fact]
    public async Task Of_two_who_change_a_lead_from_the_same_version_none_is_lost()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Postgres, postgres);
        var tenant = await installation.TenantAsync();
        var lead = New("e:1");
        await installation.WriteAsync(tenant, (db, ct) =>
        {
            db.Leads.Add(lead);
            return db.SaveChangesAsync(ct);
        });
        var meeting = new Meeting();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
            () => installation.WriteAsync(tenant, async (db, ct) =>
            {
                var row = await db.Leads.SingleAsync(ct);
                await meeting.ArriveAsync();

                row.Notes += "x";
                row.Version++;
                await db.SaveChangesAsync(ct);
            }),
            Ct)));
        await using var read = installation.Open(tenant);
        (await read.Leads.SingleAsync(Ct)).ShouldSatisfyAllConditions(l => l.Notes.ShouldBe("xx"), l => l.Version.ShouldBe(3));
    }

    [Fact]
    public async Task A_write_that_can_never_succeed_is_given_up_with_its_reason()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Postgres, postgres);
        var tenant = await installation.TenantAsync();
        var runs = 0;
        await Should.ThrowAsync<DbUpdateException>(() => installation.WriteAsync(tenant, (db, ct) =>
        {
            runs++;
            db.Leads.AddRange(New("e:same"), New("e:same"));
            return db.SaveChangesAsync(ct);
        }));
        runs.ShouldBeInRange(2, 20);
        await using var read = installation.Open(tenant);
        (await read.Leads.AnyAsync(Ct)).ShouldBeFalse();
    }

    private static Lead New(string key) => new() { Id = Guid.NewGuid(), IdentityKey = key, CreatedAt = DateTime.UnixEpoch };
}
