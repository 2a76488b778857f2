using LeadGen.Infrastructure.Work;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LeadGen.Infrastructure.Telemetry;

/// <summary>Whether the workers' loops still go round.</summary>
internal sealed class WorkerHealth(WorkerPulse pulse, TimeProvider time) : IHealthCheck
{
    /// <summary>Many times the longest portion (256 leads, 1,000 rows of a file).</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var silent = Enum.GetValues<WorkKind>().Where(k => pulse.Last(k) is not { } last || now - last > LongestSilence).ToList();
        return Task.FromResult(silent.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"No sign of life from the workers for {string.Join(", ", silent)}."));
    }
}
