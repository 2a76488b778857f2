using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace LeadGen.Infrastructure.Telemetry;

/// <summary>How a running portal is watched: metrics for Prometheus, health for whoever restarts it or sends it traffic.</summary>
public static class TelemetryServices
{
    internal const string MetricsPath = "/metrics";
    private const string Ready = "ready";
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MetricsOptions>().Bind(configuration.GetSection(MetricsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOpenTelemetry().ConfigureResource(r => r.AddService("leadgen")).WithMetrics(metrics => metrics
            .AddMeter(PipelineMetrics.MeterName)
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter(o => o.ScopeInfoEnabled = false));
        services.AddHostedService<MetricsListener>();
        services.AddSingleton<CatalogHealth>();
        services.AddHealthChecks()
            .AddCheck<CatalogHealth>("catalog", tags: [Ready], timeout: LongestCheck)
            .AddCheck<WorkerHealth>("workers", tags: [Ready], timeout: LongestCheck);
        return services;
    }

    /// <summary>
    /// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can work. Both say one word; what is wrong stands in the log.
    /// <c>/metrics</c>: see <see cref="MetricsOptions"/>.
    /// </summary>
    public static void MapTelemetry(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) }).AllowAnonymous();
        app.MapPrometheusScrapingEndpoint(MetricsPath, null, branch => branch.UseMiddleware<MetricsGate>(), null).AllowAnonymous();
    }
}
