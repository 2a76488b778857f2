using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Work;

/// <summary>Takes leads to work on, under a lease: who holds the token may store results until the lease ends or another takes over.</summary>
public sealed class LeadClaims(TenantWrites writes, IOptions<WorkOptions> options, TimeProvider time)
{
    /// <summary>Takes up to <paramref name="most"/> leads: single arrivals first, then files, then those scored under an older epoch.</summary>
    public Task<LeadClaim> TakeAsync(int most, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var token = Guid.CreateVersion7(time.GetUtcNow());
            var epoch = await db.Meta.Select(m => m.ScoringEpoch).SingleAsync(ct);
            IQueryable<Lead> Free(IQueryable<Lead> leads) => leads.Where(l => l.ClaimedUntil == null || l.ClaimedUntil < now);
            IQueryable<Lead>[] queues =
            [
                Free(db.Leads.Where(l => l.Stage == LeadStage.Received && l.ImportId == null)),
                Free(db.Leads.Where(l => l.Stage == LeadStage.Received)),
                Free(db.Leads.Where(l => l.ScoringEpoch < epoch && l.Stage == LeadStage.Scored)),
            ];
            foreach (var queue in queues)
            {
                // On PostgreSQL two workers must not wait for each other's rows.
                var ids = await queue.Select(l => l.Id).Take(most).SkipLocked().ToListAsync(ct);
                if (ids.Count > 0)
                {
                    await db.Leads.Where(l => ids.Contains(l.Id)).ExecuteUpdateAsync(
                        l => l.SetProperty(x => x.ClaimToken, token).SetProperty(x => x.ClaimedUntil, now + options.Value.Lease), ct);
                    return new LeadClaim(token, ids, null);
                }
            }

            // Nothing waits: an import whose last waiting lead was erased ends here.
            await LeadUnderstanding.FinishImportsAsync(db, now, ct);

            // Nothing free: leads that another holds come free when its lease ends.
            var held = await db.Leads.Where(l => l.Stage == LeadStage.Received || l.ScoringEpoch < epoch)
                .Where(l => l.Stage != LeadStage.Failed).MinAsync(l => l.ClaimedUntil, ct);
            return new LeadClaim(token, [], held);
        },
        cancellationToken);
}

/// <summary>Leads taken.</summary>
/// <param name="Token">Names this taking; stored results must carry it.</param>
/// <param name="Ids">Empty when there was nothing free.</param>
/// <param name="Again">When empty: the earliest end of somebody else's lease, or null when there is no work at all.</param>
public sealed record LeadClaim(Guid Token, IReadOnlyList<Guid> Ids, DateTime? Again);
