using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Telemetry;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Measures how many leads wait and how long the oldest has, how long the oldest mail that could leave has been due, over the tenants that
/// have work; and now and then, over all of them, how many drafts wait.
/// </summary>
public sealed partial class BacklogWatch(
    WorkBoard board, TenantScopes scopes, PipelineMetrics metrics, OutreachMetrics outreach, IDbContextFactory<CatalogDb> catalog, TimeProvider time,
    ILogger<BacklogWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>To open the database of every tenant costs something, and drafts wait for people.</summary>
    private static readonly TimeSpan DraftsInterval = TimeSpan.FromMinutes(10);

    private DateTimeOffset draftsDue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await MeasureAsync(stoppingToken);
                await MeasureMailsAsync(stoppingToken);
                if (time.GetUtcNow() >= draftsDue)
                {
                    await MeasureDraftsAsync(stoppingToken);
                    draftsDue = time.GetUtcNow() + DraftsInterval;
                }

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

    private async Task MeasureMailsAsync(CancellationToken cancellationToken)
    {
        var (now, oldest) = (time.GetUtcNow().UtcDateTime, (DateTime?)null);
        foreach (var (tenant, _) in await board.DueAsync(WorkKind.Outreach, cancellationToken))
        {
            var first = await AskAsync(
                tenant,
                db => db.OutreachMessages
                    .Where(m => m.State == OutreachState.Approved && m.DueAt <= now
                        && db.Senders.Any(s => s.Id == m.SenderId && s.State == SenderState.Active && (s.HoldUntil == null || s.HoldUntil <= now))
                        && (m.SequenceId == null || db.Sequences.Any(s => s.Id == m.SequenceId && s.State == SequenceState.Active)))
                    .MinAsync(m => (DateTime?)m.DueAt, cancellationToken),
                cancellationToken);
            oldest = oldest is null || first < oldest ? first ?? oldest : oldest;
        }

        outreach.Due(oldest is { } since ? now - since : TimeSpan.Zero);
    }

    private async Task MeasureDraftsAsync(CancellationToken cancellationToken)
    {
        List<Guid> tenants;
        await using (var db = await catalog.CreateDbContextAsync(cancellationToken))
        {
            tenants = await db.Tenants.Where(t => t.State == TenantState.Active).Select(t => t.Id).ToListAsync(cancellationToken);
        }

        long drafts = 0;
        foreach (var tenant in tenants)
        {
            drafts += await AskAsync(new TenantId(tenant), db => db.OutreachMessages.LongCountAsync(m => m.State == OutreachState.Draft, cancellationToken), cancellationToken);
        }

        outreach.Drafts(drafts);
    }

    /// <returns>The default of a tenant that is suspended: what is there waits on purpose.</returns>
    private async Task<T?> AskAsync<T>(TenantId tenant, Func<TenantDb, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await scopes.RunAsync(
                tenant,
                async services =>
                {
                    await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken);
                    return await ask(db);
                },
                cancellationToken);
        }
        catch (TenantUnavailableException)
        {
            return default;
        }
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
