using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tenancy;

/// <summary>What the current tenant has set for itself. Who may change it, the caller has asked.</summary>
public sealed class WorkspaceSettings(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, IDbContextFactory<CatalogDb> catalog, TenantStore store, WorkBoard board,
    CurrentTenant tenant)
{
    public async Task<TenantSettings> ReadAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Meta.Select(m => m.Settings).SingleAsync(cancellationToken);
    }

    /// <summary>
    /// Applies a change to the settings as they are now, so that two who change different things both keep theirs. Other bounds of grades
    /// have all leads graded again in the background.
    /// </summary>
    public Task<TenantSettings> ChangeAsync(Func<TenantSettings, TenantSettings> change, CancellationToken cancellationToken = default) =>
        board.AnnounceAsync(
            tenant.Id,
            WorkKind.Leads,
            () => writes.RunAsync(
                async (db, ct) =>
                {
                    await db.LockTenantAsync(ct);
                    var meta = await db.Meta.SingleAsync(ct);
                    var before = meta.Settings;
                    meta.Settings = change(before);
                    await db.SaveChangesAsync(ct);
                    if (meta.Settings.Grades != before.Grades)
                    {
                        await ScoringEpoch.RaiseAsync(db, ct);
                    }

                    return meta.Settings;
                },
                cancellationToken),
            cancellationToken);

    /// <summary>The name, as the catalog has it; the address stays.</summary>
    public async Task RenameAsync(string name, CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        await db.Tenants.Where(t => t.Id == tenant.Id.Value).ExecuteUpdateAsync(t => t.SetProperty(x => x.Name, name), cancellationToken);
        store.Forget();
        tenant.Info.Name = name;
    }

    /// <summary>
    /// How many leads have each pair of present grade and grade under other bounds, by their stored scores. Leads that a person graded are
    /// left out: no bound moves them.
    /// </summary>
    public async Task<IReadOnlyList<GradeMove>> MovesAsync(GradeBounds bounds, CancellationToken cancellationToken = default)
    {
        var (a, b, c) = (bounds.A, bounds.B, bounds.C);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var groups = await db.Leads
            .Where(l => l.ScoreValue != null && l.Grade != null && !db.ScoreOverrides.Any(o => o.LeadId == l.Id))
            .Select(l => new { From = l.Grade!.Value, To = l.ScoreValue >= a ? 0 : l.ScoreValue >= b ? 1 : l.ScoreValue >= c ? 2 : 3 })
            .GroupBy(l => new { l.From, l.To })
            .Select(g => new { g.Key.From, g.Key.To, Count = g.Count() })
            .ToListAsync(cancellationToken);
        return [.. groups.Select(g => new GradeMove(g.From, (Grade)g.To, g.Count)).OrderBy(m => m.From).ThenBy(m => m.To)];
    }
}

/// <summary>Leads that have one grade and would have another.</summary>
public sealed record GradeMove(Grade From, Grade To, int Count);
