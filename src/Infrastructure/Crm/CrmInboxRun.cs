using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Processes a portion of the inbox: taken under a lease, read from the CRM where needed, applied and ended in one transaction each.</summary>
public sealed class CrmInboxRun(
    TenantWrites writes, CrmConnections connections, CrmHealth health, CrmPull pull, IOptions<WorkOptions> options, TimeProvider time)
{
    private const int Portion = 50;
    private const int MostAttempts = 10;

    /// <returns>Whether there was anything, and when what waits is due.</returns>
    public async Task<(bool Worked, DateTime? Again)> RunAsync(CancellationToken cancellationToken)
    {
        var (token, taken, again) = await ClaimAsync(cancellationToken);
        if (taken.Count > 0)
        {
            FailPoint.Reach("inbox-claimed");
        }

        foreach (var source in taken.GroupBy(t => t.Integration.Id))
        {
            var messages = source.Select(t => t.Message).ToList();
            try
            {
                await ProcessAsync(source.First().Integration, messages, token, cancellationToken);
            }
            catch (CrmException e)
            {
                var hold = await health.FailedAsync(source.Key, e, cancellationToken);
                await PutBackAsync(messages, token, e, hold, cancellationToken);
            }
        }

        return (taken.Count > 0, again);
    }

    private Task<(Guid Token, IReadOnlyList<(InboxMessage Message, Integration Integration)> Taken, DateTime? Again)> ClaimAsync(CancellationToken cancellationToken) =>
        writes.RunAsync<(Guid, IReadOnlyList<(InboxMessage, Integration)>, DateTime?)>(
            async (db, ct) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                var token = Guid.CreateVersion7(time.GetUtcNow());
                var integrations = await db.Integrations.AsNoTracking().Where(i => i.State == IntegrationState.Active).ToDictionaryAsync(i => i.Id, ct);
                var ids = integrations.Keys.ToList();
                var waiting = db.Inbox.Where(i => i.State == InboxState.Waiting && ids.Contains(i.SourceId));
                var due = await waiting.Where(i => i.DueAt <= now && (i.ClaimedUntil == null || i.ClaimedUntil < now))
                    .OrderBy(i => i.DueAt).Take(Portion).SkipLocked().ToListAsync(ct);
                foreach (var message in due)
                {
                    (message.ClaimToken, message.ClaimedUntil) = (token, now + options.Value.Lease);
                }

                await db.SaveChangesAsync(ct);
                var again = due.Count > 0 ? null : await waiting.MinAsync(i => (DateTime?)(i.ClaimedUntil > i.DueAt ? i.ClaimedUntil : i.DueAt), ct);
                return (token, [.. due.Select(m => (m, integrations[m.SourceId]))], again);
            },
            cancellationToken);

    private async Task ProcessAsync(Integration integration, IReadOnlyList<InboxMessage> messages, Guid token, CancellationToken cancellationToken)
    {
        var events = messages.ToDictionary(m => m.EventId, m => JsonSerializer.Deserialize<StoredEvent>(m.Payload, StoredJson.Options)!);
        var wanted = events.Values.Where(e => e.Record is null).Select(e => e.RemoteId).Distinct().ToList();
        var read = wanted.Count == 0
            ? []
            : await connections.ConnectorOf(integration.Kind).ReadAsync(connections.Open(integration), wanted, cancellationToken);
        FailPoint.Reach("inbox-read");
        foreach (var message in messages)
        {
            var stored = events[message.EventId];
            IReadOnlyList<CrmRemote> records = stored.Record is { } carried ? [carried] : [.. read.Where(r => r.RemoteId == stored.RemoteId || r.AskedAs == stored.RemoteId)];
            await writes.RunAsync((db, ct) => ApplyAsync(db, integration, message, token, records, ct), cancellationToken);
        }
    }

    private async Task<bool> ApplyAsync(
        TenantDb db, Integration integration, InboxMessage message, Guid token, IReadOnlyList<CrmRemote> records, CancellationToken cancellationToken)
    {
        // Another took over: its result counts, not ours.
        if (await db.Inbox.Where(i => i.SourceId == message.SourceId && i.EventId == message.EventId && i.ClaimToken == token && i.State == InboxState.Waiting)
            .ForUpdate().SingleOrDefaultAsync(cancellationToken) is not { } row)
        {
            return false;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (records.Count > 0 && await MayBeOursAsync(db, integration, records, cancellationToken) && CrmFirstPushes.Again(row.ReceivedAt, now) is { } again)
        {
            (row.DueAt, row.ClaimToken, row.ClaimedUntil) = (again, null, null);
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }

        string? ignored = "The CRM does not know the record.";
        foreach (var record in records)
        {
            var reason = await pull.ApplyAsync(db, integration, record, cancellationToken);
            ignored = reason is null ? null : ignored is null ? null : reason;
        }

        row.State = ignored is null ? InboxState.Processed : InboxState.Ignored;
        row.LastError = ignored;
        row.Attempts++;
        row.ProcessedAt = now;
        (row.ClaimToken, row.ClaimedUntil) = (null, null);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    private static async Task<bool> MayBeOursAsync(TenantDb db, Integration integration, IReadOnlyList<CrmRemote> records, CancellationToken cancellationToken)
    {
        if (!await CrmFirstPushes.AnyAsync(db, integration, cancellationToken))
        {
            return false;
        }

        foreach (var record in records)
        {
            if (await CrmFirstPushes.IsTiedAsync(db, integration, record, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private Task PutBackAsync(IReadOnlyList<InboxMessage> messages, Guid token, CrmException trouble, TimeSpan? hold, CancellationToken cancellationToken) =>
        writes.RunAsync(
            async (db, ct) =>
            {
                var (source, ids, now) = (messages[0].SourceId, messages.Select(m => m.EventId).ToList(), time.GetUtcNow().UtcDateTime);
                var rows = await db.Inbox.Where(i => i.SourceId == source && ids.Contains(i.EventId) && i.ClaimToken == token && i.State == InboxState.Waiting)
                    .ForUpdate().ToListAsync(ct);
                foreach (var row in rows)
                {
                    var counts = trouble.Trouble is CrmTrouble.Unavailable or CrmTrouble.Invalid;
                    row.Attempts += counts ? 1 : 0;
                    row.State = trouble.Trouble == CrmTrouble.Invalid || row.Attempts >= MostAttempts ? InboxState.Dead : InboxState.Waiting;
                    row.LastError = trouble.Message;
                    row.DueAt = now + (hold ?? TimeSpan.FromSeconds(Math.Min(3600, 15 * Math.Pow(2, row.Attempts))));
                    (row.ClaimToken, row.ClaimedUntil) = (null, null);
                }

                await db.SaveChangesAsync(ct);
            },
            cancellationToken);
}
