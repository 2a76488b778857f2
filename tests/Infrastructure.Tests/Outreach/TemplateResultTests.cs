using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Outreach;

namespace LeadGen.Infrastructure.Tests.Outreach;

public sealed class TemplateResultTests(PostgresServer postgres)
{
    private static readonly DateTime Sent = new(2026, 11, 2, 9, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Each_variant_of_each_version_has_what_its_own_mails_brought(DataProvider provider)
    {
        await using var post = await Post.CreateAsync(provider, postgres);
        var (template, sequence) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var a = await MailAsync(post, "a@one.example", template, 2, "A", sequence);
        var b = await MailAsync(post, "b@two.example", template, 2, "B", sequence);
        var bounced = await MailAsync(post, "c@three.example", template, 2, "B", null, OutreachState.Failed);
        var old = await MailAsync(post, "d@four.example", template, 1, "B", null);
        await MailAsync(post, "e@five.example", Guid.CreateVersion7(), 2, "B", sequence);
        await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
        {
            db.Feedback.AddRange(
                Event(b, FeedbackKind.Replied, 1), Event(b, FeedbackKind.Replied, 2), Event(b, FeedbackKind.MeetingBooked, 3), Event(a, FeedbackKind.Clicked, 1),
                Event(a, FeedbackKind.Replied, -1), Event(old, FeedbackKind.Opened, 1), Event(old, FeedbackKind.Replied, 1));
            db.InboundMails.Add(new InboundMail
            {
                Id = Guid.CreateVersion7(),
                MessageId = "x@four.example",
                Subject = "Re",
                At = Sent,
                ReceivedAt = Sent,
                OutreachMessageId = old.Id,
                LeadId = old.LeadId,
                Intent = IntentKind.PricingInquiry,
            });
            db.Suppressions.Add(new Suppression { Hash = [1], Reason = SuppressionReason.Bounced, At = Sent, Actor = "mail", MessageId = bounced.Id });
            db.Suppressions.Add(new Suppression { Hash = [2], Reason = SuppressionReason.Unsubscribed, At = Sent, Actor = "receiver", MessageId = a.Id });
            await db.SaveChangesAsync(ct);
        });

        var found = await post.AskAsync<SequenceResults, IReadOnlyList<VariantResult>>(r => r.OfTemplateAsync(template, Ct));
        found.Select(f => (f.Version, f.Variant, f.Counts)).ShouldBe(
        [
            (2, "A", new ResultCounts(1, new(1, 1), new(0, 1), new(0, 1), new(0, 1), new(1, 1))),
            (2, "B", new ResultCounts(1, new(0, 1), new(1, 1), new(1, 1), new(1, 2), new(0, 1))),
            (1, "B", new ResultCounts(1, new(0, 1), new(1, 1), new(1, 1), new(0, 1), new(0, 1))),
        ]);

        // The page of the sequence counts the same mails in the same way.
        var steps = await post.AskAsync<SequenceResults, IReadOnlyList<StepResult>>(r => r.OfAsync(sequence, Ct));
        steps.Single(s => s.Variant == "A").Counts.ShouldBe(found[0].Counts);
        steps.Single(s => s.Variant == "B").Counts.ShouldBe(new ResultCounts(2, new(0, 2), new(1, 2), new(1, 2), new(0, 2), new(0, 2)));
    }

    private static FeedbackEvent Event(OutreachMessage mail, FeedbackKind kind, int hours) => new()
    {
        Id = Guid.NewGuid().ToString(),
        LeadId = mail.LeadId,
        Kind = kind,
        OccurredAt = Sent.AddHours(hours),
        ReceivedAt = Sent.AddHours(hours),
    };

    private static Task<OutreachMessage> MailAsync(
        Post post, string email, Guid template, int version, string variant, Guid? sequence, OutreachState state = OutreachState.Sent)
    {
        return post.OweAsync(email, make: Make);

        OutreachMessage Make(Guid lead) => new()
        {
            Id = Guid.CreateVersion7(),
            LeadId = lead,
            To = email,
            SenderId = post.Sender.Id,
            Subject = "Forklifts",
            Text = "Hello",
            CreatedAt = Sent,
            DueAt = Sent,
            MessageId = $"{Guid.NewGuid():N}@fernhill.example",
            TemplateId = template,
            TemplateVersion = version,
            Variant = variant,
            State = state,
            SentAt = state == OutreachState.Sent ? Sent : null,
            EnrollmentId = sequence is null ? null : Guid.CreateVersion7(),
            SequenceId = sequence,
            Step = sequence is null ? null : 0,
        };
    }
}
