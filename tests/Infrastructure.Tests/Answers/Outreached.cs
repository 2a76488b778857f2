using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Answers;

/// <summary>A tenant that has written to leads, and the mails that come back.</summary>
internal sealed class Outreached
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public required Installation Installation { get; init; }
    public required Tenant Tenant { get; init; }
    public required Guid SenderId { get; init; }
    public required Guid SequenceId { get; init; }
    public required Guid MailboxId { get; init; }

    public static async Task<Outreached> CreateAsync(Installation installation)
    {
        var tenant = await installation.TenantAsync();
        var (sender, sequence, mailbox) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            db.Senders.Add(new Sender { Id = sender, Name = "Ada", Email = "ada@fernhill.example", CreatedAt = DateTime.UtcNow });
            db.Sequences.Add(new Sequence { Id = sequence, Name = "Forklifts", State = SequenceState.Active, SenderId = sender, CreatedAt = DateTime.UtcNow, ChangedAt = DateTime.UtcNow, CreatedBy = "member:1" });
            db.Mailboxes.Add(new AnswerMailbox { Id = mailbox, Kind = MailboxKind.Hook, Address = "sales@fernhill.example", Secrets = "", CreatedAt = DateTime.UtcNow });
            await db.SaveChangesAsync(ct);
        });
        return new Outreached { Installation = installation, Tenant = tenant, SenderId = sender, SequenceId = sequence, MailboxId = mailbox };
    }

    /// <summary>A lead that is enrolled and was written to.</summary>
    public async Task<OutreachMessage> WrittenAsync(string email, OutreachState state = OutreachState.Sent, int daysAgo = 1, string? company = null)
    {
        var lead = (await Installation.TakeAsync(Tenant, () => Leads.Read(("email", email), ("companyName", company ?? email), ("companyDomain", company ?? ""))))[0].Lead!.Id;
        var (id, at) = (Guid.CreateVersion7(), DateTime.UtcNow.AddDays(-daysAgo));
        var message = new OutreachMessage
        {
            Id = id,
            LeadId = lead,
            To = email,
            SenderId = SenderId,
            SequenceId = SequenceId,
            Step = 0,
            Subject = "Forklifts",
            Text = "Good morning",
            State = state,
            CreatedAt = at,
            DueAt = at,
            SendingAt = at,
            SentAt = state == OutreachState.Sent ? at : null,
            MessageId = $"{id:N}@fernhill.example",
        };
        await Installation.WriteAsync(Tenant, async (db, ct) =>
        {
            db.OutreachMessages.Add(message);
            db.Enrollments.Add(new Enrollment { Id = Guid.CreateVersion7(), SequenceId = SequenceId, LeadId = lead, Step = 1, DueAt = DateTime.UtcNow.AddDays(2), EnrolledBy = "member:1", EnrolledAt = at });
            await db.SaveChangesAsync(ct);
        });
        return message;
    }

    /// <summary>Mails come in and are understood.</summary>
    public async Task ComeAsync(params string[] mails)
    {
        await StoreAsync(mails);
        await Installation.InAsync(Tenant, async s =>
        {
            while (await s.GetRequiredService<AnswerRun>().RunAsync(Ct))
            {
                // Until nothing waits.
            }
        });
        Installation.Problems.ShouldBeEmpty();
    }

    public Task StoreAsync(params string[] mails) => Installation.WriteAsync(Tenant, (db, ct) => AnswerIntake.StoreAsync(
        db, MailboxId, [.. mails.Select(m => MailParser.Read(MailReadingTests.Stream(m)))], DateTime.UtcNow, ct));

    public async Task<T> AskAsync<T>(Func<TenantDb, Task<T>> question)
    {
        await using var db = Installation.Open(Tenant);
        return await question(db);
    }

    public Task<InboundMail> MailAsync(string messageId) => AskAsync(db => db.InboundMails.SingleAsync(m => m.MessageId == messageId, Ct));

    public Task<Enrollment> EnrollmentAsync(OutreachMessage message) => AskAsync(db => db.Enrollments.SingleAsync(e => e.LeadId == message.LeadId, Ct));

    public Task<OutreachMessage> MessageAsync(OutreachMessage message) => AskAsync(db => db.OutreachMessages.SingleAsync(m => m.Id == message.Id, Ct));

    public static string Reply(OutreachMessage to, string words, string id, string heads = "") =>
        $"From: {to.To}\nTo: sales@fernhill.example\nSubject: Re: Forklifts\nMessage-ID: <{id}>\nIn-Reply-To: <{to.MessageId}>\n{heads}Content-Type: text/plain; charset=utf-8\n\n{words}\n";

    public static string Bounce(string messageId, string status, string answer, string id) =>
        $"""
        Return-Path: <>
        From: MAILER-DAEMON@mx.example
        Subject: Undelivered Mail
        Message-ID: <{id}>
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain

        It failed.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; somebody@else.example
        Action: failed
        Status: {status}
        Diagnostic-Code: smtp; {answer}

        --b
        Content-Type: text/rfc822-headers

        Message-ID: <{messageId}>
        --b--
        """;

    public static string Complaint(OutreachMessage about, string id) =>
        $"""
        From: abuse@provider.example
        Subject: FW
        Message-ID: <{id}>
        Content-Type: multipart/report; report-type=feedback-report; boundary=b

        --b
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        Version: 1

        --b
        Content-Type: message/rfc822

        Message-ID: <{about.MessageId}>
        Subject: Forklifts

        x
        --b--
        """;
}
