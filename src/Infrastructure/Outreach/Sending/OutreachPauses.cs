using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Stops senders and sequences by themselves when too much goes wrong, says why, and tells the admins.</summary>
public sealed class OutreachPauses(IDbContextFactory<TenantDb> databases, AdminNotices notices, TimeProvider time)
{
    private const string Told = "Receivers report your mails as spam";

    /// <summary>What people must know about complaints now, in plain words; null when there is nothing.</summary>
    public async Task<string?> WarningAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var (sent, complained) = (0, 0);
        foreach (var sender in await db.Senders.AsNoTracking().Where(s => s.State == SenderState.Active).ToListAsync(cancellationToken))
        {
            var (mails, reports) = await ComplaintsAsync(db, sender, now, cancellationToken);
            (sent, complained) = (sent + mails, complained + reports);
        }

        return OutreachRates.ComplaintsToTell(sent, complained);
    }

    /// <summary>
    /// After a complaint: too many about all senders together pause all of them, too many about one pause that one, and before it comes to
    /// that the admins are told, once. In the caller's transaction, in which the complaint stands already.
    /// </summary>
    public async Task CheckComplaintsAsync(TenantDb db, DateTime now, CancellationToken cancellationToken)
    {
        // Locked, so that of two complaints at once each counts the other.
        var counts = new List<(Sender Sender, int Sent, int Complained)>();
        foreach (var sender in await db.Senders.AsNoTracking().Where(s => s.State == SenderState.Active).OrderBy(s => s.Id).ForUpdate().ToListAsync(cancellationToken))
        {
            var (mails, reports) = await ComplaintsAsync(db, sender, now, cancellationToken);
            counts.Add((sender, mails, reports));
        }

        var (sent, complained) = (counts.Sum(c => c.Sent), counts.Sum(c => c.Complained));
        var whole = OutreachRates.Complaints(sent, complained);
        var stopped = false;
        foreach (var (sender, mails, reports) in counts)
        {
            if ((OutreachRates.Complaints(mails, reports) ?? whole) is { } why)
            {
                await PauseSenderAsync(db, sender.Id, why, now, cancellationToken);
                stopped = true;
            }
        }

        // An episode begins with the complaint that brings the rate to its limit; those after it tell nothing new.
        if (!stopped && OutreachRates.ComplaintsToTell(sent, complained) is { } warning && OutreachRates.ComplaintsToTell(sent, complained - 1) is null)
        {
            await notices.AddOnceAsync(db, Told, warning, now - OutreachRates.ComplaintWindow, now, cancellationToken);
        }
    }

    /// <summary>After a refusal or a bounce: pauses a sender, and the sequences that it sends, where their rates ask for it. In the caller's transaction.</summary>
    public async Task CheckAsync(TenantDb db, Guid senderId, DateTime now, CancellationToken cancellationToken)
    {
        if (await db.Senders.AsNoTracking().SingleOrDefaultAsync(s => s.Id == senderId && s.State == SenderState.Active, cancellationToken) is not { } sender)
        {
            return;
        }

        var from = sender.RatesSince ?? DateTime.MinValue;
        var recent = await db.OutreachMessages.Where(m => m.SenderId == senderId && m.SendingAt > from)
            .OrderByDescending(m => m.SendingAt).Take(OutreachRates.Recent).Select(m => new { m.Id, m.State }).ToListAsync(cancellationToken);
        var failed = recent.Where(m => m.State == OutreachState.Failed).Select(m => m.Id).ToList();
        var bounced = failed.Count == 0 ? 0 : await db.Suppressions.CountAsync(s => s.Reason == SuppressionReason.Bounced && failed.Contains(s.MessageId!.Value), cancellationToken);
        if (OutreachRates.Errors(recent.Count, failed.Count - bounced) is { } why)
        {
            await PauseSenderAsync(db, senderId, why, now, cancellationToken);
        }

        var sequences = await db.Sequences.AsNoTracking().Where(s => s.SenderId == senderId && s.State == SequenceState.Active)
            .Select(s => new { s.Id, s.Name, s.RatesSince }).ToListAsync(cancellationToken);
        foreach (var sequence in sequences)
        {
            var since = sequence.RatesSince ?? DateTime.MinValue;
            var last = db.OutreachMessages.Where(m => m.SequenceId == sequence.Id && m.SendingAt > since).OrderByDescending(m => m.SendingAt)
                .Take(OutreachRates.Recent).Select(m => m.Id);
            var of = await last.CountAsync(cancellationToken);
            var lost = await db.Suppressions.CountAsync(s => s.Reason == SuppressionReason.Bounced && s.MessageId != null && last.Contains(s.MessageId.Value), cancellationToken);
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

    /// <summary>
    /// Mails and complaints since a person last started the sender again: those of a day, or as far back as there are enough mails to tell.
    /// </summary>
    private static async Task<(int Sent, int Complained)> ComplaintsAsync(TenantDb db, Sender sender, DateTime now, CancellationToken cancellationToken)
    {
        var (id, from, oldest) = (sender.Id, sender.RatesSince ?? DateTime.MinValue, now - OutreachRates.LongestComplaintWindow);
        var all = db.OutreachMessages.Where(m => m.SenderId == id && m.SendingAt > from);
        var enough = await all.OrderByDescending(m => m.SendingAt).Skip(OutreachRates.RecentForComplaints - 1).Select(m => m.SendingAt).FirstOrDefaultAsync(cancellationToken);
        var day = now - OutreachRates.ComplaintWindow;
        var since = enough is not { } at || at < oldest ? oldest : at < day ? at : day;
        var sent = await all.CountAsync(m => m.SendingAt >= since, cancellationToken);
        var complained = await db.Suppressions.Where(s => s.Reason == SuppressionReason.Complained && s.MessageId != null && s.At >= since)
            .CountAsync(s => all.Any(m => m.Id == s.MessageId), cancellationToken);
        return (sent, complained);
    }
}
