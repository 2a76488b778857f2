using System.Threading.Channels;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Api;

/// <summary>
/// What the keys of each tenant asked for and got, for the people who build on the API. Written a second later and in bulk, so that a
/// request does not wait for it; under a flood the oldest lines are dropped, and a crash loses the last second.
/// </summary>
internal sealed partial class RequestLog(TenantScopes scopes, TimeProvider time, ILogger<RequestLog> logger) : BackgroundService
{
    private const int Held = 20_000;
    private const int MostOfTenant = 2_000;

    /// <summary>What is older than <see cref="Infrastructure.Jobs.Retention.Requests"/> goes at night.</summary>
    private const int KeptRows = 50_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<(TenantId Tenant, ApiRequest Request)> queue =
        Channel.CreateBounded<(TenantId, ApiRequest)>(new BoundedChannelOptions(Held) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Add(TenantId tenant, ApiRequest request) => queue.Writer.TryWrite((tenant, request));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Pause, time, stoppingToken);
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is written by StopAsync.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var waiting = new Dictionary<TenantId, List<ApiRequest>>();
        while (queue.Reader.TryRead(out var next))
        {
            if (!waiting.TryGetValue(next.Tenant, out var requests))
            {
                waiting.Add(next.Tenant, requests = []);
            }

            requests.Add(next.Request);
        }

        foreach (var (tenant, requests) in waiting)
        {
            try
            {
                await scopes.RunAsync(tenant, services => WriteAsync(services, requests, cancellationToken), cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The tenant was suspended or its database is away: its log has a gap, the others' has none.
                NotWritten(logger, e, requests.Count, tenant);
            }
        }
    }

    private static Task WriteAsync(IServiceProvider services, List<ApiRequest> requests, CancellationToken cancellationToken) =>
        services.GetRequiredService<TenantWrites>().RunAsync(
            async (db, ct) =>
            {
                await db.BulkInsertAsync(requests.Count <= MostOfTenant ? requests : requests[^MostOfTenant..], ct);
                var newest = await db.ApiRequests.MaxAsync(r => r.Id, ct);
                await db.ApiRequests.Where(r => r.Id <= newest - KeptRows).ExecuteDeleteAsync(ct);
            },
            cancellationToken);

    [LoggerMessage(302, LogLevel.Warning, "{Count} lines of the request log of tenant {Tenant} were not written")]
    private static partial void NotWritten(ILogger logger, Exception exception, int count, TenantId tenant);
}
