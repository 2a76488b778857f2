using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Forms;

/// <summary>What was sent through forms goes with its lead, comes back with it, and is gone for good only when the person is erased.</summary>
public sealed class SubmissionsOfLeadsTests(PostgresServer postgres)
{
    private const string Ann = "ann+web@acme.example";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_deletion_that_is_undone_brings_the_submissions_back(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var site = await FormSite.OpenAsync(installation, await installation.TenantAsync());
        await site.SendAsync(Ann);
        var before = (await site.SubmissionsAsync()).Single();
        var batch = await DeleteAsync(site, before.LeadId!.Value);
        (await site.SubmissionsAsync()).ShouldBeEmpty();
        await installation.WriteAsync(site.Tenant, async (db, ct) =>
            (await LeadDeletion.RestoreAsync(db, batch, 10, "member:1", DateTime.UtcNow, ct)).Restored.ShouldBe(1));
        (await site.SubmissionsAsync()).Single().ShouldBeEquivalentTo(before);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Leads_that_become_one_keep_what_both_sent_until_that_is_undone(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var site = await FormSite.OpenAsync(installation, await installation.TenantAsync());
        await site.SendAsync(Ann);
        await site.SendAsync("other@acme.example");
        var ids = (await site.SubmissionsAsync()).Select(s => s.LeadId!.Value).ToList();
        var batch = Guid.NewGuid();
        await installation.WriteAsync(site.Tenant, async (db, ct) =>
        {
            var versions = await db.Leads.AsNoTracking().ToDictionaryAsync(l => l.Id, l => l.Version, ct);
            (await LeadJoining.JoinAsync(
                db, (ids[0], ids[1]), (versions[ids[0]], versions[ids[1]]), new Dictionary<string, JoinChoice>(), batch, "member:1", DateTime.UtcNow, ct))
                .ShouldBe(JoinOutcome.Done);
        });
        (await site.SubmissionsAsync()).Select(s => s.LeadId).ShouldBe([ids[0], ids[0]]);
        await installation.WriteAsync(site.Tenant, async (db, ct) =>
            (await LeadJoining.UndoAsync(db, batch, "member:1", DateTime.UtcNow, ct)).ShouldBe(JoinOutcome.Done));
        (await site.SubmissionsAsync()).Select(s => s.LeadId!.Value).ShouldBe(ids);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_erasure_takes_them_out_of_what_is_kept_for_undoing_other_deletions(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var site = await FormSite.OpenAsync(installation, await installation.TenantAsync());
        await site.SendAsync(Ann);
        await site.SendAsync("other@acme.example");
        var (own, other) = ((await site.SubmissionsAsync())[0].LeadId!.Value, (await site.SubmissionsAsync())[1].LeadId!.Value);

        // Sent under Ann's address, kept with somebody else's lead.
        await installation.WriteAsync(site.Tenant, (db, ct) => db.Submissions.Where(s => s.LeadId == own).ExecuteUpdateAsync(s => s.SetProperty(x => x.LeadId, other), ct));
        var batch = await DeleteAsync(site, other);
        await installation.WriteAsync(site.Tenant, (db, ct) => PersonErasure.ForgetAsync(db, own, Ann, ct));
        await using (var db = installation.Open(site.Tenant))
        {
            (await db.DeletedLeads.SingleAsync(Ct)).Snapshot.ShouldNotContain(Ann);
        }

        await installation.WriteAsync(site.Tenant, async (db, ct) =>
            (await LeadDeletion.RestoreAsync(db, batch, 10, "member:1", DateTime.UtcNow, ct)).Restored.ShouldBe(1));
        (await site.SubmissionsAsync()).Select(s => s.Email).ShouldBe(["other@acme.example"]);
    }

    private static async Task<Guid> DeleteAsync(FormSite site, Guid lead)
    {
        var batch = Guid.NewGuid();
        await site.Installation.WriteAsync(site.Tenant, (db, ct) => LeadDeletion.DeleteAsync(db, [lead], batch, "member:1", DateTime.UtcNow, ct));
        return batch;
    }
}
