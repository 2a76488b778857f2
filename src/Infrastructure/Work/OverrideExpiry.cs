using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Ends people's judgements whose time is over: the computed score stands again, and history says so with the actor "system".</summary>
public sealed class OverrideExpiry(TenantWrites writes, TimeProvider time)
{
    private const int Portion = 500;

    /// <summary>Ends a portion of what is over.</summary>
    /// <returns>How many ended, and when the next one of the others does.</returns>
    public Task<(int Ended, DateTime? Next)> EndAsync(CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var over = await db.ScoreOverrides.Where(o => o.Until != null && o.Until <= now).OrderBy(o => o.Until).Select(o => o.LeadId)
                .Take(Portion).ToListAsync(ct);
            var ended = over.Count == 0 ? 0 : await ScoreOverrides.ClearAsync(db, over, "system", now, cancellationToken: ct);
            return (ended, await db.ScoreOverrides.Where(o => o.Until != null).MinAsync(o => o.Until, ct));
        },
        cancellationToken);
}
