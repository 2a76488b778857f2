using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Profiles of the current tenant: drafted, checked, published. Publishing has all leads matched and scored again in the background.</summary>
public sealed class IcpEditing(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, WorkBoard board, CurrentTenant tenant, TimeProvider time)
{
    public async Task<IReadOnlyList<IcpRow>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Icps.AsNoTracking().OrderBy(i => i.CreatedAt).ToListAsync(cancellationToken);
    }

    public async Task<IcpRow?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Icps.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
    }

    /// <summary>Adds a draft.</summary>
    public Task<IcpSaved> CreateAsync(Icp draft, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var icp = draft with { Id = Guid.CreateVersion7(now), Version = 0 };
        return IcpRules.Check(icp) is { Count: > 0 } problems
            ? Task.FromResult(new IcpSaved(null, problems, false))
            : writes.RunAsync(
                async (db, ct) =>
                {
                    var row = new IcpRow { Id = icp.Id, Draft = icp, CreatedAt = now.UtcDateTime, ChangedAt = now.UtcDateTime };
                    db.Icps.Add(row);
                    await db.SaveChangesAsync(ct);
                    return new IcpSaved(row, [], false);
                },
                cancellationToken);
    }

    /// <summary>Replaces the draft, if it still is the one that the editor began with.</summary>
    public Task<IcpSaved> SaveAsync(Guid id, Icp draft, int revision, CancellationToken cancellationToken = default) =>
        IcpRules.Check(draft with { Id = id }) is { Count: > 0 } problems
            ? Task.FromResult(new IcpSaved(null, problems, false))
            : writes.RunAsync(
                async (db, ct) =>
                {
                    var row = await db.Icps.SingleOrDefaultAsync(i => i.Id == id, ct);
                    if (row is null || row.Revision != revision)
                    {
                        return new IcpSaved(row, [], row is not null);
                    }

                    row.Draft = draft with { Id = id, Version = row.Live?.Version ?? 0 };
                    row.ChangedAt = time.GetUtcNow().UtcDateTime;
                    row.Revision++;
                    await db.SaveChangesAsync(ct);
                    return new IcpSaved(row, [], false);
                },
                cancellationToken);

    /// <summary>Makes the draft the live profile, under the next version. Publishing an unchanged draft changes nothing.</summary>
    /// <returns>The row, or null when there is none.</returns>
    public Task<IcpRow?> PublishAsync(Guid id, string actor, CancellationToken cancellationToken = default) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Leads,
        () => writes.RunAsync(
            async (db, ct) =>
            {
                await db.LockTenantAsync(ct);
                var row = await db.Icps.SingleOrDefaultAsync(i => i.Id == id, ct);
                if (row is null || Same(row.Live, row.Draft))
                {
                    return row;
                }

                var now = time.GetUtcNow().UtcDateTime;
                // From the history, which knows also the versions of a profile that was retired.
                var version = (await db.IcpVersions.Where(v => v.IcpId == id).MaxAsync(v => (int?)v.Version, ct) ?? 0) + 1;
                row.Draft = row.Draft with { Version = version };
                row.Live = row.Draft;
                row.PublishedAt = now;
                row.Revision++;

                // One profile is live in a tenant for now: publishing another retires the one before.
                foreach (var other in await db.Icps.Where(i => i.Id != id && i.Live != null).ToListAsync(ct))
                {
                    other.Live = null;
                    other.Revision++;
                }

                db.IcpVersions.Add(new IcpVersionRow { IcpId = id, Version = version, Icp = row.Draft, PublishedAt = now, Actor = actor });
                await db.SaveChangesAsync(ct);
                await ScoringEpoch.RaiseAsync(db, ct);
                return row;
            },
            cancellationToken),
        cancellationToken);

    private static bool Same(Icp? live, Icp draft) =>
        live is not null && JsonSerializer.Serialize(live, StoredJson.Options) == JsonSerializer.Serialize(draft, StoredJson.Options);

    /// <summary>How far the scoring after a publication is: leads under the present epoch, of all that are scored.</summary>
    public async Task<(int Done, int All)> ProgressAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var epoch = await db.Meta.Select(m => m.ScoringEpoch).SingleAsync(cancellationToken);
        var all = await db.Leads.CountAsync(l => l.Stage == LeadStage.Scored, cancellationToken);
        var waiting = await db.Leads.CountAsync(l => l.ScoringEpoch < epoch && l.Stage == LeadStage.Scored, cancellationToken);
        return (all - waiting, all);
    }
}

/// <summary>What became of a save.</summary>
/// <param name="Row">The profile as it is stored now; null when it was not found or not valid.</param>
/// <param name="Problems">What is wrong with the draft.</param>
/// <param name="Conflict">Somebody else saved meanwhile; nothing was changed.</param>
public sealed record IcpSaved(IcpRow? Row, IReadOnlyList<FieldProblem> Problems, bool Conflict);
