using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>Stores mails that came in, each once; what they mean is read afterwards by <see cref="AnswerRun"/>.</summary>
public static class AnswerIntake
{
    /// <summary>In the caller's transaction: once it is committed, the mail may be acknowledged.</summary>
    /// <param name="now">UTC.</param>
    /// <returns>How many were new.</returns>
    public static async Task<int> StoreAsync(TenantDb db, Guid mailboxId, IReadOnlyList<IncomingMail> mails, DateTime now, CancellationToken cancellationToken)
    {
        var ids = mails.Select(m => m.MessageId).ToList();
        var known = await db.InboundMails.Where(m => ids.Contains(m.MessageId)).Select(m => m.MessageId).ToHashSetAsync(cancellationToken);
        var rows = mails.Where(m => !known.Contains(m.MessageId)).DistinctBy(m => m.MessageId).Select(m => new InboundMail
        {
            Id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero)),
            MailboxId = mailboxId,
            MessageId = m.MessageId,
            From = m.From,
            FromName = m.FromName,
            Subject = m.Subject,
            At = m.Date is { } written && written < now ? written : now,
            ReceivedAt = now,
            Content = m,
        }).ToList();
        db.InboundMails.AddRange(rows);
        await db.SaveChangesAsync(cancellationToken);
        if (rows.Count > 0)
        {
            db.Raise(WorkKind.Answers);
        }

        return rows.Count;
    }
}
