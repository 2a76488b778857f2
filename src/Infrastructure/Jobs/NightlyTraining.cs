using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Scoring.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace LeadGen.Infrastructure.Jobs;

/// <summary>One tenant's training of the night, after what was kept for a time only is forgotten. Its data is the tenant's id, nothing else.</summary>
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
            await scopes.RunAsync(tenant, services => services.GetRequiredService<Retention>().RunAsync(cancellationToken), cancellationToken);
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

    [LoggerMessage(301, LogLevel.Information, "Training of tenant {Tenant}: {Result}")]
    private static partial void Finished(ILogger logger, TenantId tenant, string result);

    [LoggerMessage(302, LogLevel.Error, "Training of tenant {Tenant} failed")]
    private static partial void Failed(ILogger logger, Exception exception, TenantId tenant);
}
