using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class ScoreOverridesTests(PostgresServer postgres)
{
    private const string Actor = "member:somebody";
    private static readonly DateTime Now = new(2026, 11, 1, 8, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_judgement_stays_when_the_lead_is_analysed_again_and_goes_without_a_trace_in_the_score(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var id = (await installation.TakeAsync(tenant, () => Leads.Read(("email", "a@x.test"), ("message", "Please show us a demo.")))).Single().Lead!.Id;
        await installation.ScoreAllAsync(tenant);
        var computed = await LeadAsync(installation, tenant, id);
        var grade = computed.Grade == Grade.D ? Grade.A : Grade.D;

        await installation.WriteAsync(tenant, (db, ct) => ScoreOverrides.SetAsync(db, [id, Guid.NewGuid()], grade, null, "Met | them", null, Actor, Now, null, ct));
        await installation.WriteAsync(tenant, (db, ct) => db.Leads.ExecuteUpdateAsync(l => l.SetProperty(x => x.Stage, LeadStage.Received), ct));
        await installation.ScoreAllAsync(tenant);

        var judged = await LeadAsync(installation, tenant, id);
        judged.Stage.ShouldBe(LeadStage.Scored);
        judged.Grade.ShouldBe(grade);
        new GradeBounds().GradeOf(judged.ScoreValue!.Value).ShouldBe(grade);
        await using var db = installation.Open(tenant);
        (await db.Analyses.SingleAsync(Ct)).Score.Value.ShouldBe(computed.ScoreValue!.Value, 1);
        var change = await db.LeadChanges.SingleAsync(c => c.Field == ScoreText.Field, Ct);
        ScoreText.Parse(change.Old)!.Actor.ShouldBeNull();
        ScoreText.Parse(change.New).ShouldBe(ScoreText.Of(await db.ScoreOverrides.SingleAsync(Ct)));

        await installation.WriteAsync(tenant, (write, ct) => ScoreOverrides.ClearAsync(write, [id], Actor, Now, null, ct));
        var back = await LeadAsync(installation, tenant, id);
        back.Grade.ShouldBe(computed.Grade);
        back.ScoreValue!.Value.ShouldBe(computed.ScoreValue!.Value, 1);
        (await db.ScoreOverrides.CountAsync(Ct)).ShouldBe(0);
    }

    [Fact]
    public void A_value_is_brought_inside_the_bounds_of_the_grade()
    {
        var bounds = new GradeBounds();
        foreach (var grade in Enum.GetValues<Grade>())
        {
            foreach (double? wanted in new double?[] { null, 0, 24.9, 25, 60, 75, 100 })
            {
                bounds.GradeOf(ScoreOverrides.Inside(bounds, grade, wanted)).ShouldBe(grade, $"{wanted}");
            }
        }

        ScoreOverrides.Inside(bounds, Grade.B, 61.5).ShouldBe(61.5);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task What_was_deleted_comes_back_whole_and_is_forgotten_after_a_day(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var taken = await installation.TakeAsync(
            tenant, () => Leads.Read(("email", "a@x.test"), ("message", "What does it cost?")), () => Leads.Read(("email", "b@x.test")));
        var ids = taken.Select(t => t.Lead!.Id).ToList();
        await installation.ScoreAllAsync(tenant);
        await installation.WriteAsync(tenant, (db, ct) => ScoreOverrides.SetAsync(db, [ids[0]], Grade.C, 30, "", null, Actor, Now, null, ct));
        var batch = Guid.NewGuid();
        await installation.WriteAsync(tenant, (db, ct) => LeadDeletion.DeleteAsync(db, ids, batch, Actor, Now, ct));
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct) + await db.LeadChanges.CountAsync(Ct) + await db.ScoreOverrides.CountAsync(Ct)).ShouldBe(0);

        // Who came in anew meanwhile is not doubled.
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "b@x.test")));
        await installation.WriteAsync(tenant, async (write, ct) =>
            (await LeadDeletion.RestoreAsync(write, batch, 10, Actor, Now, ct)).ShouldBe((1, false)));
        (await db.Leads.AsNoTracking().OrderBy(l => l.Email).Select(l => l.Email).ToListAsync(Ct)).ShouldBe(["a@x.test", "b@x.test"]);
        var back = await LeadAsync(installation, tenant, ids[0]);
        (back.Stage, back.Message, back.Grade).ShouldBe((LeadStage.Received, "What does it cost?", Grade.C));
        (await db.LeadChanges.CountAsync(c => c.LeadId == ids[0], Ct)).ShouldBeGreaterThan(1);
        (await db.Intents.AnyAsync(i => i.LeadId == ids[0], Ct)).ShouldBeTrue();
        (await db.ScoreOverrides.CountAsync(Ct)).ShouldBe(1);
        await installation.ScoreAllAsync(tenant);
        (await LeadAsync(installation, tenant, ids[0])).Stage.ShouldBe(LeadStage.Scored);

        await installation.WriteAsync(tenant, (write, ct) => LeadDeletion.DeleteAsync(write, [ids[0]], Guid.NewGuid(), Actor, Now, ct));
        await installation.WriteAsync(tenant, (write, ct) => LeadDeletion.PurgeAsync(write, Now.AddHours(23), ct));
        (await db.DeletedLeads.CountAsync(Ct)).ShouldBe(1);
        await installation.WriteAsync(tenant, (write, ct) => LeadDeletion.PurgeAsync(write, Now.AddHours(25), ct));
        (await db.DeletedLeads.CountAsync(Ct)).ShouldBe(0);
    }

    private static async Task<Lead> LeadAsync(Installation installation, Tenant tenant, Guid id)
    {
        await using var db = installation.Open(tenant);
        return await db.Leads.AsNoTracking().SingleAsync(l => l.Id == id, Ct);
    }
}
