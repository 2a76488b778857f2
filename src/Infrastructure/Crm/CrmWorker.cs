using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Crm;

/// <summary>What CRMs cause to be done: events that came in, changes to ask for, leads to push after a connection.</summary>
public sealed class CrmWorker(WorkBoard board, TenantScopes scopes, TimeProvider time, ILogger<CrmWorker> logger, WorkerPulse pulse)
    : TenantWorker(board, scopes, pulse, time, logger, WorkKind.Crm, loops: 1)
{
    protected override Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken) => PortionAsync(services, cancellationToken);

    /// <summary>One portion in the scope's tenant; a test calls it without the loop.</summary>
    public static async Task<WorkResult> PortionAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        bool backfills;
        await using (var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken))
        {
            if (!await db.Integrations.AnyAsync(i => i.State == IntegrationState.Active, cancellationToken))
            {
                return new WorkResult(false);
            }

            backfills = await CrmBackfills.AnyAsync(db, cancellationToken);
        }

        var inbox = await services.GetRequiredService<CrmInboxRun>().RunAsync(cancellationToken);
        var polls = await services.GetRequiredService<CrmPolling>().RunAsync(cancellationToken);
        var filled = backfills ? await services.GetRequiredService<CrmBackfills>().RunAsync(cancellationToken) : default;
        return new WorkResult(inbox.Worked || polls.Worked || filled.Worked, new[] { inbox.Again, polls.Again, filled.Again }.Min());
    }
}
