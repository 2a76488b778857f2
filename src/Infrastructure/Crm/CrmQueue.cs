using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Owes CRMs the state of leads: one waiting message for each lead and connection, whatever happens to the lead meanwhile.</summary>
public static class CrmQueue
{
    public const string Push = "crm.push";

    /// <summary>Called in the transaction that scored the leads, which every change of theirs leads to.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="leads">Leads that changed.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Ends the transaction.</param>
    /// <returns>How many messages were written.</returns>
    public static async Task<int> AddAsync(TenantDb db, IReadOnlyCollection<Guid> leads, DateTime now, CancellationToken cancellationToken)
    {
        if (leads.Count == 0)
        {
            return 0;
        }

        var integrations = await db.Integrations.AsNoTracking().Where(i => i.State != IntegrationState.Connecting).ToListAsync(cancellationToken);
        var written = 0;
        foreach (var integration in integrations.Where(i => i.Mapping.Exists(CrmValues.Pushes)))
        {
            written += await AddAsync(db, integration, leads, now, cancellationToken);
        }

        return written;
    }

    /// <inheritdoc cref="AddAsync(TenantDb, IReadOnlyCollection{Guid}, DateTime, CancellationToken)"/>
    /// <param name="integration">The one connection that is owed.</param>
    public static async Task<int> AddAsync(
        TenantDb db, Integration integration, IReadOnlyCollection<Guid> leads, DateTime now, CancellationToken cancellationToken)
    {
        // A lead that was pushed once is kept up to date, even when the rules would not let it through any more.
        var through = await db.Leads.Where(l => leads.Contains(l.Id)).Through(integration.Rules).Select(l => l.Id).ToListAsync(cancellationToken);
        var linked = await db.CrmLinks.Where(l => l.IntegrationId == integration.Id && leads.Contains(l.LeadId))
            .Select(l => new { l.LeadId, l.Deleted }).ToListAsync(cancellationToken);
        var wanted = through.Union(linked.Select(l => l.LeadId)).Except(linked.Where(l => l.Deleted).Select(l => l.LeadId)).ToList();
        if (wanted.Count == 0)
        {
            return 0;
        }

        // Locked: a message that the dispatcher takes at this moment may be delivered with the state before ours, so it is no message for us.
        var waiting = await db.Outbox
            .Where(m => m.DestinationId == integration.Id && m.LeadId != null && wanted.Contains(m.LeadId.Value)
                && m.State == OutboxState.Waiting && m.ClaimToken == null)
            .ForUpdate().Select(m => m.LeadId!.Value).ToListAsync(cancellationToken);
        List<OutboxMessage> messages = [.. wanted.Except(waiting).Select(lead => new OutboxMessage
        {
            Id = OutboxIds.Next(now),
            Channel = OutboxChannel.Crm,
            DestinationId = integration.Id,
            Topic = Push,
            LeadId = lead,
            CreatedAt = now,
            DueAt = now,
        })];
        if (messages.Count > 0)
        {
            await db.BulkInsertAsync(messages, cancellationToken);
            db.Raise(WorkKind.Outbox);
        }

        return messages.Count;
    }
}
