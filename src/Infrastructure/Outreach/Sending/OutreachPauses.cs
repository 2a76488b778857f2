using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Stops senders and sequences by themselves when too much goes wrong, says why, and tells the admins.</summary>
public sealed class OutreachPauses(IDbContextFactory<TenantDb> databases, TenantWrites writes, AdminNotices notices, TimeProvider time)
{
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    /// <summary>Looks at all senders that heard of a bounce or a complaint lately; one small read when there was none.</summary>
    public async Task CheckAllAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var since = now - Recent;
        List<Guid> senders;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            senders = await db.Suppressions.Where(s => s.At > since && s.MessageId != null)
                .Join(db.OutreachMessages, s => s.MessageId, m => m.Id, (_, m) => m.SenderId).Distinct().ToListAsync(cancellationToken);
        }

        foreach (var sender in senders)
        {
            await writes.RunAsync((db, ct) => CheckAsync(db, sender, now, ct), cancellationToken);
        }
    }

    /// <summary>Pauses a sender, and the sequences that it sends, where their rates ask for it. In the caller's transaction.</summary>
    public async Task CheckAsync(TenantDb db, Guid senderId, DateTime now, CancellationToken cancellationToken)
    {
        if (await db.Senders.AsNoTracking().SingleOrDefaultAsync(s => s.Id == senderId && s.State == SenderState.Active, cancellationToken) is not { } sender)
        {
            return;
        }

        var from = sender.RatesSince ?? DateTime.MinValue;
        var all = db.OutreachMessages.Where(m => m.SenderId == senderId && m.SendingAt > from);
        var (sent, complained) = await CountAsync(db, all, OutreachRates.RecentForComplaints, SuppressionReason.Complained, cancellationToken);
        var recent = await all.OrderByDescending(m => m.SendingAt).Take(OutreachRates.Recent).Select(m => new { m.Id, m.State }).ToListAsync(cancellationToken);
        var failed = recent.Where(m => m.State == OutreachState.Failed).Select(m => m.Id).ToList();
        var bounced = failed.Count == 0 ? 0 : await db.Suppressions.CountAsync(s => s.Reason == SuppressionReason.Bounced && failed.Contains(s.MessageId!.Value), cancellationToken);
        if ((OutreachRates.Complaints(sent, complained) ?? OutreachRates.Errors(recent.Count, failed.Count - bounced)) is { } why)
        {
            await PauseSenderAsync(db, senderId, why, now, cancellationToken);
        }

        var sequences = await db.Sequences.AsNoTracking().Where(s => s.SenderId == senderId && s.State == SequenceState.Active)
            .Select(s => new { s.Id, s.Name, s.RatesSince }).ToListAsync(cancellationToken);
        foreach (var sequence in sequences)
        {
            var since = sequence.RatesSince ?? DateTime.MinValue;
            var (of, lost) = await CountAsync(
                db, db.OutreachMessages.Where(m => m.SequenceId == sequence.Id && m.SendingAt > since), OutreachRates.Recent, SuppressionReason.Bounced, cancellationToken);
            if (OutreachRates.Bounces(of, lost) is { } reason)
            {
                await db.Sequences.Where(s => s.Id == sequence.Id).ExecuteUpdateAsync(
                    s => s.SetProperty(x => x.State, SequenceState.Paused).SetProperty(x => x.StateReason, reason)
                        .SetProperty(x => x.ChangedAt, now).SetProperty(x => x.Revision, x => x.Revision + 1),
                    cancellationToken);
                await notices.AddAsync(db, $"The sequence “{sequence.Name}” was paused", $"{reason}\n\nIts page says what happened and lets it go on.", now, cancellationToken);
            }
        }
    }

    /// <summary>In the caller's transaction; a sender that is paused already keeps its reason.</summary>
    public async Task PauseSenderAsync(TenantDb db, Guid senderId, string why, DateTime now, CancellationToken cancellationToken)
    {
        if (await db.Senders.Where(s => s.Id == senderId && s.State == SenderState.Active).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.State, SenderState.Paused).SetProperty(x => x.StateReason, why).SetProperty(x => x.Revision, x => x.Revision + 1),
            cancellationToken) == 1)
        {
            var name = await db.Senders.Where(s => s.Id == senderId).Select(s => s.Name).SingleAsync(cancellationToken);
            await notices.AddAsync(db, $"Outreach of “{name}” was paused", $"{why}\n\nMails of this sender wait until somebody starts it again on the page “Senders”.", now, cancellationToken);
        }
    }

    private static async Task<(int Sent, int Hit)> CountAsync(
        TenantDb db, IQueryable<OutreachMessage> messages, int most, SuppressionReason reason, CancellationToken cancellationToken)
    {
        var recent = messages.OrderByDescending(m => m.SendingAt).Take(most).Select(m => m.Id);
        var sent = await recent.CountAsync(cancellationToken);
        return (sent, await db.Suppressions.CountAsync(s => s.Reason == reason && s.MessageId != null && recent.Contains(s.MessageId.Value), cancellationToken));
    }
}
