using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Infrastructure.Knowledge;

/// <summary>Embeds what is too large to be embedded while somebody waits, and everything anew after a change of the encoder.</summary>
public sealed class KnowledgeWorker(WorkBoard board, TenantScopes scopes, TimeProvider time, ILogger<KnowledgeWorker> logger, WorkerPulse pulse)
    : TenantWorker(board, scopes, pulse, time, logger, WorkKind.Knowledge, loops: 1)
{
    protected override async Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        new(await services.GetRequiredService<KnowledgeEmbedding>().PortionAsync(null, cancellationToken));
}
