using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Imports paused and resumed, and what there is to say of them: reasons, and what taking them back would do.</summary>
public sealed class ImportSteering(IDbContextFactory<TenantDb> databases, TenantWrites writes, WorkBoard board, CurrentTenant tenant)
{
    /// <summary>Stops reading until somebody resumes it. It holds no claim: what a worker has in hand is not stored. Too late once every row is.</summary>
    public Task<ImportVerdict> PauseAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var paused = await db.Imports
                .Where(i => i.Id == id && i.StoredAt == null && (i.State == ImportState.Queued || i.State == ImportState.Running))
                .ExecuteUpdateAsync(
                    i => i.SetProperty(x => x.State, ImportState.Paused).SetProperty(x => x.ClaimToken, (Guid?)null)
                        .SetProperty(x => x.ClaimedUntil, (DateTime?)null),
                    ct);
            return paused == 1 ? ImportVerdict.Done : await OtherwiseAsync(db, id, ImportState.Paused, ct);
        },
        cancellationToken);

    /// <summary>Goes on behind the last row that was stored.</summary>
    public Task<ImportVerdict> ResumeAsync(Guid id, CancellationToken cancellationToken = default) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Imports,
        () => writes.RunAsync(
            async (db, ct) =>
            {
                var resumed = await db.Imports.Where(i => i.Id == id && i.State == ImportState.Paused)
                    .ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ImportState.Queued), ct);
                return resumed == 1 ? ImportVerdict.Done : await OtherwiseAsync(db, id, ImportState.Running, ct);
            },
            cancellationToken),
        cancellationToken);

    /// <summary>Why rows were not taken, most frequent first.</summary>
    public async Task<IReadOnlyList<ImportReason>> ReasonsAsync(Guid id, int most = 20, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var groups = await db.ImportErrors.Where(e => e.ImportId == id).GroupBy(e => new { e.Column, e.Reason })
            .Select(g => new { g.Key.Column, g.Key.Reason, Rows = g.Count(), First = g.Min(e => e.Row) })
            .OrderByDescending(g => g.Rows).ThenBy(g => g.First).Take(most).ToListAsync(cancellationToken);
        return [.. groups.Select(g => new ImportReason(g.Column, g.Reason, g.Rows, g.First))];
    }

    /// <summary>What <see cref="Imports.RevertAsync(Guid, string, CancellationToken)"/> would do now.</summary>
    public async Task<RevertForecast> ForecastAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var created = db.LeadChanges.Where(c => c.ImportId == id && c.Field == LeadChange.Created && db.Leads.Any(l => l.Id == c.LeadId));
        var all = await created.CountAsync(cancellationToken);
        var kept = await created.CountAsync(
            c => db.LeadChanges.Any(o => o.LeadId == c.LeadId && (o.ImportId == null || o.ImportId != id)), cancellationToken);
        var changed = await db.LeadChanges
            .Where(c => c.ImportId == id && !db.LeadChanges.Any(o => o.LeadId == c.LeadId && o.ImportId == id && o.Field == LeadChange.Created))
            .Select(c => c.LeadId).Distinct().CountAsync(cancellationToken);
        return new RevertForecast(all - kept, kept, changed);
    }

    private static async Task<ImportVerdict> OtherwiseAsync(TenantDb db, Guid id, ImportState wanted, CancellationToken cancellationToken)
    {
        var state = await db.Imports.Where(i => i.Id == id && i.State != ImportState.Draft).Select(i => (ImportState?)i.State).SingleOrDefaultAsync(cancellationToken);
        var isSo = state == wanted || (wanted == ImportState.Running && state == ImportState.Queued);
        return state is null ? ImportVerdict.NotFound : isSo && await IsOpenAsync(db, id, cancellationToken) ? ImportVerdict.Done : ImportVerdict.TooLate;
    }

    private static Task<bool> IsOpenAsync(TenantDb db, Guid id, CancellationToken cancellationToken) =>
        db.Imports.AnyAsync(i => i.Id == id && i.StoredAt == null, cancellationToken);
}

/// <summary>One reason why rows were not taken.</summary>
/// <param name="Column">The column at fault, null when it is the row as a whole.</param>
/// <param name="Reason">A sentence with the remedy.</param>
/// <param name="Rows">How many have it.</param>
/// <param name="First">The first of them.</param>
public sealed record ImportReason(string? Column, string Reason, int Rows, long First);

/// <summary>What taking an import back would do.</summary>
/// <param name="Deleted">Leads that go, since nobody touched them.</param>
/// <param name="Kept">Leads that it created and that stay, since others changed them.</param>
/// <param name="Changed">Leads that were there before and get their former values back where nobody changed them since.</param>
public sealed record RevertForecast(int Deleted, int Kept, int Changed);
