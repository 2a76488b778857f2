using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Work;

/// <summary>What people say of a lead outweighs what was computed: intents, grades, and that two leads are one.</summary>
public sealed class PeoplesWordTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_corrected_intent_counts_in_the_next_analysis_and_the_classifier_speaks_again_when_it_is_taken_back(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var id = (await installation.TakeAsync(tenant, () => Leads.Read(("email", "a@x.test"), ("message", "We would like to see a demo next week."))))[0].Lead!.Id;
        await installation.ScoreAllAsync(tenant);
        double before;
        await using (var db = installation.Open(tenant))
        {
            var intent = await db.Intents.SingleAsync(i => i.Kind == IntentKind.DemoRequest, Ct);
            before = (await db.Leads.SingleAsync(Ct)).ScoreValue!.Value;
            foreach (var (kind, holds) in new[] { (IntentKind.DemoRequest, false), (IntentKind.JobSeeker, true) })
            {
                db.IntentCorrections.Add(new IntentCorrection { LeadId = id, Source = intent.Source, TextHash = intent.TextHash, Kind = kind, Holds = holds, Actor = "member:1", At = DateTime.UtcNow });
            }

            await db.SaveChangesAsync(Ct);
        }

        await AgainAsync(installation, tenant);
        await using (var db = installation.Open(tenant))
        {
            (await db.Leads.SingleAsync(Ct)).ShouldSatisfyAllConditions(l => l.TopIntent.ShouldBe(IntentKind.JobSeeker), l => l.ScoreValue!.Value.ShouldBeLessThan(before));
            (await db.Analyses.SingleAsync(Ct)).Intents.ShouldNotContain(i => i.Kind == IntentKind.DemoRequest);
            await db.IntentCorrections.ExecuteDeleteAsync(Ct);
        }

        await AgainAsync(installation, tenant);
        await using var after = installation.Open(tenant);
        (await after.Leads.SingleAsync(Ct)).ShouldSatisfyAllConditions(l => l.TopIntent.ShouldBe(IntentKind.DemoRequest), l => l.ScoreValue!.Value.ShouldBe(before, 0.5));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_grade_whose_time_is_over_ends_by_itself_and_history_says_so(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var id = (await installation.TakeAsync(tenant, () => Leads.Read(("email", "a@x.test"))))[0].Lead!.Id;
        await installation.ScoreAllAsync(tenant);
        await installation.InAsync(tenant, s => s.GetRequiredService<WorkBoard>().AnnounceAsync(tenant.TenantId, WorkKind.Leads, () => s.GetRequiredService<TenantWrites>().RunAsync(
            (db, ct) => ScoreOverrides.SetAsync(db, [id], Grade.A, null, "met", DateTime.UtcNow.AddSeconds(4), "member:1", DateTime.UtcNow, null, ct))));
        await using (var db = installation.Open(tenant))
        {
            (await db.Leads.SingleAsync(Ct)).Grade.ShouldBe(Grade.A);
        }

        // Started after it was set, as after a restart.
        await installation.StartWorkersAsync();
        await Eventually.IsAsync(async () =>
        {
            await using var db = installation.Open(tenant);
            return !await db.ScoreOverrides.AnyAsync(Ct);
        });
        await using var after = installation.Open(tenant);
        var lead = await after.Leads.SingleAsync(Ct);
        var learned = (await after.Analyses.SingleAsync(Ct)).Score;
        (lead.Grade, lead.ScoreValue).ShouldBe((learned.Grade, learned.Value));
        (await after.LeadChanges.Where(c => c.Field == ScoreText.Field).OrderBy(c => c.Id).Select(c => c.Actor).ToListAsync(Ct)).ShouldBe(["member:1", "system"]);
        DateTime.UtcNow.ShouldBeGreaterThan((await after.LeadChanges.OrderByDescending(c => c.Id).FirstAsync(Ct)).At.AddSeconds(-1));
        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Two_leads_become_one_which_takes_in_what_comes_under_either_address(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var (first, second, _) = await MergedAsync(installation, tenant);
        await using (var db = installation.Open(tenant))
        {
            var lead = await db.Leads.SingleAsync(Ct);
            lead.ShouldSatisfyAllConditions(l => l.Id.ShouldBe(first), l => l.Email.ShouldBe("a@x.test"), l => l.JobTitle.ShouldBe("Director"), l => l.Custom["otherEmail"].ShouldBe("b@x.test"));
            (await db.Feedback.SingleAsync(Ct)).LeadId.ShouldBe(first);
            (await db.Intents.ToListAsync(Ct)).ShouldAllBe(i => i.LeadId == first);
            (await db.LeadChanges.CountAsync(c => c.LeadId == first && c.Field == LeadChange.Created, Ct)).ShouldBe(2);
            (await db.LeadChanges.AnyAsync(c => c.LeadId == second, Ct)).ShouldBeFalse();
        }

        var later = await installation.TakeAsync(tenant, () => Leads.Read(("email", "b@x.test"), ("city", "Gent")), () => Leads.Read(("email", "c@x.test")));
        later[0].ShouldSatisfyAllConditions(i => i.Kind.ShouldBe(IntakeKind.Merged), i => i.Lead!.Id.ShouldBe(first));
        later[1].Kind.ShouldBe(IntakeKind.Created);
        await installation.InAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync((db, ct) => LeadDeletion.PurgeAsync(db, DateTime.UtcNow.AddDays(3), ct)));
        (await installation.TakeAsync(tenant, () => Leads.Read(("email", "b@x.test"), ("city", "Brugge"))))[0].Lead!.Id.ShouldBe(first, "also when it can no longer be undone");
        await using var after = installation.Open(tenant);
        (await after.Leads.SingleAsync(l => l.Id == first, Ct)).ShouldSatisfyAllConditions(l => l.City.ShouldBe("Brugge"), l => l.Email.ShouldBe("a@x.test"));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_merge_is_undone_as_long_as_nothing_else_has_happened(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var (first, second, batch) = await MergedAsync(installation, tenant);
        await installation.ScoreAllAsync(tenant);
        (await UndoAsync(installation, tenant, batch)).ShouldBe(JoinOutcome.Done);
        await installation.ScoreAllAsync(tenant);
        await using (var db = installation.Open(tenant))
        {
            (await db.Leads.SingleAsync(l => l.Id == first, Ct)).ShouldSatisfyAllConditions(l => l.JobTitle.ShouldBeNull(), l => l.Custom.ShouldBeEmpty(), l => l.Grade.ShouldNotBeNull());
            (await db.Leads.SingleAsync(l => l.Id == second, Ct)).Email.ShouldBe("b@x.test");
            (await db.Feedback.SingleAsync(Ct)).LeadId.ShouldBe(second);
            (await db.DeletedLeads.AnyAsync(Ct)).ShouldBeFalse();
        }

        (await installation.TakeAsync(tenant, () => Leads.Read(("email", "b@x.test"), ("city", "Gent"))))[0].Lead!.Id.ShouldBe(second);
        (await UndoAsync(installation, tenant, batch)).ShouldBe(JoinOutcome.Gone);
        var again = await JoinAsync(installation, tenant, first, second);
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "a@x.test"), ("city", "Ieper")));
        (await UndoAsync(installation, tenant, again)).ShouldBe(JoinOutcome.Changed);
    }

    private static async Task<(Guid First, Guid Second, Guid Batch)> MergedAsync(Installation installation, Tenant tenant)
    {
        var taken = await installation.TakeAsync(
            tenant,
            () => Leads.Read(("email", "a@x.test"), ("message", "Does it integrate with SAP?")),
            () => Leads.Read(("email", "b@x.test"), ("jobTitle", "Director"), ("message", "We would like to see a demo next week.")));
        var (first, second) = (taken[0].Lead!.Id, taken[1].Lead!.Id);
        await installation.ScoreAllAsync(tenant);
        await installation.InAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            db.Feedback.Add(new FeedbackEvent { Id = "f", LeadId = second, Kind = FeedbackKind.Replied, OccurredAt = DateTime.UtcNow, ReceivedAt = DateTime.UtcNow });
            await db.SaveChangesAsync(ct);
        }));
        return (first, second, await JoinAsync(installation, tenant, first, second));
    }

    private static async Task<Guid> JoinAsync(Installation installation, Tenant tenant, Guid first, Guid second)
    {
        var batch = Guid.NewGuid();
        await using var db = installation.Open(tenant);
        var versions = await db.Leads.ToDictionaryAsync(l => l.Id, l => l.Version, Ct);
        (await installation.InAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync((write, ct) => LeadJoining.JoinAsync(
            write, (first, second), (versions[first], versions[second]), new Dictionary<string, JoinChoice>(), batch, "member:1", DateTime.UtcNow, ct)))).ShouldBe(JoinOutcome.Done);
        return batch;
    }

    private static Task<JoinOutcome> UndoAsync(Installation installation, Tenant tenant, Guid batch) => installation.InAsync(
        tenant, s => s.GetRequiredService<TenantWrites>().RunAsync((db, ct) => LeadJoining.UndoAsync(db, batch, "member:1", DateTime.UtcNow, ct)));

    private static async Task AgainAsync(Installation installation, Tenant tenant)
    {
        await using (var db = installation.Open(tenant))
        {
            await db.Leads.ExecuteUpdateAsync(l => l.SetProperty(x => x.Stage, LeadStage.Received), Ct);
        }

        await installation.ScoreAllAsync(tenant);
    }
}
