using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Portal.Leads;

/// <summary>Works members' actions on many leads, tenant by tenant and portion by portion.</summary>
public sealed class BulkWorker(WorkBoard board, TenantScopes scopes, WorkerPulse pulse, TimeProvider time, ILogger<BulkWorker> logger)
    : TenantWorker(board, scopes, pulse, time, logger, WorkKind.Bulk, loops: 1)
{
    protected override async Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        new(await services.GetRequiredService<BulkRun>().PortionAsync(cancellationToken));
}
