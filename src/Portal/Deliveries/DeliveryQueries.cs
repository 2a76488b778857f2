using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Deliveries;

/// <summary>What left, what waits and what was given up, newest first.</summary>
public sealed class DeliveryQueries(IDbContextFactory<TenantDb> databases)
{
    /// <param name="state">Null for all.</param>
    /// <param name="before">Messages older than this one; null for the newest.</param>
    /// <param name="destinationId">Null for all.</param>
    public async Task<IReadOnlyList<DeliveryRow>> ListAsync(
        OutboxState? state, Guid? destinationId, Guid? before, int most, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        IQueryable<OutboxMessage> messages = db.Outbox.AsNoTracking();
        messages = state is { } one ? messages.Where(m => m.State == one) : messages;
        messages = destinationId is { } id ? messages.Where(m => m.DestinationId == id) : messages;
        messages = before is { } last ? messages.Where(m => m.Id < last) : messages;
        var rows = await messages.OrderByDescending(m => m.Id).Take(most).Select(m => new OutboxMessage
        {
            Id = m.Id,
            Channel = m.Channel,
            DestinationId = m.DestinationId,
            Topic = m.Topic,
            LeadId = m.LeadId,
            State = m.State,
            Attempts = m.Attempts,
            CreatedAt = m.CreatedAt,
            DueAt = m.DueAt,
            ClaimToken = m.ClaimToken,
            EndedAt = m.EndedAt,
            LastStatus = m.LastStatus,
            LastError = m.LastError,
        }).ToListAsync(cancellationToken);
        return await NamedAsync(db, rows, cancellationToken);
    }

    public async Task<Delivery?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Outbox.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { } message)
        {
            return null;
        }

        var attempts = await db.DeliveryAttempts.AsNoTracking().Where(a => a.MessageId == id).OrderByDescending(a => a.Id).ToListAsync(cancellationToken);
        return new Delivery((await NamedAsync(db, [message], cancellationToken))[0], message.Payload, attempts);
    }

    /// <summary>How many were given up and could be sent again.</summary>
    public async Task<int> DeadAsync(Guid? destinationId, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Outbox.CountAsync(m => m.State == OutboxState.Dead && (destinationId == null || m.DestinationId == destinationId), cancellationToken);
    }

    private static async Task<IReadOnlyList<DeliveryRow>> NamedAsync(TenantDb db, IReadOnlyList<OutboxMessage> rows, CancellationToken cancellationToken)
    {
        var (ids, leads) = (rows.Select(r => r.DestinationId).Distinct().ToList(), rows.Select(r => r.LeadId).OfType<Guid>().Distinct().ToList());
        var names = await db.WebhookEndpoints.Where(e => ids.Contains(e.Id)).Select(e => new { e.Id, e.Name, IsOpen = e.State == EndpointState.Active })
            .Concat(db.Integrations.Where(i => ids.Contains(i.Id)).Select(i => new { i.Id, i.Name, IsOpen = i.State == IntegrationState.Active }))
            .Concat(db.SystemMails.Where(m => ids.Contains(m.Id)).Select(m => new { m.Id, Name = m.To, IsOpen = true }))
            .ToDictionaryAsync(n => n.Id, cancellationToken);
        var people = await db.Leads.Where(l => leads.Contains(l.Id)).Select(l => new { l.Id, Name = l.FullName ?? l.Email ?? l.CompanyName })
            .ToDictionaryAsync(l => l.Id, l => l.Name, cancellationToken);
        return [.. rows.Select(m => new DeliveryRow(m, names.GetValueOrDefault(m.DestinationId)?.Name, m.LeadId is { } lead ? people.GetValueOrDefault(lead) : null)
        {
            IsHeld = names.GetValueOrDefault(m.DestinationId) is { IsOpen: false },
        })];
    }
}

/// <summary>A message as lists show it; its payload is left out.</summary>
/// <param name="Destination">Name of where it goes; null when that is no more.</param>
/// <param name="Lead">Name of the lead that it is about; null when there is none any more.</param>
public sealed record DeliveryRow(OutboxMessage Message, string? Destination, string? Lead)
{
    /// <summary>Its destination is paused or stopped.</summary>
    public bool IsHeld { get; init; }

    /// <summary>It waits for its time; false while it is on its way.</summary>
    public bool IsWaiting => Message is { State: OutboxState.Waiting, ClaimToken: null };
}

/// <summary>A message whole.</summary>
/// <param name="Attempts">Newest first.</param>
public sealed record Delivery(DeliveryRow Row, string? Payload, IReadOnlyList<DeliveryAttempt> Attempts);
