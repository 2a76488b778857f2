using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>One portion of one destination: claim, deliver, store. Killed anywhere, it is delivered again under the same ids.</summary>
public sealed partial class OutboxLane(
    OutboxQueue queue,
    IEnumerable<IOutboxChannel> channels,
    IDbContextFactory<TenantDb> databases,
    CurrentTenant tenant,
    OutboxMetrics metrics,
    IOptions<OutboxOptions> options,
    TimeProvider time,
    ILogger<OutboxLane> logger)
{
    /// <summary>After so many failures in a row the rest of a portion is spared: they would use up attempts of messages for one trouble.</summary>
    private const int MostFailures = 10;

    private readonly ConcurrentDictionary<Guid, DeliveryResult> results = new();
    private int failures;
    private volatile bool stopped;

    /// <summary>Delivers what is due, as far as a third of the lease reaches.</summary>
    /// <param name="most">Messages to take.</param>
    public async Task<PortionResult> RunAsync(OutboxChannel kind, Guid destinationId, int most, CancellationToken cancellationToken)
    {
        var channel = channels.Single(c => c.Channel == kind);
        if (await DoorAsync(channel, destinationId, cancellationToken) is not OutboxDoor.Open)
        {
            return new PortionResult(new OutboxOutcome(destinationId, Now), false, null);
        }

        var claim = await queue.ClaimAsync(destinationId, most, cancellationToken);
        if (claim.Chains.Count == 0)
        {
            return new PortionResult(new OutboxOutcome(destinationId, Now), claim.Any, null);
        }

        FailPoint.Reach("outbox-claimed");
        metrics.Due(tenant.Id, destinationId, claim.Chains.Min(c => c[0].DueAt));
        await DeliverAsync(channel, claim, cancellationToken);
        FailPoint.Reach("outbox-answered");
        return await SettleAsync(channel, claim);
    }

    /// <summary>Whether the destination may be called; what a vanished one was to get is dropped.</summary>
    public async Task<OutboxDoor> DoorAsync(IOutboxChannel channel, Guid destinationId, CancellationToken cancellationToken)
    {
        OutboxDoor door;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            door = await channel.LookAsync(db, destinationId, cancellationToken);
        }

        if (door == OutboxDoor.Gone)
        {
            await queue.DropAsync(destinationId, cancellationToken);
        }

        return door;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>First the oldest of every lead, then the next of those whose oldest is through.</summary>
    private async Task DeliverAsync(IOutboxChannel channel, OutboxClaim claim, CancellationToken cancellationToken)
    {
        var enough = Now + (options.Value.Lease / 3);
        using var lease = new CancellationTokenSource(options.Value.Lease * 0.9, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Token);
        var chains = claim.Chains.ToList();
        for (var step = 0; chains.Count > 0; step++)
        {
            var calls = chains.Select(c => c[step]).Chunk(channel.Batch).ToList();
            await Parallel.ForEachAsync(
                calls,
                new ParallelOptions { MaxDegreeOfParallelism = channel.Concurrency },
                async (messages, _) =>
                {
                    if (!stopped && Now < enough && !limit.IsCancellationRequested)
                    {
                        await CallAsync(channel, claim.DestinationId, messages, limit.Token);
                    }
                });
            chains.RemoveAll(c => c.Count == step + 1 || !results.TryGetValue(c[step].Id, out var r) || !Through(r.Verdict));
        }
    }

    private static bool Through(DeliveryVerdict verdict) => verdict is DeliveryVerdict.Delivered or DeliveryVerdict.Dropped or DeliveryVerdict.Refused;

    private async Task CallAsync(IOutboxChannel channel, Guid destinationId, OutboxMessage[] messages, CancellationToken cancellationToken)
    {
        try
        {
            FailPoint.Reach("outbox-sending");
            foreach (var result in await channel.DeliverAsync(destinationId, messages, cancellationToken))
            {
                results[result.MessageId] = result;
                Look(result);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends or the lease does: whether they arrived is not known, so they go again.
        }
        catch (Exception e)
        {
            DeliveryFailed(logger, e, channel.Channel, destinationId);
            foreach (var message in messages)
            {
                var result = new DeliveryResult(message.Id, DeliveryVerdict.Failed) { Error = "Something went wrong on our side; it is in the log." };
                results.TryAdd(message.Id, result);
                Look(result);
            }
        }
    }

    /// <summary>A destination that asks us to wait, that is no more, or that fails again and again is left alone for now.</summary>
    private void Look(DeliveryResult result)
    {
        var row = result.Verdict == DeliveryVerdict.Failed ? Interlocked.Increment(ref failures) : Interlocked.Exchange(ref failures, 0);
        if (row >= MostFailures || result.Verdict is DeliveryVerdict.Gone or DeliveryVerdict.Throttled || result.RetryAfter > TimeSpan.Zero)
        {
            stopped = true;
        }
    }

    private async Task<PortionResult> SettleAsync(IOutboxChannel channel, OutboxClaim claim)
    {
        var now = Now;
        var settled = claim.Chains.SelectMany(c => OutboxSettling.Settle(c, results, now)).ToList();
        var failed = results.Values.Where(r => r.Verdict is DeliveryVerdict.Failed or DeliveryVerdict.Refused or DeliveryVerdict.Gone).ToList();
        var outcome = new OutboxOutcome(claim.DestinationId, now)
        {
            Delivered = results.Values.Count(r => r.Verdict == DeliveryVerdict.Delivered),
            Failed = failed.Count,
            Dead = settled.Count(s => s.Row.State == OutboxState.Dead),
            IsGone = failed.Exists(r => r.Verdict == DeliveryVerdict.Gone),
            Error = failed.LastOrDefault()?.Error,
        };

        // Also when the process is about to end: what was delivered should not go again.
        await queue.SettleAsync(claim, settled, (db, ct) => channel.SettleAsync(db, outcome, ct), CancellationToken.None);
        metrics.Count(channel.Channel, outcome);
        var asked = results.Values.Max(r => r.RetryAfter ?? (r.Verdict == DeliveryVerdict.Throttled ? OutboxSettling.Pause : null));
        return new PortionResult(outcome, true, asked);
    }

    [LoggerMessage(401, LogLevel.Error, "Delivery by {Channel} to {Destination} failed on our side")]
    private static partial void DeliveryFailed(ILogger logger, Exception exception, OutboxChannel channel, Guid destination);
}

/// <summary>How a portion ended.</summary>
/// <param name="Any">Something was due: there may be more.</param>
/// <param name="Hold">How long the destination asked not to be called.</param>
public sealed record PortionResult(OutboxOutcome Outcome, bool Any, TimeSpan? Hold);
