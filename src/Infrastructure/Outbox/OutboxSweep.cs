using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>Forgets attempts and ended messages that are old, in small transactions.</summary>
public static class OutboxSweep
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int Portion = 2_000;

    /// <param name="now">UTC.</param>
    /// <returns>Messages and attempts that went.</returns>
    public static async Task<int> RunAsync(TenantWrites writes, DateTime now, CancellationToken cancellationToken = default)
    {
        var old = now - Kept;
        var first = OutboxIds.FirstOf(old);
        return await AllAsync(db => db.DeliveryAttempts.Where(a => db.DeliveryAttempts.Where(x => x.At < old).OrderBy(x => x.At).Select(x => x.Id).Take(Portion).Contains(a.Id)))
            + await AllAsync(db => db.Outbox.Where(m => db.Outbox.Where(x => x.State == OutboxState.Delivered && x.Id < first && x.EndedAt < old).OrderBy(x => x.Id).Select(x => x.Id).Take(Portion).Contains(m.Id)))
            + await AllAsync(db => db.Outbox.Where(m => db.Outbox.Where(x => x.State == OutboxState.Dead && x.Id < first && x.EndedAt < old).OrderBy(x => x.Id).Select(x => x.Id).Take(Portion).Contains(m.Id)))
            + await AllAsync(db => db.Outbox.Where(m => db.Outbox.Where(x => x.State == OutboxState.Dropped && x.Id < first && x.EndedAt < old).OrderBy(x => x.Id).Select(x => x.Id).Take(Portion).Contains(m.Id)));

        async Task<int> AllAsync<T>(Func<TenantDb, IQueryable<T>> rows)
        {
            for (var gone = 0; ;)
            {
                var now = await writes.RunAsync((db, ct) => rows(db).ExecuteDeleteAsync(ct), cancellationToken);
                gone += now;
                if (now < Portion)
                {
                    return gone;
                }
            }
        }
    }
}
