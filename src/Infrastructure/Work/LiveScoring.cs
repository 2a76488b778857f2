using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>The tenant's live profile, champion and grade bounds, prepared for use.</summary>
/// <remarks>Kept in memory under the scoring epoch, which is read from the database on every use: another process may have published.</remarks>
public sealed class LiveScoring(IDbContextFactory<TenantDb> databases, CurrentTenant tenant, LiveScoringCache cache, LeadEncoder encoder)
{
    public async Task<Snapshot> GetAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var meta = await db.Meta.AsNoTracking().SingleAsync(cancellationToken);
        if (cache.Kept.TryGetValue(tenant.Id, out var kept) && kept.Epoch == meta.ScoringEpoch && kept.EncoderId == encoder.EncoderId)
        {
            return kept;
        }

        var icp = await db.Icps.AsNoTracking().Where(i => i.Live != null).OrderBy(i => i.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        var champion = await db.Models.AsNoTracking().SingleAsync(m => m.State == ModelState.Champion, cancellationToken);
        var snapshot = new Snapshot(
            meta.ScoringEpoch,
            encoder.EncoderId,
            icp?.Live is { } live ? await PrepareAsync(live, cancellationToken) : null,
            ScoringModel.FromJson(champion.Json),
            meta.Settings.Grades);
        cache.Kept[tenant.Id] = snapshot;
        return snapshot;
    }

    /// <summary>Any profile, for previews.</summary>
    public async Task<PreparedIcp> PrepareAsync(Icp icp, CancellationToken cancellationToken = default) => new(
        icp, icp.Description.Length > 0 ? await encoder.EncodeAsync(icp.Description, cancellationToken) : null);

    public sealed record Snapshot(int Epoch, string EncoderId, PreparedIcp? Icp, ScoringModel Model, GradeBounds Grades);
}

/// <summary>One snapshot a tenant, a few kilobytes each.</summary>
public sealed class LiveScoringCache : ITenantMemory
{
    internal ConcurrentDictionary<TenantId, LiveScoring.Snapshot> Kept { get; } = new();

    public void Forget(TenantId tenant) => Kept.TryRemove(tenant, out _);
}
