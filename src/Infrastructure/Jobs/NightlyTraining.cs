using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Scoring.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace LeadGen.Infrastructure.Jobs;

/// <summary>One tenant's training of the night. Its data is the tenant's id, nothing else.</summary>
[DisallowConcurrentExecution]
public sealed partial class NightlyTraining(TenantScopes scopes, ILogger<NightlyTraining> logger) : IJob
{
    public const string Group = "training";
    public const string TenantKey = "tenant";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var tenant = new TenantId(Guid.Parse(context.MergedJobDataMap.GetString(TenantKey)!));
        try
        {
            await scopes.RunAsync(tenant, services => PurgeAsync(services, cancellationToken), cancellationToken);
            var result = await scopes.RunAsync(
                tenant,
                services => services.GetRequiredService<ScoringTraining>().RunAsync(new TrainingOptions(), cancellationToken),
                cancellationToken);
            Finished(logger, tenant, result switch
            {
                Trained { Verdict.Promoted: true } => "promoted",
                Trained => "not better",
                _ => "too few outcomes",
            });
        }
        catch (TenantUnavailableException)
        {
            Finished(logger, tenant, "tenant is not active");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Failed(logger, e, tenant);
            throw new JobExecutionException(e);
        }
    }

    /// <summary>What was deleted more than a day ago goes for good, in the same quiet hour.</summary>
    private static async Task PurgeAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var (writes, now) = (services.GetRequiredService<TenantWrites>(), services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);
        await writes.RunAsync((db, ct) => LeadDeletion.PurgeAsync(db, now, ct), cancellationToken);
        await OutboxSweep.RunAsync(writes, now, cancellationToken);
    }

    [LoggerMessage(301, LogLevel.Information, "Training of tenant {Tenant}: {Result}")]
    private static partial void Finished(ILogger logger, TenantId tenant, string result);

    [LoggerMessage(302, LogLevel.Error, "Training of tenant {Tenant} failed")]
    private static partial void Failed(ILogger logger, Exception exception, TenantId tenant);
}
