using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outbox.Webhooks;

/// <summary>Delivers events to the addresses that subscribed, by Standard Webhooks.</summary>
public sealed class WebhookChannel(IDbContextFactory<TenantDb> databases, WebhookSender sender, AdminNotices notices, TimeProvider time) : IOutboxChannel
{
    /// <summary>An endpoint that lets nothing through for so long is disabled.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    private (WebhookEndpoint Endpoint, IReadOnlyList<byte[]> Keys)? known;

    public OutboxChannel Channel => OutboxChannel.Webhook;

    public int Batch => 1;

    public int Concurrency => 5;

    public async Task<OutboxDoor> LookAsync(TenantDb db, Guid destinationId, CancellationToken cancellationToken)
    {
        if (await db.WebhookEndpoints.AsNoTracking().SingleOrDefaultAsync(e => e.Id == destinationId, cancellationToken) is not { } endpoint)
        {
            return OutboxDoor.Gone;
        }

        known = (endpoint, sender.KeysOf(endpoint, time.GetUtcNow().UtcDateTime));
        return endpoint.State == EndpointState.Active ? OutboxDoor.Open : OutboxDoor.Closed;
    }

    public async Task<IReadOnlyList<DeliveryResult>> DeliverAsync(
        Guid destinationId, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        if (known is not { } now || now.Endpoint.Id != destinationId)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            if (await LookAsync(db, destinationId, cancellationToken) == OutboxDoor.Gone)
            {
                return [.. messages.Select(m => new DeliveryResult(m.Id, DeliveryVerdict.Dropped))];
            }

            now = known!.Value;
        }

        var results = new List<DeliveryResult>();
        foreach (var message in messages)
        {
            results.Add(message.Payload is { } payload
                ? await sender.SendAsync(now.Endpoint, now.Keys, message.Id, payload, cancellationToken)
                : new DeliveryResult(message.Id, DeliveryVerdict.Dropped));
        }

        return results;
    }

    /// <summary>Notes since when nothing gets through, and disables what is gone or has failed for days.</summary>
    public async Task SettleAsync(TenantDb db, OutboxOutcome outcome, CancellationToken cancellationToken)
    {
        var endpoint = db.WebhookEndpoints.Where(e => e.Id == outcome.DestinationId);
        if (outcome.Delivered > 0)
        {
            await endpoint.Where(e => e.FailingSince != null)
                .ExecuteUpdateAsync(e => e.SetProperty(x => x.FailingSince, (DateTime?)null), cancellationToken);
        }

        if (outcome.IsGone)
        {
            await DisableAsync(db, outcome, "The server says that this address is gone for good (410).", cancellationToken);
        }
        else if (outcome is { Delivered: 0, Failed: > 0 })
        {
            await endpoint.Where(e => e.FailingSince == null)
                .ExecuteUpdateAsync(e => e.SetProperty(x => x.FailingSince, outcome.Now), cancellationToken);
            if (await endpoint.AnyAsync(e => e.State == EndpointState.Active && e.FailingSince <= outcome.Now - Patience, cancellationToken))
            {
                await DisableAsync(db, outcome, $"Nothing got through for {Patience.Days} days. The last answer: {outcome.Error}", cancellationToken);
            }
        }

        if (outcome.Dead > 0)
        {
            await TellOfTheDeadAsync(db, outcome, cancellationToken);
        }
    }

    private async Task DisableAsync(TenantDb db, OutboxOutcome outcome, string reason, CancellationToken cancellationToken)
    {
        // Whoever disables it tells, and nobody else.
        if (await db.WebhookEndpoints.Where(e => e.Id == outcome.DestinationId && e.State == EndpointState.Active)
            .ExecuteUpdateAsync(e => e.SetProperty(x => x.State, EndpointState.Disabled).SetProperty(x => x.StateReason, reason), cancellationToken) == 0)
        {
            return;
        }

        var name = await db.WebhookEndpoints.Where(e => e.Id == outcome.DestinationId).Select(e => e.Name).SingleAsync(cancellationToken);
        await notices.AddAsync(
            db,
            $"Event subscription “{name}” was stopped",
            $"LeadGen has stopped sending events to “{name}”. {reason}\n\nWhat was not delivered waits. Mend the address under Developers and start it again there.",
            outcome.Now,
            cancellationToken);
    }

    /// <summary>Once for a time of trouble: not for each message.</summary>
    private async Task TellOfTheDeadAsync(TenantDb db, OutboxOutcome outcome, CancellationToken cancellationToken)
    {
        if (await db.WebhookEndpoints.AsNoTracking().SingleOrDefaultAsync(e => e.Id == outcome.DestinationId, cancellationToken) is not { } endpoint)
        {
            return;
        }

        await notices.AddOnceAsync(
            db,
            $"Events for “{endpoint.Name}” could not be delivered",
            $"An event for “{endpoint.Name}” was given up after {RetrySchedule.Delays.Count} attempts over three days. {outcome.Error}\n\n"
                + "It is kept for 30 days: open Deliveries to see what was answered, and send it again from there.",
            endpoint.FailingSince ?? outcome.Now.AddDays(-1),
            outcome.Now,
            cancellationToken);
    }
}
