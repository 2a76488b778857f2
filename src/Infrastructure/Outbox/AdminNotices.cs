using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>Letters to the people who run a workspace, when something needs them.</summary>
public sealed class AdminNotices(Members members)
{
    public const string Kind = "notice";
    public const string Topic = "mail.notice";

    /// <summary>As <see cref="AddAsync"/>, unless a letter of this subject was written since.</summary>
    /// <param name="since">UTC.</param>
    /// <param name="now">UTC.</param>
    public async Task AddOnceAsync(TenantDb db, string subject, string text, DateTime since, DateTime now, CancellationToken cancellationToken)
    {
        if (!await db.SystemMails.AnyAsync(m => m.CreatedAt >= since && m.Kind == Kind && m.Subject == subject, cancellationToken))
        {
            await AddAsync(db, subject, text, now, cancellationToken);
        }
    }

    /// <summary>One letter for each Admin and Owner, in the caller's transaction.</summary>
    /// <param name="now">UTC.</param>
    public async Task AddAsync(TenantDb db, string subject, string text, DateTime now, CancellationToken cancellationToken)
    {
        foreach (var member in (await members.ListAsync(cancellationToken)).Where(m => m.Role >= MemberRole.Admin && m.Email.Length > 0))
        {
            var id = OutboxIds.Next(now);
            db.SystemMails.Add(new SystemMail { Id = id, Kind = Kind, To = member.Email, Subject = subject, Text = text, CreatedAt = now });
            db.Outbox.Add(new OutboxMessage
            {
                Id = OutboxIds.Next(now),
                Channel = OutboxChannel.Mail,
                DestinationId = id,
                Topic = Topic,
                CreatedAt = now,
                DueAt = now,
            });
        }

        await db.SaveChangesAsync(cancellationToken);
        db.Raise(WorkKind.Outbox);
    }
}
