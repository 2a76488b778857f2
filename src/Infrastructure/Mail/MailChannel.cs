using System.Diagnostics;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Mail;

/// <summary>
/// Sends the current tenant's letters. Mail cannot be taken back: a letter of which nobody knows whether it left is not sent again by
/// itself. That it is being sent is committed before the first byte; only what certainly did not leave takes that mark away.
/// </summary>
public sealed class MailChannel(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, SystemLetters letters, IMailTransport transport, CurrentTenant tenant, TimeProvider time)
    : IOutboxChannel
{
    private const string Interrupted = "LeadGen stopped while the letter was on its way. It may have arrived; send it again by hand if it did not.";

    public OutboxChannel Channel => OutboxChannel.Mail;

    public int Batch => 1;

    public int Concurrency => 1;

    public async Task<IReadOnlyList<DeliveryResult>> DeliverAsync(
        Guid destinationId, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        var results = new List<DeliveryResult>();
        foreach (var message in messages)
        {
            var started = Stopwatch.GetTimestamp();
            var result = await DeliverAsync(destinationId, message, cancellationToken);
            results.Add(result with { Duration = (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds });
        }

        return results;
    }

    private async Task<DeliveryResult> DeliverAsync(Guid mailId, OutboxMessage message, CancellationToken cancellationToken)
    {
        SystemMail? mail;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            mail = await db.SystemMails.AsNoTracking().SingleOrDefaultAsync(m => m.Id == mailId, cancellationToken);
        }

        if (mail is null)
        {
            return new DeliveryResult(message.Id, DeliveryVerdict.Dropped);
        }

        if (mail.SentAt is not null)
        {
            return new DeliveryResult(message.Id, DeliveryVerdict.Delivered);
        }

        // Of two who come to this line one goes on; the other finds what a crash would have left.
        var now = time.GetUtcNow().UtcDateTime;
        var mine = mail.SendingAt is null && await writes.RunAsync(
            (db, ct) => db.SystemMails.Where(m => m.Id == mailId && m.SendingAt == null).ExecuteUpdateAsync(m => m.SetProperty(x => x.SendingAt, now), ct),
            cancellationToken) == 1;
        if (!mine)
        {
            return new DeliveryResult(message.Id, DeliveryVerdict.Refused) { Error = Interrupted };
        }

        var link = letters.LinkOf(message);
        var letter = new MailLetter(
            mail.Id, mail.To, mail.Subject, LetterText.WithLink(mail.Text, link), mail.Html is null ? null : LetterText.WithLink(mail.Html, link));
        var outcome = await transport.SendAsync(letter, tenant.Id, cancellationToken);

        // From here on the result is known and must be kept, whoever wants to stop.
        var end = time.GetUtcNow().UtcDateTime;
        await writes.RunAsync(
            (db, ct) => outcome.Verdict switch
            {
                MailVerdict.Sent => db.SystemMails.Where(m => m.Id == mailId).ExecuteUpdateAsync(m => m.SetProperty(x => x.SentAt, end), ct),
                MailVerdict.Unknown => Task.FromResult(0),
                _ => db.SystemMails.Where(m => m.Id == mailId && m.SentAt == null).ExecuteUpdateAsync(m => m.SetProperty(x => x.SendingAt, (DateTime?)null), ct),
            },
            CancellationToken.None);
        return new DeliveryResult(message.Id, Verdict(outcome.Verdict)) { Error = outcome.Error, Status = outcome.Status };
    }

    private static DeliveryVerdict Verdict(MailVerdict verdict) => verdict switch
    {
        MailVerdict.Sent => DeliveryVerdict.Delivered,
        MailVerdict.Later => DeliveryVerdict.Failed,
        _ => DeliveryVerdict.Refused,
    };
}
