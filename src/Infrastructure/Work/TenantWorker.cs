using LeadGen.Infrastructure.Tenancy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// The loop that all workers share: ask the board which tenants have work, do one portion for each in turn (so that no tenant's million rows
/// keep another waiting), lower the flag after an empty look.
/// </summary>
public abstract partial class TenantWorker(
    WorkBoard board, TenantScopes scopes, WorkerPulse pulse, TimeProvider time, ILogger logger, WorkKind kind, int loops) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Suspended = TimeSpan.FromMinutes(1);

    /// <summary>Does one portion of work in the scope's tenant.</summary>
    protected abstract Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await Task.WhenAll([SweepAsync(stoppingToken), .. Enumerable.Range(0, loops).Select(_ => LoopAsync(stoppingToken))]);
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Sweep, time);
        do
        {
            try
            {
                await board.RaiseAllAsync(kind, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                SweepFailed(logger, e, kind);
            }
        }
        while (await WaitAsync(timer, stoppingToken));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        var listener = board.Listen(kind);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await RoundAsync(listener, stoppingToken))
                {
                    await listener.WaitAsync(Poll, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The catalog is away: try again, never die.
                RoundFailed(logger, e, kind);
                await Task.Delay(Poll, time, CancellationToken.None);
            }
        }
    }

    /// <summary>One portion for every tenant with work; false when nobody had any.</summary>
    private async Task<bool> RoundAsync(WorkBoard.Listener listener, CancellationToken stoppingToken)
    {
        pulse.Beat(kind);
        var due = (await board.DueAsync(kind, stoppingToken)).ToDictionary(d => d.Tenant, d => (long?)d.Raised);
        foreach (var named in listener.Take())
        {
            due.TryAdd(named, null);
        }

        var worked = false;
        foreach (var (tenant, raised) in due)
        {
            worked |= await TryTenantAsync(tenant, raised, stoppingToken);
            pulse.Beat(kind);
        }

        return worked;
    }

    private async Task<bool> TryTenantAsync(TenantId tenant, long? raised, CancellationToken stoppingToken)
    {
        try
        {
            var result = await scopes.RunAsync(tenant, services => WorkAsync(services, stoppingToken), stoppingToken);
            if (result.Worked || raised is not { } seen || !await board.LowerAsync(tenant, kind, seen, result.Again, stoppingToken))
            {
                return result.Worked;
            }

            return await LookAgainAsync(tenant, seen, result.Again, stoppingToken);
        }
        catch (TenantUnavailableException)
        {
            // Suspended meanwhile: its work waits, and is looked for now and then.
            if (raised is { } seen)
            {
                await board.LowerAsync(tenant, kind, seen, time.GetUtcNow().UtcDateTime + Suspended, stoppingToken);
            }

            return false;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // One tenant's trouble stops no other's work. Due again in a while, not at once.
            TenantFailed(logger, e, kind, tenant);
            if (raised is { } seen)
            {
                await board.LowerAsync(tenant, kind, seen, time.GetUtcNow().UtcDateTime.AddSeconds(15), stoppingToken);
            }

            return false;
        }
    }

    /// <summary>What was committed before the flag went down is seen now; what comes later raises it.</summary>
    private async Task<bool> LookAgainAsync(TenantId tenant, long seen, DateTime? again, CancellationToken stoppingToken)
    {
        var result = await scopes.RunAsync(tenant, services => WorkAsync(services, stoppingToken), stoppingToken);
        if (result.Worked)
        {
            await board.RaiseAsync(tenant, kind, stoppingToken);
        }
        else if (result.Again != again)
        {
            await board.LowerAsync(tenant, kind, seen, result.Again, stoppingToken);
        }

        return result.Worked;
    }

    [LoggerMessage(101, LogLevel.Error, "Sweep for {Kind} failed")]
    private static partial void SweepFailed(ILogger logger, Exception exception, WorkKind kind);

    [LoggerMessage(102, LogLevel.Error, "Round of {Kind} failed")]
    private static partial void RoundFailed(ILogger logger, Exception exception, WorkKind kind);

    [LoggerMessage(103, LogLevel.Error, "{Kind} of tenant {Tenant} failed")]
    private static partial void TenantFailed(ILogger logger, Exception exception, WorkKind kind, TenantId tenant);
}

/// <summary>How a portion of work ended.</summary>
/// <param name="Worked">Something was done; there may be more.</param>
/// <param name="Again">When nothing was done: when leased or waiting work may be taken, or null when there is none.</param>
public readonly record struct WorkResult(bool Worked, DateTime? Again = null);
