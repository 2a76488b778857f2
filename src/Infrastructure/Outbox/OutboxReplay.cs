using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>Delivers again what was given up, or what the other side lost: under the same ids, spread over time where it is much.</summary>
public sealed class OutboxReplay(IDbContextFactory<TenantDb> databases, TenantWrites writes, TimeProvider time)
{
    private const int Portion = 500;

    /// <summary>Time between two messages of a replay in bulk.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(20);

    /// <returns>False when there is no such message, or it is not wanted any more.</returns>
    public Task<bool> ReplayAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) => await AgainAsync(db, db.Outbox.Where(m => m.Id == id), time.GetUtcNow().UtcDateTime, ct) > 0, cancellationToken);

    /// <summary>Replays all that the filter lets through and that has ended.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ReplayAsync(ReplayFilter filter, CancellationToken cancellationToken = default)
    {
        var (done, last, start) = (0, Guid.Empty, time.GetUtcNow().UtcDateTime);
        while (true)
        {
            List<Guid> ids;
            await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            {
                ids = await filter.Of(db.Outbox).Where(m => m.Id > last).OrderBy(m => m.Id).Select(m => m.Id).Take(Portion).ToListAsync(cancellationToken);
            }

            if (ids.Count == 0)
            {
                return done;
            }

            var due = start + (Gap * done);
            done += await writes.RunAsync((db, ct) => AgainAsync(db, ids, due, ct), cancellationToken);
            last = ids[^1];
        }
    }

    private static async Task<int> AgainAsync(TenantDb db, List<Guid> ids, DateTime due, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var id in ids)
        {
            done += await AgainAsync(db, db.Outbox.Where(m => m.Id == id), due + (Gap * done), cancellationToken);
        }

        return done;
    }

    private static Task<int> AgainAsync(TenantDb db, IQueryable<OutboxMessage> messages, DateTime due, CancellationToken cancellationToken)
    {
        db.Raise(WorkKind.Outbox);
        return messages.Where(m => m.State == OutboxState.Dead || m.State == OutboxState.Delivered).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutboxState.Waiting).SetProperty(x => x.Round, 0).SetProperty(x => x.DueAt, due)
                .SetProperty(x => x.EndedAt, (DateTime?)null).SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null),
            cancellationToken);
    }
}

/// <summary>Which messages to deliver again.</summary>
/// <param name="State">Dead or Delivered.</param>
public sealed record ReplayFilter(OutboxState State = OutboxState.Dead)
{
    public Guid? DestinationId { get; init; }

    /// <summary>UTC, of their making.</summary>
    public DateTime? From { get; init; }

    /// <summary>UTC, of their making; not included.</summary>
    public DateTime? Until { get; init; }

    internal IQueryable<OutboxMessage> Of(IQueryable<OutboxMessage> messages)
    {
        var (state, destination, from, until) = (State, DestinationId, From, Until);
        messages = messages.Where(m => m.State == state);
        messages = destination is null ? messages : messages.Where(m => m.DestinationId == destination);
        messages = from is null ? messages : messages.Where(m => m.CreatedAt >= from);
        return until is null ? messages : messages.Where(m => m.CreatedAt < until);
    }
}
