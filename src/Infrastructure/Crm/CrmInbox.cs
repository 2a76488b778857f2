using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>What CRMs tell us by their hooks: proved, stored, acknowledged; processed afterwards by <see cref="CrmWorker"/>.</summary>
public sealed class CrmInbox(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, CrmConnections connections, TimeProvider time)
{
    public const string Topic = "crm.event";

    /// <summary>Durable when it returns. The same event again is the same row.</summary>
    /// <param name="hookKey">The random part of the address.</param>
    /// <param name="hook">The call as it came.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<HookAnswer> TakeAsync(string hookKey, CrmHook hook, CancellationToken cancellationToken)
    {
        Integration? integration;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            integration = await db.Integrations.AsNoTracking().SingleOrDefaultAsync(i => i.HookKey == hookKey, cancellationToken);
        }

        if (integration is null)
        {
            return HookAnswer.Unknown;
        }

        var now = time.GetUtcNow().UtcDateTime;
        IReadOnlyList<CrmEvent>? events;
        try
        {
            events = connections.ConnectorOf(integration.Kind).ReadHook(connections.Open(integration), hook, now);
        }
        catch (CrmException)
        {
            // Without the secret nothing can be proved.
            events = null;
        }

        if (events is null)
        {
            return HookAnswer.Unproven;
        }

        if (events.Count > 0)
        {
            FailPoint.Reach("inbox-proved");
            await writes.RunAsync((db, ct) => StoreAsync(db, integration.Id, events, now, ct), cancellationToken);
            FailPoint.Reach("inbox-stored");
        }

        return HookAnswer.Taken;
    }

    /// <summary>Keeps a change that a CRM was asked for and that cannot be taken over yet; worked like an event. In the caller's transaction.</summary>
    /// <param name="now">UTC.</param>
    internal static Task PutAsideAsync(TenantDb db, Guid source, CrmRemote record, DateTime now, CancellationToken cancellationToken)
    {
        var id = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"asked:{record.RemoteId}:{record.At:O}");
        return StoreAsync(db, source, [new CrmEvent(id, record.RemoteId, record.At, record, "{}")], now, cancellationToken);
    }

    private static async Task StoreAsync(TenantDb db, Guid source, IReadOnlyList<CrmEvent> events, DateTime now, CancellationToken cancellationToken)
    {
        var ids = events.Select(e => e.EventId).ToList();
        var known = await db.Inbox.Where(i => i.SourceId == source && ids.Contains(i.EventId)).Select(i => i.EventId).ToListAsync(cancellationToken);
        var rows = events.Where(e => !known.Contains(e.EventId)).DistinctBy(e => e.EventId).Select(e => new InboxMessage
        {
            SourceId = source,
            EventId = e.EventId,
            Topic = Topic,
            Payload = JsonSerializer.Serialize(new StoredEvent(e.RemoteId, e.Record, e.Payload), StoredJson.Options),
            ReceivedAt = now,
            OccurredAt = e.OccurredAt,
            DueAt = now,
        }).ToList();
        db.Inbox.AddRange(rows);
        await db.SaveChangesAsync(cancellationToken);
        db.Raise(WorkKind.Crm);
    }
}

public enum HookAnswer
{
    Taken,

    /// <summary>There is no such address.</summary>
    Unknown,

    /// <summary>Not signed by whom it should be, or too late.</summary>
    Unproven,
}

/// <summary>An event as the inbox keeps it.</summary>
/// <param name="Event">JSON as it came.</param>
internal sealed record StoredEvent(string RemoteId, CrmRemote? Record, string Event);
