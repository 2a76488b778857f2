using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Answers;

/// <summary>What answers cause to be done: mails that came in are understood, mailboxes that are due are read.</summary>
public sealed class AnswerWorker(WorkBoard board, TenantScopes scopes, TimeProvider time, ILogger<AnswerWorker> logger, WorkerPulse pulse)
    : TenantWorker(board, scopes, pulse, time, logger, WorkKind.Answers, loops: 2)
{
    protected override Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken) => PortionAsync(services, cancellationToken);

    /// <summary>One portion in the scope's tenant; a test calls it without the loop.</summary>
    public static async Task<WorkResult> PortionAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await using (var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(cancellationToken))
        {
            if (!await db.Mailboxes.AnyAsync(cancellationToken) && !await db.InboundMails.AnyAsync(m => m.State == InboundState.Received, cancellationToken))
            {
                return new WorkResult(false);
            }
        }

        var (read, again) = await services.GetRequiredService<MailboxReader>().RunAsync(cancellationToken);
        var understood = await services.GetRequiredService<AnswerRun>().RunAsync(cancellationToken);
        return new WorkResult(read || understood, again);
    }
}
