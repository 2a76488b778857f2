using System.Diagnostics;
using LeadGen.Infrastructure.Telemetry;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Work;

/// <summary>Takes waiting leads through the pipeline, batch by batch: claim, analyse, store. Killed anywhere, the batch is done again.</summary>
public sealed partial class LeadWorker(
    WorkBoard board, TenantScopes scopes, TimeProvider time, ILogger<LeadWorker> logger, PipelineMetrics metrics, WorkerPulse pulse, RequestPressure pressure)
    : TenantWorker(board, scopes, pulse, time, logger, WorkKind.Leads, loops: 2)
{
    /// <summary>Big enough to keep both cores in the encoder, small enough that a single arrival waits well under a second.</summary>
    public const int Batch = 256;

    private const int SmallBatch = 64;
    private readonly TimeProvider time = time;

    protected override async Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var claims = services.GetRequiredService<LeadClaims>();
        var isBusy = pressure.IsHigh;
        var claim = await claims.TakeAsync(isBusy ? SmallBatch : Batch, cancellationToken);
        if (claim.Ids.Count == 0)
        {
            return await EndOverridesAsync(services, claim.Again, cancellationToken);
        }

        var understanding = services.GetRequiredService<LeadUnderstanding>();
        var started = Stopwatch.GetTimestamp();
        int stored;
        try
        {
            var leads = await understanding.LoadAsync(claim.Ids, cancellationToken);
            var analyses = await understanding.AnalyzeAsync(leads, cancellationToken);
            metrics.Analyzed(leads.Count, Stopwatch.GetElapsedTime(started));
            await understanding.StoreAsync(analyses, claim.Token, cancellationToken);
            stored = leads.Count;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            AnalysisFailed(logger, e, claim.Ids.Count);
            stored = await OneByOneAsync(understanding, claim, cancellationToken);
        }

        var took = Stopwatch.GetElapsedTime(started);
        metrics.Scored(stored, took);
        if (isBusy)
        {
            await Task.Delay(took, time, cancellationToken);
        }

        return new WorkResult(true);
    }

    /// <summary>Nothing waits: judgements whose time is over end, and the board wakes us for the next one, in this process or the next.</summary>
    private static async Task<WorkResult> EndOverridesAsync(IServiceProvider services, DateTime? again, CancellationToken cancellationToken)
    {
        var (ended, next) = await services.GetRequiredService<OverrideExpiry>().EndAsync(cancellationToken);
        return new WorkResult(ended > 0, again is null || next < again ? next ?? again : again);
    }

    /// <summary>One lead that cannot be analysed must not hold up its batch: it is counted, and set aside at the third time.</summary>
    private async Task<int> OneByOneAsync(LeadUnderstanding understanding, LeadClaim claim, CancellationToken cancellationToken)
    {
        var stored = 0;
        foreach (var id in claim.Ids)
        {
            try
            {
                var lead = await understanding.LoadAsync([id], cancellationToken);
                await understanding.StoreAsync(await understanding.AnalyzeAsync(lead, cancellationToken), claim.Token, cancellationToken);
                stored++;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LeadFailed(logger, e, id);
                if (await understanding.SetAsideAsync(id, claim.Token, cancellationToken))
                {
                    metrics.Failed();
                }
            }
        }

        return stored;
    }

    [LoggerMessage(201, LogLevel.Warning, "A batch of {Count} leads failed, going on one by one")]
    private static partial void AnalysisFailed(ILogger logger, Exception exception, int count);

    [LoggerMessage(202, LogLevel.Error, "Lead {Lead} could not be analysed")]
    private static partial void LeadFailed(ILogger logger, Exception exception, Guid lead);
}
