using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Answers;

/// <summary>What mails that come in do, on both databases.</summary>
public sealed class AnswerEffectsTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_answer_that_comes_a_hundred_times_at_once_stops_the_sequence_for_the_company_and_counts_once(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var site = await Outreached.CreateAsync(installation);
        var (written, colleague, other) = (await site.WrittenAsync("bea@c.example", company: "c.example"), await site.WrittenAsync("cyd@c.example", company: "c.example"), await site.WrittenAsync("dan@d.example", company: "d.example"));
        await installation.ScoreAllAsync(site.Tenant);
        var before = await site.AskAsync(db => db.Leads.Where(l => l.Id == written.LeadId).Select(l => l.ScoreValue).SingleAsync(Ct));
        var reply = Outreached.Reply(written, "What does it cost for 40 users? Please send me a quote.\n\nOn Thu, 26 Nov 2026 at 10:00, Ada <ada@fernhill.example> wrote:\n> unsubscribe here", "answer-1@c.example");

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => site.StoreAsync(reply)));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => installation.InAsync(site.Tenant, s => s.GetRequiredService<AnswerRun>().RunAsync(Ct))));
        await installation.ScoreAllAsync(site.Tenant);

        installation.Problems.ShouldBeEmpty();
        (await site.MailAsync("answer-1@c.example")).ShouldSatisfyAllConditions(
            m => m.State.ShouldBe(InboundState.Open),
            m => m.LeadId.ShouldBe(written.LeadId),
            m => m.Intent.ShouldBe(IntentKind.PricingInquiry),
            m => m.Evidence.ShouldNotBeNullOrEmpty(),
            m => m.Content.ShouldBeNull());
        var feedback = await site.AskAsync(db => db.Feedback.SingleAsync(Ct));
        (feedback.Kind, feedback.Text).ShouldBe((FeedbackKind.Replied, "What does it cost for 40 users? Please send me a quote."));
        (await site.EnrollmentAsync(written)).State.ShouldBe(EnrollmentState.Stopped);
        (await site.EnrollmentAsync(colleague)).State.ShouldBe(EnrollmentState.Stopped);
        (await site.EnrollmentAsync(other)).State.ShouldBe(EnrollmentState.Active);
        (await site.AskAsync(db => db.Intents.Where(i => i.Source == ReplyReader.Source).Select(i => i.Kind).ToListAsync(Ct))).ShouldContain(IntentKind.PricingInquiry);
        (await site.AskAsync(db => db.Leads.SingleAsync(l => l.Id == written.LeadId, Ct))).ShouldSatisfyAllConditions(
            l => l.TopIntent.ShouldBe(IntentKind.PricingInquiry), l => l.ScoreValue!.Value.ShouldBeGreaterThan(before!.Value));

        await installation.EraseAsync(site.Tenant, written.LeadId);
        await installation.WriteAsync(site.Tenant, (db, ct) => PersonErasure.ForgetAsync(db, written.LeadId, "bea@c.example", ct));
        (await site.AskAsync(db => db.InboundMails.CountAsync(Ct))).ShouldBe(0);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Each_answer_has_the_step_that_it_calls_for(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var site = await Outreached.CreateAsync(installation);
        var (later, named, gone, away, unknown) = (await site.WrittenAsync("a@a.example"), await site.WrittenAsync("b@b.example"), await site.WrittenAsync("c@c.example"), await site.WrittenAsync("d@d.example"), await site.WrittenAsync("e@e.example", OutreachState.Unknown));
        var day = DateOnly.FromDateTime(DateTime.UtcNow).AddMonths(3);

        await site.ComeAsync(
            Outreached.Reply(later, $"Not now, we have no budget this year. Please contact me again on {day:yyyy-MM-dd}.", "1@x"),
            Outreached.Reply(named, "I am not the right person for this. Please contact my colleague Jane Doe (jane.doe@b.example), she handles purchasing.", "2@x"),
            Outreached.Reply(gone, "Please remove me from your mailing list and do not email me again.", "3@x"),
            Outreached.Reply(away, "I am out of the office until Monday.", "4@x", "Auto-Submitted: auto-replied\n"),
            Outreached.Reply(unknown, "Sounds good, let's have a demo next week.", "5@x"),
            "From: stranger@z.example\nSubject: Re: Forklifts\nMessage-ID: <6@x>\n\nHello there, is this still on sale?\n");

        (await site.MailAsync("1@x")).ShouldSatisfyAllConditions(m => m.Step.ShouldBe(AnswerStep.Snooze), m => m.Until.ShouldBe(day), m => m.State.ShouldBe(InboundState.Noted));
        (await site.EnrollmentAsync(later)).ShouldSatisfyAllConditions(e => e.State.ShouldBe(EnrollmentState.Snoozed), e => DateOnly.FromDateTime(e.DueAt!.Value).ShouldBe(day));
        (await site.MailAsync("2@x")).ShouldSatisfyAllConditions(
            m => m.Step.ShouldBe(AnswerStep.SuggestLead), m => m.Referred.ShouldBe(new ReferredPerson("Jane Doe", "jane.doe@b.example")), m => m.State.ShouldBe(InboundState.Open));
        (await site.MailAsync("3@x")).State.ShouldBe(InboundState.Noted);
        (await site.AskAsync(db => db.Suppressions.SingleAsync(Ct))).ShouldSatisfyAllConditions(s => s.Email.ShouldBe("c@c.example"), s => s.Reason.ShouldBe(SuppressionReason.Unsubscribed));
        (await site.AskAsync(db => db.Feedback.Where(f => f.LeadId == gone.LeadId).Select(f => f.Kind).ToListAsync(Ct))).ShouldBe([FeedbackKind.Replied, FeedbackKind.Unsubscribed], ignoreOrder: true);
        (await site.EnrollmentAsync(away)).State.ShouldBe(EnrollmentState.Active);
        (await site.MailAsync("4@x")).ShouldSatisfyAllConditions(m => m.LeadId.ShouldBe(away.LeadId), m => m.State.ShouldBe(InboundState.Noted));
        (await site.AskAsync(db => db.Feedback.AnyAsync(f => f.LeadId == away.LeadId, Ct))).ShouldBeFalse();
        (await site.MessageAsync(unknown)).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutreachState.Sent), m => m.SentAt.ShouldNotBeNull());
        (await site.MailAsync("6@x")).ShouldSatisfyAllConditions(m => m.LeadId.ShouldBeNull(), m => m.State.ShouldBe(InboundState.Open));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_bounce_closes_the_address_or_pauses_the_sender_and_a_forged_one_does_nothing(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var site = await Outreached.CreateAsync(installation);
        var (hard, soft, lost, old, spf) = (await site.WrittenAsync("a@a.example"), await site.WrittenAsync("b@b.example"), await site.WrittenAsync("c@c.example", OutreachState.Unknown), await site.WrittenAsync("d@d.example", daysAgo: 60), await site.WrittenAsync("e@e.example"));

        await site.ComeAsync(
            Outreached.Bounce(hard.MessageId, "5.1.1", "550 5.1.1 user unknown", "1@x"),
            Outreached.Bounce(soft.MessageId, "4.2.2", "452 4.2.2 mailbox full", "2@x"),
            Outreached.Bounce(soft.MessageId, "4.2.2", "452 4.2.2 mailbox full", "3@x"),
            Outreached.Bounce(lost.MessageId, "4.4.7", "expired", "4@x"),
            Outreached.Bounce(old.MessageId, "5.1.1", "550 5.1.1 user unknown", "5@x"),
            Outreached.Bounce("guessed@fernhill.example", "5.1.1", "550 5.1.1 user unknown", "6@x"));

        (await Closed(site)).ShouldBe(["a@a.example"]);
        (await site.MessageAsync(hard)).State.ShouldBe(OutreachState.Failed);
        (await site.EnrollmentAsync(hard)).State.ShouldBe(EnrollmentState.Stopped);
        (await site.EnrollmentAsync(soft)).State.ShouldBe(EnrollmentState.Active);
        (await site.MessageAsync(lost)).State.ShouldBe(OutreachState.Failed);
        (await site.MailAsync("5@x")).ShouldSatisfyAllConditions(m => m.LeadId.ShouldBeNull(), m => m.State.ShouldBe(InboundState.Noted));
        (await site.AskAsync(db => db.Senders.SingleAsync(Ct))).State.ShouldBe(SenderState.Active);

        await site.ComeAsync(
            Outreached.Bounce(soft.MessageId, "4.2.2", "452 4.2.2 mailbox full", "7@x"),
            Outreached.Bounce(spf.MessageId, "5.7.26", "550 5.7.26 unauthenticated", "8@x"));

        (await Closed(site)).ShouldBe(["a@a.example", "b@b.example"]);
        (await site.AskAsync(db => db.Senders.SingleAsync(Ct))).ShouldSatisfyAllConditions(s => s.State.ShouldBe(SenderState.Paused), s => s.StateReason!.ShouldContain("5.7.26"));
        (await site.AskAsync(db => db.Feedback.Select(f => f.Kind).ToListAsync(Ct))).ShouldBe([FeedbackKind.Bounced, FeedbackKind.Bounced]);

        static Task<List<string?>> Closed(Outreached site) => site.AskAsync(db => db.Suppressions.OrderBy(s => s.Email).Select(s => s.Email).ToListAsync(Ct));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_complaint_closes_the_address_and_three_in_a_thousand_pause_all_senders(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var site = await Outreached.CreateAsync(installation);
        var (first, second) = (await site.WrittenAsync("a@a.example", daysAgo: 0), await site.WrittenAsync("b@b.example", daysAgo: 0));
        await installation.WriteAsync(site.Tenant, (db, ct) => db.BulkInsertAsync(
            [
                .. Enumerable.Range(0, 500).Select(i => new OutreachMessage
                {
                    Id = Guid.CreateVersion7(),
                    LeadId = first.LeadId,
                    To = "x@x.example",
                    SenderId = site.SenderId,
                    Subject = "s",
                    Text = "t",
                    State = OutreachState.Sent,
                    CreatedAt = DateTime.UtcNow,
                    DueAt = DateTime.UtcNow,
                    SendingAt = DateTime.UtcNow,
                    SentAt = DateTime.UtcNow,
                    MessageId = $"{i}@fernhill.example",
                }),
            ],
            ct));
        await installation.WriteAsync(site.Tenant, async (db, ct) =>
        {
            db.Senders.Add(new Sender { Id = Guid.CreateVersion7(), Name = "Bob", Email = "bob@fernhill.example", CreatedAt = DateTime.UtcNow });
            await db.SaveChangesAsync(ct);
        });

        await site.ComeAsync(Outreached.Complaint(first, "1@x"));

        (await site.AskAsync(db => db.Suppressions.SingleAsync(Ct))).ShouldSatisfyAllConditions(s => s.Email.ShouldBe("a@a.example"), s => s.Reason.ShouldBe(SuppressionReason.Complained));
        (await site.AskAsync(db => db.Feedback.SingleAsync(Ct))).Kind.ShouldBe(FeedbackKind.Complained);
        (await site.AskAsync(db => db.Senders.ToListAsync(Ct))).ShouldAllBe(s => s.State == SenderState.Active);

        await site.ComeAsync(Outreached.Complaint(second, "2@x"));

        (await site.AskAsync(db => db.Senders.ToListAsync(Ct))).ShouldAllBe(s => s.State == SenderState.Paused && s.StateReason!.Contains("2 of the last 502"));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Answers_come_back_with_a_deleted_lead_and_move_with_a_merged_one(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var site = await Outreached.CreateAsync(installation);
        var (one, two) = (await site.WrittenAsync("a@a.example"), await site.WrittenAsync("b@b.example"));
        await site.ComeAsync(Outreached.Reply(one, "Does it work with SAP?", "1@x"), Outreached.Reply(two, "What does it cost?", "2@x"));
        var (deletion, merge) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        await installation.WriteAsync(site.Tenant, (db, ct) => LeadDeletion.DeleteAsync(db, [one.LeadId], deletion, "member:1", DateTime.UtcNow, ct));
        (await site.AskAsync(db => db.InboundMails.CountAsync(Ct))).ShouldBe(1);
        await installation.WriteAsync(site.Tenant, (db, ct) => LeadDeletion.RestoreAsync(db, deletion, 10, "member:1", DateTime.UtcNow, ct));
        (await site.MailAsync("1@x")).LeadId.ShouldBe(one.LeadId);

        var versions = await site.AskAsync(db => db.Leads.ToDictionaryAsync(l => l.Id, l => l.Version, Ct));
        await installation.WriteAsync(site.Tenant, async (db, ct) => (await LeadJoining.JoinAsync(
            db, (one.LeadId, two.LeadId), (versions[one.LeadId], versions[two.LeadId]), new Dictionary<string, LeadGen.Pipeline.Ingestion.JoinChoice>(), merge, "member:1", DateTime.UtcNow, ct)).ShouldBe(JoinOutcome.Done));
        (await site.AskAsync(db => db.InboundMails.Where(m => m.LeadId == one.LeadId).CountAsync(Ct))).ShouldBe(2);
    }
}
