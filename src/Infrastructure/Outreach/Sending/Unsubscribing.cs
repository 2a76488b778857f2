using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>What a receiver of our mail may ask for: no more mail, or none for a while. The mail whose link they followed says who they are.</summary>
public sealed class Unsubscribing(IDbContextFactory<TenantDb> databases, TenantWrites writes, Suppressions suppressions, FeedbackActions feedback, TimeProvider time)
{
    private const string Actor = "receiver";

    /// <summary>Days that a person can pause for.</summary>
    public static readonly IReadOnlyList<int> Pauses = [30, 90];

    /// <summary>Where the receiver of a mail stands; null when the mail is not there any more.</summary>
    public async Task<ReceiverState?> LookAsync(Guid messageId, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.OutreachMessages.Where(m => m.Id == messageId).Select(m => m.To).SingleOrDefaultAsync(cancellationToken) is not { } email)
        {
            return null;
        }

        var found = await suppressions.FindAsync(db, [email], cancellationToken);
        return found.TryGetValue(email, out var reason)
            ? reason == SuppressionReason.Paused ? ReceiverState.Paused : ReceiverState.Out
            : ReceiverState.In;
    }

    /// <summary>No more mail, from now on: also none of those that are written and wait. Harmless to repeat.</summary>
    /// <returns>False when the mail is not there any more.</returns>
    public Task<bool> UnsubscribeAsync(Guid messageId, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await FindAsync(db, messageId, ct) is not { } mail)
            {
                return false;
            }

            var now = time.GetUtcNow().UtcDateTime;
            await suppressions.AddAsync(db, mail.To, SuppressionReason.Unsubscribed, Actor, messageId, now, ct);
            await db.SaveChangesAsync(ct);
            await OutreachStops.StopAsync(db, await LeadsOfAsync(db, mail, ct), "They unsubscribed.", now, ct);
            await feedback.RecordAsync(db, new GivenFeedback($"outreach:{messageId:N}:unsubscribed", mail.LeadId, null, FeedbackKind.Unsubscribed, now), Actor, ct);
            db.Raise(WorkKind.Leads);
            return true;
        },
        cancellationToken);

    /// <summary>No mail for some days; sequences go on afterwards.</summary>
    /// <param name="days">One of <see cref="Pauses"/>.</param>
    /// <returns>False when the mail is not there any more.</returns>
    public Task<bool> PauseAsync(Guid messageId, int days, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await FindAsync(db, messageId, ct) is not { } mail)
            {
                return false;
            }

            var now = time.GetUtcNow().UtcDateTime;
            var until = now.AddDays(days);
            await suppressions.PauseAsync(db, mail.To, until, Actor, messageId, now, ct);
            var leads = await LeadsOfAsync(db, mail, ct);
            await db.OutreachMessages.Where(m => leads.Contains(m.LeadId) && (m.State == OutreachState.Draft || m.State == OutreachState.Approved) && m.DueAt < until)
                .ExecuteUpdateAsync(m => m.SetProperty(x => x.DueAt, until), ct);
            await db.Enrollments.Where(e => leads.Contains(e.LeadId) && (e.State == EnrollmentState.Active || e.State == EnrollmentState.Snoozed) && e.DueAt < until)
                .ExecuteUpdateAsync(
                    e => e.SetProperty(x => x.State, EnrollmentState.Snoozed).SetProperty(x => x.StateReason, "They asked for a pause.").SetProperty(x => x.DueAt, until)
                        .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null),
                    ct);
            return true;
        },
        cancellationToken);

    /// <summary>The leads behind a mail, for an erasure; the address stays shut.</summary>
    public Task<IReadOnlyList<Guid>> ForgetAsync(Guid messageId, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await FindAsync(db, messageId, ct) is not { } mail)
            {
                return (IReadOnlyList<Guid>)[];
            }

            await suppressions.AddAsync(db, mail.To, SuppressionReason.Unsubscribed, Actor, messageId, time.GetUtcNow().UtcDateTime, ct);
            await db.SaveChangesAsync(ct);
            return await LeadsOfAsync(db, mail, ct);
        },
        cancellationToken);

    private static async Task<Mail?> FindAsync(TenantDb db, Guid messageId, CancellationToken cancellationToken) =>
        await db.OutreachMessages.AsNoTracking().Where(m => m.Id == messageId).Select(m => new Mail(m.To, m.LeadId)).SingleOrDefaultAsync(cancellationToken);

    /// <summary>The lead that the mail went to, and others of the same address.</summary>
    private static async Task<List<Guid>> LeadsOfAsync(TenantDb db, Mail mail, CancellationToken cancellationToken) =>
        await db.Leads.Where(l => l.Id == mail.LeadId || l.Email == mail.To).Select(l => l.Id).ToListAsync(cancellationToken);

    private sealed record Mail(string To, Guid LeadId);
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
