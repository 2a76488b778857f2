using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Takes enrolments whose next step is due, under a lease.</summary>
public sealed class StepClaims(TenantWrites writes, TimeProvider time)
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <remarks>
    /// A claim moves the due time to its own end: what is taken stands no longer in front of what is not, and what its process leaves
    /// undone is due again by itself.
    /// </remarks>
    /// <param name="most">Most that are taken.</param>
    public Task<StepClaim> TakeAsync(int most, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var (token, until) = (Guid.CreateVersion7(time.GetUtcNow()), now + Lease);
            var running = await db.Sequences.Where(s => s.State == SequenceState.Active).Select(s => s.Id).ToListAsync(ct);
            var due = db.Enrollments.Where(e => e.DueAt != null && running.Contains(e.SequenceId));
            var ids = running.Count == 0 ? [] : await due.Where(e => e.DueAt <= now).OrderBy(e => e.DueAt).Select(e => e.Id).Take(most).SkipLocked().ToListAsync(ct);
            if (ids.Count == 0)
            {
                return new StepClaim(token, [], running.Count == 0 ? null : await due.MinAsync(e => e.DueAt, ct));
            }

            await db.Enrollments.Where(e => ids.Contains(e.Id)).ExecuteUpdateAsync(
                e => e.SetProperty(x => x.ClaimToken, token).SetProperty(x => x.ClaimedUntil, until).SetProperty(x => x.DueAt, until), ct);
            return new StepClaim(token, ids, null);
        },
        cancellationToken);
}

/// <summary>Enrolments taken.</summary>
/// <param name="Token">Names this taking; what is stored must carry it.</param>
/// <param name="Again">When none was due: when the next is, or null.</param>
public sealed record StepClaim(Guid Token, IReadOnlyList<Guid> Ids, DateTime? Again);
