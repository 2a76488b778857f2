using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outreach;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace LeadGen.Infrastructure.Telemetry;

/// <summary>Serves <c>/metrics</c>, and nothing else, on <see cref="MetricsOptions.Port"/>; shows the counters' zeros.</summary>
/// <remarks>A server of its own: an added address of the portal's would serve the portal there too, and drop the configured ones.</remarks>
internal sealed class MetricsListener(IOptions<MetricsOptions> options, MeterProvider meters, PipelineMetrics pipeline, OutboxMetrics outbox, OutreachMetrics outreach)
    : IHostedService
{
    private WebApplication? server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        pipeline.ShowZeros();
        outbox.ShowZeros();
        outreach.ShowZeros();
        if (options.Value.Port is not { } port)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenAnyIP(port);
        });
        server = builder.Build();
        server.UseOpenTelemetryPrometheusScrapingEndpoint(meters, null, TelemetryServices.MetricsPath, null, null);
        await server.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is not null)
        {
            await server.StopAsync(cancellationToken);
            await server.DisposeAsync();
        }
    }
}
