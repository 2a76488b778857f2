using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>What outreach causes to be done: leads to enrol by rule, steps that are due, mails to send.</summary>
public sealed class OutreachWorker(WorkBoard board, TenantScopes scopes, SmtpPool pool, TimeProvider time, ILogger<OutreachWorker> logger, WorkerPulse pulse)
    : TenantWorker(board, scopes, pulse, time, logger, WorkKind.Outreach, loops: 2)
{
    protected override Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        pool.Prune();
        return PortionAsync(services, cancellationToken);
    }

    /// <summary>One portion in the scope's tenant; a test calls it without the loop.</summary>
    public static async Task<WorkResult> PortionAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using (var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken))
        {
            if (!await db.Senders.AnyAsync(cancellationToken))
            {
                return new WorkResult(false);
            }
        }

        var steps = await services.GetRequiredService<SequenceRun>().RunAsync(cancellationToken);
        var sent = await services.GetRequiredService<OutreachSender>().RunAsync(cancellationToken);
        return new WorkResult(steps.Worked || sent.Worked, new[] { steps.Again, sent.Again }.Min());
    }
}
