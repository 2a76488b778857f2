using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>Writes what happened to leads for those who want to hear of it, in the transaction in which it happened.</summary>
public static class LeadEvents
{
    /// <summary>One small query when nobody listens; one prepared statement for all rows when somebody does.</summary>
    /// <param name="events">Made only when somebody listens; those of a lead in the order in which they happened.</param>
    /// <param name="now">UTC.</param>
    public static async Task WriteAsync(TenantDb db, Func<IEnumerable<LeadEvent>> events, DateTime now, CancellationToken cancellationToken)
    {
        var listeners = await db.WebhookEndpoints.Where(e => e.State != EndpointState.Disabled).OrderBy(e => e.Id)
            .Select(e => new { e.Id, e.Topics }).ToListAsync(cancellationToken);
        if (listeners.Count == 0)
        {
            return;
        }

        var rows = new List<OutboxMessage>();
        foreach (var happened in events())
        {
            string? payload = null;
            foreach (var listener in listeners.Where(l => l.Topics.Count == 0 || l.Topics.Contains(happened.Topic)))
            {
                rows.Add(new OutboxMessage
                {
                    Id = OutboxIds.Next(now),
                    Channel = OutboxChannel.Webhook,
                    DestinationId = listener.Id,
                    Topic = happened.Topic,
                    LeadId = happened.LeadId,
                    Payload = payload ??= LeadPayload.Of(happened, now),
                    CreatedAt = now,
                    DueAt = now,
                });
            }
        }

        if (rows.Count > 0)
        {
            await db.BulkInsertAsync(rows, cancellationToken);
            db.Raise(WorkKind.Outbox);
        }
    }

    /// <summary>Leads that are gone: their ids and nothing else. Called after their rows were removed, which takes along what still waited.</summary>
    /// <param name="now">UTC.</param>
    public static Task DeletedAsync(TenantDb db, IReadOnlyCollection<Guid> ids, DateTime now, CancellationToken cancellationToken) => ids.Count == 0
        ? Task.CompletedTask
        : WriteAsync(db, () => ids.Select(id => new LeadEvent(LeadTopics.Deleted, id)), now, cancellationToken);
}

/// <summary>Something that happened to a lead.</summary>
public sealed record LeadEvent(string Topic, Guid LeadId)
{
    /// <summary>Its fields; null for one that is gone.</summary>
    public Lead? Lead { get; init; }

    /// <summary>Where the score is newer than the fields: the row that carries it.</summary>
    public Lead? Scored { get; init; }

    public Grade? GradeBefore { get; init; }

    public static LeadEvent Of(string topic, Lead lead) => new(topic, lead.Id) { Lead = lead };
}
