using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>
/// Takes messages of a destination under a lease and stores what became of them. A message taken is due again when its lease ends, so that
/// one index tells both what is due and what a killed dispatcher left.
/// </summary>
public sealed class OutboxQueue(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, IOptions<OutboxOptions> options, TimeProvider time)
{
    /// <summary>
    /// Steps from destination to destination by the index: a backlog of one is not read through. SQLite would take another index and sort.
    /// </summary>
    private static string FirstOfEach(bool sqlite)
    {
        var index = sqlite ? "INDEXED BY \"IX_Outbox_Waiting\"" : "";
        return $"""
            WITH RECURSIVE d(id) AS (
                SELECT (SELECT o."DestinationId" FROM "Outbox" o {index} WHERE o."State" = 'Waiting' ORDER BY o."DestinationId", o."DueAt" LIMIT 1)
                UNION ALL
                SELECT (SELECT o."DestinationId" FROM "Outbox" o {index} WHERE o."State" = 'Waiting' AND o."DestinationId" > d.id
                    ORDER BY o."DestinationId", o."DueAt" LIMIT 1)
                FROM d WHERE d.id IS NOT NULL)
            SELECT o.* FROM d JOIN "Outbox" o ON o."Id" =
                (SELECT x."Id" FROM "Outbox" x {index} WHERE x."State" = 'Waiting' AND x."DestinationId" = d.id ORDER BY x."DueAt" LIMIT 1)
            """;
    }

    private static readonly string[] Settled =
    [
        nameof(OutboxMessage.State), nameof(OutboxMessage.Attempts), nameof(OutboxMessage.Round), nameof(OutboxMessage.DueAt),
        nameof(OutboxMessage.ClaimToken), nameof(OutboxMessage.ClaimedUntil), nameof(OutboxMessage.EndedAt),
        nameof(OutboxMessage.LastStatus), nameof(OutboxMessage.LastError),
    ];

    /// <summary>For every destination with waiting messages the one that is due first.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> FirstOfEachAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Outbox.FromSqlRaw(FirstOfEach(db.Database.IsSqlite())).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>When the destination's next message is due; null when none waits.</summary>
    public async Task<DateTime?> NextAsync(Guid destinationId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Outbox.Where(m => m.State == OutboxState.Waiting && m.DestinationId == destinationId).MinAsync(m => (DateTime?)m.DueAt, cancellationToken);
    }

    /// <summary>Takes up to <paramref name="most"/> messages that are due; of a lead only what nothing older holds up.</summary>
    public Task<OutboxClaim> ClaimAsync(Guid destinationId, int most, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var token = Guid.CreateVersion7(time.GetUtcNow());
            var waiting = db.Outbox.Where(m => m.State == OutboxState.Waiting && m.DestinationId == destinationId);
            var due = await waiting.AsNoTracking().Where(m => m.DueAt <= now).OrderBy(m => m.DueAt).Take(most).SkipLocked().ToListAsync(ct);
            var (chains, blocked) = LeadOrder.Chain(due, await BesideAsync(db, destinationId, due.Select(m => m.LeadId), ct));
            var taken = chains.SelectMany(c => c).Select(m => m.Id).ToList();
            foreach (var group in blocked.GroupBy(b => b.Until))
            {
                // Not looked at again before what holds them up is through; whoever ends that brings them forward.
                var ids = group.Select(b => b.Id).ToList();
                await db.Outbox.Where(m => ids.Contains(m.Id)).ExecuteUpdateAsync(m => m.SetProperty(x => x.DueAt, group.Key), ct);
            }

            var until = now + options.Value.Lease;
            await db.Outbox.Where(m => taken.Contains(m.Id)).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.ClaimToken, token).SetProperty(x => x.ClaimedUntil, until).SetProperty(x => x.DueAt, until), ct);
            return new OutboxClaim(destinationId, token, chains, due.Count > 0);
        },
        cancellationToken);

    /// <summary>Stores what became of a claim, as far as this token still holds it.</summary>
    public Task SettleAsync(
        OutboxClaim claim, IReadOnlyList<SettledMessage> settled, Func<TenantDb, CancellationToken, Task> more, CancellationToken cancellationToken) =>
        writes.RunAsync(
            async (db, ct) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                var ids = settled.Select(s => s.Row.Id).ToList();
                var held = (await db.Outbox.Where(m => ids.Contains(m.Id) && m.ClaimToken == claim.Token && m.State == OutboxState.Waiting)
                    .OrderBy(m => m.Id).ForUpdate().Select(m => m.Id).ToListAsync(ct)).ToHashSet();
                var kept = settled.Where(s => held.Contains(s.Row.Id)).ToList();
                await db.BulkUpdateAsync([.. kept.Select(s => s.Row)], Settled, ct);
                await db.BulkInsertAsync([.. kept.Select(s => s.Attempt?.Invoke()).OfType<DeliveryAttempt>()], ct);
                await WakeAsync(db, claim.DestinationId, [.. kept.Where(s => s.Row.State != OutboxState.Waiting).Select(s => s.Row.LeadId)], now, ct);
                await more(db, ct);
            },
            cancellationToken);

    /// <summary>The destination is no more: what it was to get is no longer wanted.</summary>
    public Task DropAsync(Guid destinationId, CancellationToken cancellationToken) => writes.RunAsync(
        (db, ct) => DropAsync(db, destinationId, time.GetUtcNow().UtcDateTime, ct), cancellationToken);

    /// <inheritdoc cref="DropAsync(Guid, CancellationToken)"/>
    public static Task DropAsync(TenantDb db, Guid destinationId, DateTime now, CancellationToken cancellationToken) =>
        db.Outbox.Where(m => m.State == OutboxState.Waiting && m.DestinationId == destinationId).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutboxState.Dropped).SetProperty(x => x.EndedAt, now)
                .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null),
            cancellationToken);

    /// <summary>All that waits for some leads, oldest first. Sorted here: asked to sort, SQLite would read the destination's whole backlog.</summary>
    private static async Task<ILookup<Guid, LeadOrder.Waiting>> BesideAsync(
        TenantDb db, Guid destinationId, IEnumerable<Guid?> of, CancellationToken cancellationToken)
    {
        var leads = of.OfType<Guid>().Distinct().ToList();
        var found = leads.Count == 0 ? [] : await db.Outbox
            .Where(m => m.State == OutboxState.Waiting && m.DestinationId == destinationId && leads.Contains(m.LeadId!.Value))
            .Select(m => new LeadOrder.Waiting(m.Id, m.LeadId!.Value, m.DueAt, m.ClaimToken == null && m.Round == 0)).ToListAsync(cancellationToken);
        return found.OrderBy(m => m.Id).ToLookup(m => m.LeadId);
    }

    /// <summary>What was held up by messages that are through is due now.</summary>
    private static async Task WakeAsync(TenantDb db, Guid destinationId, IEnumerable<Guid?> ended, DateTime now, CancellationToken cancellationToken)
    {
        var ids = (await BesideAsync(db, destinationId, ended, cancellationToken)).SelectMany(w => w).Where(w => w.IsFresh && w.DueAt > now).Select(w => w.Id).ToList();
        if (ids.Count > 0)
        {
            await db.Outbox.Where(m => ids.Contains(m.Id)).ExecuteUpdateAsync(m => m.SetProperty(x => x.DueAt, now), cancellationToken);
        }
    }
}

/// <summary>Messages taken.</summary>
/// <param name="Token">Names this taking; stored results must carry it.</param>
/// <param name="Chains">Messages of one lead, oldest first, each to be delivered after the one before it.</param>
/// <param name="Any">Something was due, though perhaps held up by older messages.</param>
public sealed record OutboxClaim(Guid DestinationId, Guid Token, IReadOnlyList<IReadOnlyList<OutboxMessage>> Chains, bool Any);

/// <summary>A message as it stands after its portion.</summary>
/// <param name="Attempt">Makes the line of its history, anew at each call; null when it was not tried.</param>
public sealed record SettledMessage(OutboxMessage Row, Func<DeliveryAttempt>? Attempt);
