using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Telemetry;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Work;

/// <summary>Measures how many leads wait and how long the oldest has, over the tenants that have work.</summary>
public sealed partial class BacklogWatch(
    WorkBoard board, TenantScopes scopes, PipelineMetrics metrics, TimeProvider time, ILogger<BacklogWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await MeasureAsync(stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(logger, e);
                await Task.Delay(Interval, time, CancellationToken.None);
            }
        }
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        long waiting = 0;
        DateTime? oldest = null;
        foreach (var (tenant, _) in await board.DueAsync(WorkKind.Leads, cancellationToken))
        {
            try
            {
                var (count, first) = await scopes.RunAsync(tenant, services => MeasureAsync(services, cancellationToken), cancellationToken);
                waiting += count;
                oldest = first is null || oldest < first ? oldest : first;
            }
            catch (TenantUnavailableException)
            {
                // Suspended: its leads wait on purpose.
            }
        }

        metrics.Backlog(waiting, oldest is { } since ? time.GetUtcNow().UtcDateTime - since : TimeSpan.Zero);
    }

    private static async Task<(long Count, DateTime? Oldest)> MeasureAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken);
        var waiting = db.Leads.Where(l => l.Stage == LeadStage.Received);
        return (await waiting.LongCountAsync(cancellationToken), await waiting.MinAsync(l => (DateTime?)l.UpdatedAt, cancellationToken));
    }

    [LoggerMessage(211, LogLevel.Warning, "The backlog could not be measured")]
    private static partial void Failed(ILogger logger, Exception exception);
}
