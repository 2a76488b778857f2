using System.Diagnostics;
using System.Globalization;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Dashboard;
using LeadGen.Portal.Tests.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Dashboard;

public sealed class DashboardQueriesTests(PostgresServer postgres)
{
    /// <summary>A Wednesday.</summary>
    private static readonly DateTime Now = new(2026, 11, 18, 12, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task Weeks_sources_and_funnel_are_counted(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        var answered = await FillAsync(stores);
        var numbers = await Queries(stores).ReadAsync(4, TimeZoneInfo.Utc, Now, Ct);

        numbers.Leads.ShouldBe(8);
        numbers.Weeks.Select(w => w.Monday).ShouldBe([new(2026, 10, 26), new(2026, 11, 2), new(2026, 11, 9), new(2026, 11, 16)]);
        numbers.Weeks[^1].Grades.ShouldBe(new GradeCounts(2, 0, 0, 1));
        numbers.Weeks[^2].Grades.ShouldBe(new GradeCounts(0, 1, 0, 0));
        numbers.Weeks[0].Grades.ShouldBe(new GradeCounts(0, 0, 1, 0));
        numbers.Today.ShouldBe(new GradeCounts(3, 1, 1, 1));
        numbers.Funnel.ShouldBe(new Funnel(Received: 7, Before: 1, Scored: 5, Good: 3, Answered: 1, Won: 1));
        numbers.Sources.ShouldBe([new SourceOfLeads("Fair", 3, 1), new SourceOfLeads("Form", 1, 1), new SourceOfLeads(null, 1, 0)]);
        numbers.Work.Waiting.ShouldBe(1);
        numbers.Work.Model.IsStarter.ShouldBeTrue();
        numbers.Work.Imports.Single().Import.FileName.ShouldBe("running.csv");

        var needs = numbers.Needs.ToDictionary(n => n.Kind);
        needs[NeedKind.Replied].ShouldBe(new Need(NeedKind.Replied, 1, "Ann", answered, Now.AddHours(-3)));
        needs[NeedKind.NewIntent].Count.ShouldBe(1);
        needs[NeedKind.NobodysA].Count.ShouldBe(1, "one A lead is won, one has an owner");
        needs[NeedKind.LeadsFailed].Count.ShouldBe(1);
        needs[NeedKind.ImportFailed].Detail.ShouldBe("broken.csv");
        needs[NeedKind.RowsNotTaken].Count.ShouldBe(12);
        needs[NeedKind.OverrideEnding].Count.ShouldBe(1);
        needs[NeedKind.Drafts].ShouldBe(new Need(NeedKind.Drafts, 2, "Dan"));
        needs[NeedKind.UnknownMails].Count.ShouldBe(1);
        needs[NeedKind.SenderPaused].ShouldBe(new Need(NeedKind.SenderPaused, 1, "Nora"), "a person paused the other");
        needs[NeedKind.Tasks].Count.ShouldBe(1, "the other waits for its mail");
        numbers.Needs.Select(n => n.Kind).ShouldBe(numbers.Needs.Select(n => n.Kind).Order());
    }

    [Fact]
    public void Weeks_begin_at_midnight_on_Monday_where_the_tenant_is()
    {
        var auckland = TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland");
        var sundayEvening = new DateTime(2026, 11, 15, 18, 0, 0, DateTimeKind.Utc);
        DashboardQueries.Mondays(2, TimeZoneInfo.Utc, sundayEvening).ShouldBe([new(2026, 11, 2), new(2026, 11, 9)]);
        DashboardQueries.Mondays(2, auckland, sundayEvening).ShouldBe([new(2026, 11, 9), new(2026, 11, 16)]);
    }

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task The_stamp_changes_with_a_score_and_stays_otherwise(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        await FillAsync(stores);
        var queries = Queries(stores);
        var before = await queries.StampAsync(Ct);
        (await queries.StampAsync(Ct)).ShouldBe(before);
        await using (var db = stores.CreateDbContext())
        {
            db.ScoreChanges.Add(new ScoreChange { LeadId = Guid.NewGuid(), LeadVersion = 1, Epoch = 1, Value = 1, Grade = Grade.D, ModelVersion = 1, At = Now, Reason = ScoreReason.First });
            await db.SaveChangesAsync(Ct);
        }

        (await queries.StampAsync(Ct)).ShouldNotBe(before);
    }

    [Fact]
    public async Task A_large_tenant_is_read_in_one_pass()
    {
        await using var stores = await LeadStores.CreateAsync(DataProvider.Sqlite, postgres);
        await FillAsync(stores);
        await using (var db = stores.CreateDbContext())
        {
            await db.Database.ExecuteSqlRawAsync(Copies, Ct);
        }

        var queries = Queries(stores);
        var best = double.MaxValue;
        DashboardNumbers? numbers = null;
        for (var i = 0; i < 3; i++)
        {
            var clock = Stopwatch.StartNew();
            numbers = await queries.ReadAsync(12, TimeZoneInfo.Utc, Now, Ct);
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
        }

        numbers!.Leads.ShouldBe(100_008);
        numbers.Weeks.Sum(w => w.Grades.All).ShouldBe(numbers.Funnel.Scored);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"dashboard of 100,000 leads: {best:0} ms"));
    }

    /// <summary>The leads again and again until there are 100,000 more, spread over the last hundred days.</summary>
    private const string Copies = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
        INSERT INTO "Leads" ("Id", "IdentityKey", "FullName", "CompanyName", "Message", "Seniority", "Department", "Technologies", "Source", "Tags", "CreatedAt", "Outcome", "Custom",
            "EditedFields", "Stage", "Version", "UpdatedAt", "ScoreValue", "Grade", "TopIntent", "ScoringEpoch", "Attempts")
        SELECT printf('00000000-0000-0000-0000-%012d', i), 'k' || i, 'Name ' || i, 'Company ' || (i % 9000), hex(zeroblob(150)), 'Manager', 'Sales', '[]', 'Source ' || (i % 9), '[]',
            strftime('%Y-%m-%d %H:%M:%S', '2026-11-18', '-' || (i % 100) || ' days'), CASE WHEN i % 40 = 0 THEN 'Won' END, json_object(), '[]', 'Scored', 1, '2026-11-18 00:00:00',
            i % 100, substr('DDDCCCBBBA', 1 + (i % 10), 1), CASE WHEN i % 50 = 0 THEN 'PricingInquiry' END, 1, 0 FROM n
        """;

    private static DashboardQueries Queries(LeadStores stores)
    {
        var current = new CurrentTenant();
        current.Set(new Tenant { Id = Guid.NewGuid(), Slug = "t", Name = "T", CreatedAt = Now });
        return new DashboardQueries(stores, current);
    }

    private static async Task<Guid> FillAsync(LeadStores stores)
    {
        await using var db = stores.CreateDbContext();
        db.Meta.Add(new TenantMeta { TenantId = Guid.NewGuid(), HashKey = "" });
        db.Models.Add(new ModelRow { Version = 1, Json = "{}", State = Infrastructure.Data.Tenants.ModelState.Champion, TrainedAt = Now });
        var running = Import("running.csv", ImportState.Running);
        db.Imports.AddRange(running, Import("broken.csv", ImportState.Failed), Import("fair.csv", ImportState.Done, rejected: 12), Import("fine.csv", ImportState.Done));
        Lead[] leads =
        [
            Lead("Ann", 1, Grade.A, "Form", intent: IntentKind.DemoRequest),
            Lead("Bob", 2, Grade.A, "Fair", outcome: Outcome.Won),
            Lead("Cid", 1, Grade.D, "Fair"),
            Lead("Dan", 6, Grade.B, "Fair"),
            Lead("Eve", 20, Grade.C, null),
            Lead("Fay", 30, Grade.A, "Form", owner: Guid.NewGuid()),
            Lead("Gus", 1, null, "Form", stage: LeadStage.Received),
            Lead("Hal", 3, null, "Form", stage: LeadStage.Failed),
        ];
        db.Leads.AddRange(leads);
        db.Feedback.AddRange(
            Event("1", leads[0].Id, FeedbackKind.Replied, -3), Event("2", leads[0].Id, FeedbackKind.MeetingBooked, -5), Event("3", leads[3].Id, FeedbackKind.Opened, -1));
        db.ScoreOverrides.Add(new ScoreOverride { LeadId = leads[2].Id, Grade = Grade.D, Value = 10, Actor = "member:x", At = Now, Until = Now.AddDays(2) });
        db.ScoreOverrides.Add(new ScoreOverride { LeadId = leads[3].Id, Grade = Grade.B, Value = 60, Actor = "member:x", At = Now, Until = Now.AddDays(20) });
        AddOutreach(db, leads);
        await db.SaveChangesAsync(Ct);
        return leads[0].Id;
    }

    private static void AddOutreach(TenantDb db, Lead[] leads)
    {
        var nora = new Sender { Id = Guid.NewGuid(), Name = "Nora", Email = "nora@t.example", CreatedAt = Now, State = SenderState.Paused, StateReason = "Too many complaints." };
        var sequence = new Sequence
        {
            Id = Guid.NewGuid(),
            Name = "First contact",
            State = SequenceState.Active,
            SenderId = nora.Id,
            Plan = new SequencePlan { Steps = [new SequenceStep { Kind = StepKind.Mail }, new SequenceStep { Kind = StepKind.Task, Task = "Call" }] },
            CreatedAt = Now,
            ChangedAt = Now,
            CreatedBy = "member:x",
        };
        OutreachMessage Mail(Lead lead, OutreachState state, int minutes) => new()
        {
            Id = Guid.NewGuid(),
            LeadId = lead.Id,
            To = "x@t.example",
            SenderId = nora.Id,
            MessageId = $"{Guid.NewGuid()}@t.example",
            Subject = "S",
            Text = "T",
            State = state,
            CreatedAt = Now,
            DueAt = Now.AddMinutes(minutes),
        };
        Enrollment Way(Lead lead, int step) => new()
        {
            Id = Guid.NewGuid(),
            SequenceId = sequence.Id,
            LeadId = lead.Id,
            Step = step,
            State = EnrollmentState.Waiting,
            EnrolledBy = "member:x",
            EnrolledAt = Now,
            DueAt = Now,
        };
        db.Senders.AddRange(nora, new Sender { Id = Guid.NewGuid(), Name = "Ole", Email = "ole@t.example", CreatedAt = Now, State = SenderState.Paused });
        db.Sequences.Add(sequence);
        db.OutreachMessages.AddRange(Mail(leads[0], OutreachState.Draft, 5), Mail(leads[3], OutreachState.Draft, 1), Mail(leads[4], OutreachState.Unknown, 0), Mail(leads[5], OutreachState.Sent, 0));
        db.Enrollments.AddRange(Way(leads[0], 0), Way(leads[4], 1));
    }

    private static FeedbackEvent Event(string id, Guid lead, FeedbackKind kind, int hours) =>
        new() { Id = id, LeadId = lead, Kind = kind, OccurredAt = Now.AddHours(hours), ReceivedAt = Now };

    private static Import Import(string name, ImportState state, long rejected = 0) =>
        new() { Id = Guid.CreateVersion7(Now), FileName = name, Actor = "import", CreatedAt = Now.AddDays(-1), State = state, Rejected = rejected };

    private static Lead Lead(
        string name, int days, Grade? grade, string? source, Outcome? outcome = null, Guid? owner = null, IntentKind? intent = null, LeadStage stage = LeadStage.Scored) => new()
        {
            Id = Guid.CreateVersion7(Now),
            IdentityKey = name,
            FullName = name,
            CreatedAt = Now.AddDays(-days),
            UpdatedAt = Now,
            Grade = grade,
            ScoreValue = grade is null ? null : 50,
            Source = source,
            Outcome = outcome,
            OwnerId = owner,
            TopIntent = intent,
            Stage = stage,
        };
}
