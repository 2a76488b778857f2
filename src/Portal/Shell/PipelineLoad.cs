using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Shell;

/// <summary>What is on its way through the tenant's pipeline. Both counts are short ranges of an index.</summary>
public sealed class PipelineLoad(IDbContextFactory<TenantDb> databases)
{
    /// <summary>Leads that wait for their analysis.</summary>
    public async Task<long> WaitingAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Leads.LongCountAsync(l => l.Stage == LeadStage.Received, cancellationToken);
    }

    /// <summary>Whether rows of lists may be changing right now.</summary>
    public async Task<bool> IsBusyAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var epoch = await db.Meta.Select(m => m.ScoringEpoch).SingleAsync(cancellationToken);
        return await db.Leads.AnyAsync(l => l.Stage == LeadStage.Received, cancellationToken)
            || await db.Leads.AnyAsync(l => l.ScoringEpoch < epoch && l.Stage != LeadStage.Failed, cancellationToken);
    }

    /// <summary>Scored leads that still carry an older profile or model, of all that are scored.</summary>
    public async Task<RescoreProgress> RescoreAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var epoch = await db.Meta.Select(m => m.ScoringEpoch).SingleAsync(cancellationToken);
        var behind = await db.Leads.LongCountAsync(l => l.ScoringEpoch < epoch && l.Stage != LeadStage.Failed, cancellationToken);
        var all = behind == 0 ? 0 : await db.Leads.LongCountAsync(l => l.Stage != LeadStage.Failed, cancellationToken);
        return new RescoreProgress(all - behind, all);
    }
}

/// <summary>How far a new profile or model has got.</summary>
/// <param name="All">0 when nothing is behind.</param>
public sealed record RescoreProgress(long Done, long All)
{
    public bool IsRunning => All > 0;
}
