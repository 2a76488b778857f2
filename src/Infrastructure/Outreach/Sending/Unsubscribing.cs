using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>What a receiver of our mail may ask for: no more mail, or none for a while. The mail whose link they followed says who they are.</summary>
public sealed class Unsubscribing(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, Suppressions suppressions, FeedbackActions feedback, OutreachMetrics metrics, TimeProvider time)
{
    private const string Actor = "receiver";

    /// <summary>Days that a person can pause for.</summary>
    public static readonly IReadOnlyList<int> Pauses = [30, 90];

    /// <summary>Where the receiver of a mail stands.</summary>
    public async Task<ReceiverState> LookAsync(MailReceiver receiver, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await suppressions.FindAsync(db, [receiver.Email], cancellationToken);
        return !found.TryGetValue(receiver.Email, out var reason) ? ReceiverState.In
            : reason == SuppressionReason.Paused ? ReceiverState.Paused
            : ReceiverState.Out;
    }

    /// <summary>No more mail, from now on: also none of those that are written and wait. Harmless to repeat.</summary>
    public async Task UnsubscribeAsync(MailReceiver receiver, CancellationToken cancellationToken = default)
    {
        if (await StoreAsync(receiver, cancellationToken))
        {
            metrics.Unsubscribed();
        }
    }

    /// <returns>Whether they had not asked before.</returns>
    private Task<bool> StoreAsync(MailReceiver receiver, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var (leads, isNew) = await ShutAsync(db, receiver, now, ct);
            if (leads.Count == 0)
            {
                return isNew;
            }

            await OutreachStops.StopAsync(db, leads, "They unsubscribed.", now, ct);
            var lead = await db.OutreachMessages.Where(m => m.Id == receiver.MessageId).Select(m => (Guid?)m.LeadId).SingleOrDefaultAsync(ct) ?? leads[0];
            await feedback.RecordAsync(db, new GivenFeedback($"outreach:{receiver.MessageId:N}:unsubscribed", lead, null, FeedbackKind.Unsubscribed, now), Actor, ct);
            db.Raise(WorkKind.Leads);
            return isNew;
        },
        cancellationToken);

    /// <summary>No mail for some days; sequences go on afterwards.</summary>
    /// <param name="days">One of <see cref="Pauses"/>.</param>
    /// <returns>False when nobody here has the address any more.</returns>
    public Task<bool> PauseAsync(MailReceiver receiver, int days, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var leads = await LeadsOfAsync(db, receiver, ct);
            if (leads.Count == 0)
            {
                return false;
            }

            var now = time.GetUtcNow().UtcDateTime;
            var until = now.AddDays(days);
            await suppressions.PauseAsync(db, receiver.Email, until, Actor, receiver.MessageId, now, ct);
            await OutreachStops.SnoozeAsync(db, leads, until, "They asked for a pause.", ct);
            return true;
        },
        cancellationToken);

    /// <summary>The leads of a receiver, for an erasure; the address stays shut.</summary>
    public Task<IReadOnlyList<Guid>> ForgetAsync(MailReceiver receiver, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) => (IReadOnlyList<Guid>)(await ShutAsync(db, receiver, time.GetUtcNow().UtcDateTime, ct)).Leads, cancellationToken);

    /// <summary>Shuts the address. Of somebody who was deleted here since it is kept that they want no mail, not who they are.</summary>
    /// <returns>The receiver's leads, and whether the address was open.</returns>
    private async Task<(List<Guid> Leads, bool IsNew)> ShutAsync(TenantDb db, MailReceiver receiver, DateTime now, CancellationToken cancellationToken)
    {
        var isNew = await suppressions.AddAsync(db, receiver.Email, SuppressionReason.Unsubscribed, Actor, receiver.MessageId, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var leads = await LeadsOfAsync(db, receiver, cancellationToken);
        if (isNew && leads.Count == 0)
        {
            await Suppressions.ForgetAsync(db, receiver.Email, cancellationToken);
        }

        return (leads, isNew);
    }

    /// <summary>The lead that the mail went to, and others of the same address.</summary>
    private static async Task<List<Guid>> LeadsOfAsync(TenantDb db, MailReceiver receiver, CancellationToken cancellationToken) =>
        await db.Leads.Where(l => l.Email == receiver.Email || db.OutreachMessages.Any(m => m.Id == receiver.MessageId && m.LeadId == l.Id)).Select(l => l.Id).ToListAsync(cancellationToken);
}

/// <summary>Where a receiver stands.</summary>
public enum ReceiverState
{
    /// <summary>Gets mail.</summary>
    In,

    /// <summary>Gets none for a while.</summary>
    Paused,

    /// <summary>Gets none any more.</summary>
    Out,
}
