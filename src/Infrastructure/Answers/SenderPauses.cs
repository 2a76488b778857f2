using System.Globalization;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>Stops senders before their reputation is gone, in the caller's transaction.</summary>
public sealed class SenderPauses(OutreachPauses pauses)
{
    /// <summary>From this share of mails on providers block a sender; they say “never reach 0.3 %”.</summary>
    public const double MostComplaints = 0.003;

    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>A receiving server refuses whatever the sender writes, whoever gets it.</summary>
    public Task RefusedAsync(TenantDb db, Guid senderId, Bounce bounce, DateTime now, CancellationToken cancellationToken) => pauses.PauseSenderAsync(
        db, senderId, $"A receiving server refuses mail of this sender ({bounce.Status ?? "no code"}{(bounce.Answer is null ? "" : $": {bounce.Answer}")}). Check SPF, DKIM and DMARC, then resume.", now, cancellationToken);

    /// <summary>Counts complaints against the mails of a day; too many pause all senders.</summary>
    public async Task ForComplaintsAsync(TenantDb db, DateTime now, CancellationToken cancellationToken)
    {
        var since = now - Window;
        var complaints = await db.InboundMails.CountAsync(m => m.Kind == MailKind.Complaint && m.LeadId != null && m.ReceivedAt >= since, cancellationToken);
        var sent = await db.OutreachMessages.CountAsync(m => m.SentAt >= since, cancellationToken);
        var rate = (double)complaints / Math.Max(sent, 1);
        if (rate < MostComplaints)
        {
            return;
        }

        var why = string.Create(
            CultureInfo.InvariantCulture,
            $"{complaints} of {sent} mails in 24 hours were reported as spam. From 0.3 % on providers block senders. Look at whom you write to before you resume.");
        foreach (var sender in await db.Senders.Where(s => s.State == SenderState.Active).Select(s => s.Id).ToListAsync(cancellationToken))
        {
            await pauses.PauseSenderAsync(db, sender, why, now, cancellationToken);
        }
    }
}
