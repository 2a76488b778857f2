using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Outreach;

/// <summary>Sequences from enrolling to the last step, under a clock of the tests' own. Wednesday noon in Britain.</summary>
public sealed class SequenceTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider time = new(Noon);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Mail_task_and_a_second_mail_in_the_same_thread_happen_in_their_order(DataProvider provider)
    {
        await using var post = await PostAsync(provider);
        var (lead, sequence) = await RunningAsync(post, approval: true);
        await post.StepAsync();
        var draft = await SingleAsync(post, 0);
        draft.State.ShouldBe(OutreachState.Draft);
        await post.StepAsync();
        (await CountAsync(post)).ShouldBe(1, "a step is written once");

        // Nothing leaves before a person said yes, and nothing goes on before it left.
        await post.SendAsync();
        time.Advance(TimeSpan.FromDays(5));
        await post.StepAsync();
        (await CountAsync(post)).ShouldBe(1);
        (await post.AskAsync<OutreachDesk, int>(d => d.ApproveAsync([draft.Id], "member:1", Ct))).ShouldBe(1);
        time.SetUtcNow(Noon.AddDays(5));
        await post.WorkAsync();
        (await post.MailAsync(draft.Id)).State.ShouldBe(OutreachState.Sent);

        // Two days after the mail comes a call; it waits for a person.
        (await EnrollmentAsync(post)).Step.ShouldBe(1);
        await DayAsync(post, 7);
        var waiting = await EnrollmentAsync(post);
        (waiting.State, waiting.Step, waiting.DueAt).ShouldBe((EnrollmentState.Waiting, 1, null));
        var task = (await post.AskAsync<OutreachDesk, IReadOnlyList<TaskRow>>(d => d.TasksAsync(10, Ct))).ShouldHaveSingleItem();
        task.Task.ShouldBe("Call them");
        (await post.AskAsync<OutreachDesk, bool>(d => d.DoneAsync(waiting.Id, 1, Ct))).ShouldBeTrue();
        (await post.AskAsync<OutreachDesk, bool>(d => d.DoneAsync(waiting.Id, 1, Ct))).ShouldBeFalse("two clicks are one");

        await DayAsync(post, 8);
        var second = await SingleAsync(post, 2);
        second.InReplyTo.ShouldBe(draft.MessageId);
        second.Subject.ShouldBe("Re: " + draft.Subject);
        await post.AskAsync<OutreachDesk, int>(d => d.ApproveAsync([second.Id], "member:1", Ct));
        await post.WorkAsync();
        (await EnrollmentAsync(post)).State.ShouldBe(EnrollmentState.Finished);

        var results = await post.AskAsync<SequenceResults, IReadOnlyList<StepResult>>(r => r.OfAsync(sequence.Id, Ct));
        results.Select(r => (r.Step, r.Counts.Sent)).ShouldBe([(0, 1), (2, 1)]);
        lead.ShouldNotBe(Guid.Empty);
        post.Installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(FeedbackKind.Replied, "They answered.")]
    [InlineData(FeedbackKind.MeetingBooked, "A meeting is booked.")]
    [InlineData(FeedbackKind.Won, "The deal was won.")]
    public async Task What_the_lead_does_stops_its_sequence_and_that_of_its_whole_company(FeedbackKind kind, string why)
    {
        await using var post = await PostAsync(DataProvider.Sqlite);
        var (lead, sequence) = await RunningAsync(post, approval: true);
        var colleague = await LeadAsync(post, "bob@acme.example");
        var stranger = await LeadAsync(post, "eve@other.example", "other.example");
        await post.AskAsync<Enrolling, EnrollPreview?>(e => e.EnrollAsync(sequence.Id, [colleague, stranger], "member:1", Ct));
        await post.StepAsync();
        (await CountAsync(post)).ShouldBe(3);

        await post.AskAsync<FeedbackActions, Guid?>(f => f.RecordAsync(new GivenFeedback("e1", lead, null, kind, time.GetUtcNow().UtcDateTime), "test", Ct));
        var all = await post.LookAsync(db => db.Enrollments.AsNoTracking().ToDictionaryAsync(e => e.LeadId, Ct));
        (all[lead].State, all[lead].StateReason).ShouldBe((EnrollmentState.Stopped, why));
        all[colleague].State.ShouldBe(EnrollmentState.Stopped);
        all[colleague].StateReason!.ShouldContain("at the same company");
        all[stranger].State.ShouldBe(EnrollmentState.Waiting);
        (await post.LookAsync(db => db.OutreachMessages.CountAsync(m => m.State == OutreachState.Cancelled, Ct))).ShouldBe(2);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Enrolling_says_of_each_lead_why_not_and_takes_nobody_twice(DataProvider provider)
    {
        await using var post = await PostAsync(provider);
        var (lead, sequence) = await RunningAsync(post, approval: true);
        var fresh = await LeadAsync(post, "new@fresh.example", "fresh.example");
        var shut = await LeadAsync(post, "shut@shut.example", "shut.example");
        await post.AskAsync<LeadGen.Infrastructure.Outreach.Sending.SuppressionList, LeadGen.Infrastructure.Outreach.Sending.SuppressionsAdded>(
            s => s.AddAsync(["Shut@shut.example", "nonsense"], "member:1", Ct));
        var won = await LeadAsync(post, "won@won.example", "won.example", l => l.Outcome = Outcome.Won);
        var nameless = await LeadAsync(post, null, "none.example");
        Guid[] all = [lead, fresh, shut, won, nameless];

        var preview = (await post.AskAsync<Enrolling, EnrollPreview?>(e => e.PreviewAsync(sequence.Id, all, Ct)))!;
        preview.Taken.ShouldHaveSingleItem().LeadId.ShouldBe(fresh);
        preview.Refused.ToDictionary(r => r.LeadId, r => r.Why).ShouldBe(
            new Dictionary<Guid, string?>
            {
                [lead] = "Was enrolled in this sequence before",
                [shut] = "The address is on the list of those that get no mail",
                [won] = "The deal was won already",
                [nameless] = "No e-mail address",
            },
            ignoreOrder: true);
        (await post.LookAsync(db => db.Enrollments.CountAsync(Ct))).ShouldBe(1, "a preview stores nothing");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => post.AskAsync<Enrolling, EnrollPreview?>(e => e.EnrollAsync(sequence.Id, all, "member:1", Ct))));
        (await post.LookAsync(db => db.Enrollments.CountAsync(Ct))).ShouldBe(2);
    }

    [Fact]
    public async Task Steps_happen_in_the_leads_own_working_hours_and_not_on_holidays()
    {
        await using var post = await PostAsync(DataProvider.Sqlite);
        await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
        {
            var meta = await db.Meta.SingleAsync(ct);
            meta.Settings = meta.Settings with { Holidays = [new DateOnly(2026, 11, 26)] };
            await db.SaveChangesAsync(ct);
        });
        var sequence = await SequenceAsync(post, approval: false);
        var sydney = await LeadAsync(post, "a@au.example", "au.example", l => l.Country = "AU");
        await post.AskAsync<Enrolling, EnrollPreview?>(e => e.EnrollAsync(sequence.Id, [sydney], "member:1", Ct));

        // Wednesday noon here is eleven at night there, and Thursday is a holiday: Friday half past eight, daylight saving time.
        (await EnrollmentAsync(post)).DueAt.ShouldBe(new DateTime(2026, 11, 26, 21, 30, 0, DateTimeKind.Utc));
    }

    [Fact]
    public async Task A_step_whose_condition_does_not_hold_is_passed_over()
    {
        await using var post = await PostAsync(DataProvider.Sqlite);
        var template = await TemplateAsync(post);
        var sequence = await SequenceAsync(post, approval: true, steps:
        [
            new SequenceStep { Kind = StepKind.Mail, TemplateId = template, Conditions = [new StepCondition(ConditionKind.Grade, ["A"])] },
            new SequenceStep { Kind = StepKind.Mail, TemplateId = template, Conditions = [new StepCondition(ConditionKind.Grade, ["A"], Not: true)] },
        ]);
        var lead = await LeadAsync(post, "ann@acme.example", change: l => l.Grade = LeadGen.Pipeline.Scoring.Grade.B);
        await post.AskAsync<Enrolling, EnrollPreview?>(e => e.EnrollAsync(sequence.Id, [lead], "member:1", Ct));
        await post.StepAsync();
        (await post.LookAsync(db => db.OutreachMessages.SingleAsync(Ct))).Step.ShouldBe(1);
    }

    [Fact]
    public async Task A_rule_enrols_leads_as_they_are_scored()
    {
        await using var post = await PostAsync(DataProvider.Sqlite);
        await SequenceAsync(post, approval: true, rule: new EnrollmentRule([], [], NeedsConsent: false));
        await post.Installation.TakeAsync(post.Tenant, () => Leads.Read(("email", "ann@acme.example"), ("message", "How much is it for 40 users?")));
        await post.Installation.ScoreAllAsync(post.Tenant);
        await post.Installation.ScoreAllAsync(post.Tenant);
        (await EnrollmentAsync(post)).EnrolledBy.ShouldBe("rule");
    }

    [Fact]
    public async Task A_deleted_lead_comes_back_with_its_way_and_its_mails()
    {
        await using var post = await PostAsync(DataProvider.Sqlite);
        var (lead, _) = await RunningAsync(post, approval: true);
        await post.StepAsync();
        var batch = Guid.NewGuid();
        await post.Installation.WriteAsync(post.Tenant, (db, ct) => LeadDeletion.DeleteAsync(db, [lead], batch, "member:1", time.GetUtcNow().UtcDateTime, ct));
        (await CountAsync(post)).ShouldBe(0);
        await post.Installation.WriteAsync(post.Tenant, (db, ct) => LeadDeletion.RestoreAsync(db, batch, 10, "member:1", time.GetUtcNow().UtcDateTime, ct));
        (await SingleAsync(post, 0)).State.ShouldBe(OutreachState.Draft);
        (await EnrollmentAsync(post)).State.ShouldBe(EnrollmentState.Waiting);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_snooze_holds_back_steps_and_written_mails_until_its_day_and_then_they_go_on_by_themselves(DataProvider provider)
    {
        await using var post = await PostAsync(provider);
        var (written, sequence) = await RunningAsync(post, approval: true);
        await post.StepAsync();
        var draft = await SingleAsync(post, 0);
        var due = await LeadAsync(post, "bob@other.example", "other.example");
        await post.AskAsync<Enrolling, EnrollPreview?>(e => e.EnrollAsync(sequence.Id, [due], "member:1", Ct));
        var day = Noon.AddDays(5).UtcDateTime;
        await post.Installation.WriteAsync(post.Tenant, (db, ct) => OutreachStops.SnoozeAsync(db, [written, due], day, "They asked to wait.", ct));

        // Also what a person approves meanwhile waits for the day.
        (await post.AskAsync<OutreachDesk, int>(d => d.ApproveAsync([draft.Id], "member:1", Ct))).ShouldBe(1);
        await DayAsync(post, 1);
        (await post.MailAsync(draft.Id)).State.ShouldBe(OutreachState.Approved);
        var ways = await post.LookAsync(db => db.Enrollments.AsNoTracking().ToDictionaryAsync(e => e.LeadId, Ct));
        (ways[due].State, ways[due].DueAt, ways[due].StateReason).ShouldBe((EnrollmentState.Snoozed, day, "They asked to wait."));
        (await CountAsync(post)).ShouldBe(1);

        await DayAsync(post, 5);
        (await post.MailAsync(draft.Id)).State.ShouldBe(OutreachState.Sent);
        ways = await post.LookAsync(db => db.Enrollments.AsNoTracking().ToDictionaryAsync(e => e.LeadId, Ct));
        (ways[written].State, ways[written].Step).ShouldBe((EnrollmentState.Active, 1));
        (ways[due].State, ways[due].Step).ShouldBe((EnrollmentState.Waiting, 0));
        (await CountAsync(post)).ShouldBe(2);
    }

    private Task<Post> PostAsync(DataProvider provider) => Post.CreateAsync(provider, postgres, null, s => s.AddSingleton<TimeProvider>(time));

    private static async Task<(Guid Lead, Sequence Sequence)> RunningAsync(Post post, bool approval)
    {
        var sequence = await SequenceAsync(post, approval);
        var lead = await LeadAsync(post, "ann@acme.example");
        var done = await post.AskAsync<Enrolling, EnrollPreview?>(e => e.EnrollAsync(sequence.Id, [lead], "member:1", Ct));
        done!.Taken.ShouldHaveSingleItem();
        return (lead, sequence);
    }

    private static async Task<Sequence> SequenceAsync(Post post, bool approval, EnrollmentRule? rule = null, IReadOnlyList<SequenceStep>? steps = null)
    {
        var template = await TemplateAsync(post);
        var plan = new SequencePlan
        {
            NeedsApproval = approval,
            Rule = rule,
            Steps = steps ??
            [
                new SequenceStep { Kind = StepKind.Mail, TemplateId = template },
                new SequenceStep { Kind = StepKind.Task, AfterDays = 2, Task = "Call them" },
                new SequenceStep { Kind = StepKind.Mail, AfterDays = 1, TemplateId = template, InThread = true },
            ],
        };
        var made = await post.AskAsync<SequenceEditing, Sequence>(e => e.CreateAsync("Forklifts", post.Sender.Id, plan, "member:1", Ct));
        var started = await post.AskAsync<SequenceEditing, SequenceSaved>(e => e.StartAsync(made.Id, Ct));
        started.Problems.ShouldBeEmpty();
        return started.Sequence!;
    }

    private static async Task<Guid> TemplateAsync(Post post) =>
        (await post.AskAsync<TemplateNames, IReadOnlyList<TemplateName>>(t => t.ActiveAsync(Ct)))[0].Id;

    private static async Task<Guid> LeadAsync(Post post, string? email, string domain = "acme.example", Action<Lead>? change = null)
    {
        var lead = new Lead
        {
            Id = Guid.CreateVersion7(),
            IdentityKey = Guid.NewGuid().ToString(),
            Email = email,
            FirstName = "Ann",
            LastName = "Lee",
            FullName = "Ann Lee",
            CompanyName = "Acme",
            CompanyDomain = domain,
            Country = "GB",
            Stage = LeadStage.Scored,
            ScoringEpoch = 1,
        };
        change?.Invoke(lead);
        await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
        {
            db.Leads.Add(lead);
            await db.SaveChangesAsync(ct);
        });
        return lead.Id;
    }

    private async Task DayAsync(Post post, int day)
    {
        time.SetUtcNow(Noon.AddDays(day));
        await post.WorkAsync();
    }

    private static Task<OutreachMessage> SingleAsync(Post post, int step) => post.LookAsync(db => db.OutreachMessages.AsNoTracking().SingleAsync(m => m.Step == step, Ct));

    private static Task<int> CountAsync(Post post) => post.LookAsync(db => db.OutreachMessages.CountAsync(Ct));

    private static Task<Enrollment> EnrollmentAsync(Post post) => post.LookAsync(db => db.Enrollments.AsNoTracking().SingleAsync(Ct));
}
