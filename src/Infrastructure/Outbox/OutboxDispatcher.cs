using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>
/// Sees which destinations of a tenant have messages that are due, and opens a lane for each. A lane goes on portion by portion until
/// nothing is due; a slow destination fills its own lane alone.
/// </summary>
public sealed partial class OutboxDispatcher(
    WorkBoard board,
    TenantScopes scopes,
    TimeProvider time,
    ILogger<OutboxDispatcher> logger,
    OutboxMetrics metrics,
    WorkerPulse pulse,
    IOptions<OutboxOptions> options)
    : TenantWorker(board, scopes, pulse, time, logger, WorkKind.Outbox, loops: 1)
{
    private readonly WorkBoard board = board;
    private readonly TenantScopes scopes = scopes;
    private readonly TimeProvider time = time;
    private readonly ConcurrentDictionary<LaneKey, Task> lanes = new();
    private readonly ConcurrentDictionary<LaneKey, OutboxPace> paces = new();
    private readonly SemaphoreSlim places = new(options.Value.Lanes);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await base.ExecuteAsync(stoppingToken);
        }
        finally
        {
            await Task.WhenAll(lanes.Values);
        }
    }

    /// <summary>Opens lanes; never waits for a destination.</summary>
    protected override async Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var tenant = services.GetRequiredService<CurrentTenant>().Id;
        var channels = services.GetServices<IOutboxChannel>().ToDictionary(c => c.Channel);
        var now = time.GetUtcNow().UtcDateTime;
        var next = new List<DateTime>();
        foreach (var first in await services.GetRequiredService<OutboxQueue>().FirstOfEachAsync(cancellationToken))
        {
            var key = new LaneKey(tenant, first.Channel, first.DestinationId);
            if (!channels.TryGetValue(first.Channel, out var channel))
            {
                continue;
            }

            var from = Later(first.DueAt, paces.TryGetValue(key, out var pace) ? pace.HoldUntil : null);
            if (lanes.ContainsKey(key))
            {
                // Should this process die, another looks when its lease is over.
                next.Add(now + options.Value.Lease);
            }
            else if (from > now)
            {
                metrics.Due(tenant, first.DestinationId, null);
                next.Add(from);
            }
            else if (await services.GetRequiredService<OutboxLane>().DoorAsync(channel, first.DestinationId, cancellationToken) == OutboxDoor.Open)
            {
                metrics.Due(tenant, first.DestinationId, first.DueAt);
                next.Add(now + options.Value.Lease);
                Open(key, paces.GetOrAdd(key, _ => new OutboxPace(channel)), cancellationToken);
            }
            else
            {
                metrics.Due(tenant, first.DestinationId, null);
            }
        }

        return new WorkResult(false, next.Count == 0 ? null : next.Min());
    }

    private static DateTime Later(DateTime due, DateTime? hold) => hold > due ? hold.Value : due;

    private void Open(LaneKey key, OutboxPace pace, CancellationToken cancellationToken)
    {
        // Entered before it runs: it takes itself out at its end.
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lane = start.Task.ContinueWith(_ => RunAsync(key, pace, cancellationToken), TaskScheduler.Default).Unwrap();
        if (lanes.TryAdd(key, lane))
        {
            start.SetResult();
        }
    }

    private async Task RunAsync(LaneKey key, OutboxPace pace, CancellationToken cancellationToken)
    {
        try
        {
            while (await PortionAsync(key, pace, cancellationToken))
            {
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends: what was taken goes to another when its lease is over.
        }
        catch (TenantUnavailableException)
        {
            // Suspended meanwhile: its messages wait.
        }
        catch (Exception e)
        {
            LaneFailed(logger, e, key.Channel, key.Tenant);
            pace.Trouble(time.GetUtcNow().UtcDateTime);
        }
        finally
        {
            lanes.TryRemove(key, out _);
            metrics.Due(key.Tenant, key.DestinationId, null);
            if (!pace.Matters)
            {
                paces.TryRemove(key, out _);
            }
        }

        await LookAgainAsync(key, cancellationToken);
    }

    private async Task<bool> PortionAsync(LaneKey key, OutboxPace pace, CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            var started = time.GetTimestamp();
            var result = await scopes.RunAsync(
                key.Tenant,
                services => services.GetRequiredService<OutboxLane>().RunAsync(key.Channel, key.DestinationId, pace.Size, cancellationToken),
                cancellationToken);
            pace.Learn(result, time.GetElapsedTime(started), time.GetUtcNow().UtcDateTime);
            return result.Any && pace.HoldUntil is null && !cancellationToken.IsCancellationRequested;
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>What came due while the lane was ending, and what is due later, is on the board.</summary>
    private async Task LookAgainAsync(LaneKey key, CancellationToken cancellationToken)
    {
        try
        {
            if (!cancellationToken.IsCancellationRequested && await scopes.RunAsync(
                key.Tenant, s => s.GetRequiredService<OutboxQueue>().NextAsync(key.DestinationId, cancellationToken), cancellationToken) is not null)
            {
                await board.RaiseAsync(key.Tenant, WorkKind.Outbox, cancellationToken);
                board.Signal(key.Tenant, WorkKind.Outbox);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TenantUnavailableException)
        {
            // The process ends, or the tenant is not active: who starts again looks at everything.
        }
        catch (Exception e)
        {
            LaneFailed(logger, e, key.Channel, key.Tenant);
        }
    }

    [LoggerMessage(402, LogLevel.Error, "A lane of {Channel} of tenant {Tenant} failed")]
    private static partial void LaneFailed(ILogger logger, Exception exception, OutboxChannel channel, TenantId tenant);

    private readonly record struct LaneKey(TenantId Tenant, OutboxChannel Channel, Guid DestinationId);
}
