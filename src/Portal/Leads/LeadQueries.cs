using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Reads leads of the current tenant, for the API and for pages.</summary>
public sealed class LeadQueries(IDbContextFactory<TenantDb> databases, TimeProvider? time = null)
{
    public const int LargestPage = 200;
    private const int Few = 200;

    private DateTime Now => (time ?? TimeProvider.System).GetUtcNow().UtcDateTime;

    /// <summary>One page, from behind the cursor on (null = from the start).</summary>
    /// <param name="limit">1 to <see cref="LargestPage"/>.</param>
    /// <exception cref="LeadCursorException">The cursor belongs to another order, or is none.</exception>
    public async Task<LeadPage> PageAsync(
        LeadFilter filter, LeadSort sort = LeadSort.ScoreDown, string? cursor = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
        var behind = cursor is null ? null : LeadCursor.Parse(cursor, sort);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await RowsAsync(db, filter, sort, behind, limit + 1, Now, cancellationToken);
        return rows.Count <= limit
            ? new LeadPage(rows, null)
            : new LeadPage(rows[..limit], LeadCursor.Behind(rows[limit - 1], sort).ToString());
    }

    /// <summary>How many leads pass; counting stops at <paramref name="cap"/>.</summary>
    public async Task<LeadCount> CountAsync(LeadFilter filter, int? cap = null, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var leads = filter.Apply(db.Leads, db, Now);
        if (cap is not { } most)
        {
            return new LeadCount(await leads.CountAsync(cancellationToken), false);
        }

        var found = await leads.Select(l => l.Id).Take(most + 1).CountAsync(cancellationToken);
        return new LeadCount(Math.Min(found, most), found > most);
    }

    /// <summary>A lead with all that is known of it; null when it is not there.</summary>
    public async Task<LeadDetail?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);

        // A plain join: asked for "the first of the analyses", EF Core numbers the rows of the whole table.
        var found = await db.Leads.AsNoTracking().Where(l => l.Id == id)
            .LeftJoin(db.Analyses.AsNoTracking(), l => l.Id, a => a.LeadId, (l, a) => new { Lead = l, Analysis = a })
            .FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : new LeadDetail(found.Lead, found.Analysis);
    }

    /// <summary>Rows of leads by their ids, in that order; ids that are not there are left out.</summary>
    public async Task<IReadOnlyList<LeadRow>> RowsAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await Narrow(db.Leads.Where(l => ids.Contains(l.Id))).ToDictionaryAsync(r => r.Id, cancellationToken);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    /// <summary>The leads right before and right behind one in a list; null where the list ends.</summary>
    public async Task<LeadNeighbours> NeighboursAsync(
        Guid id, LeadFilter filter, LeadSort sort = LeadSort.ScoreDown, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await Narrow(db.Leads.Where(l => l.Id == id)).FirstOrDefaultAsync(cancellationToken) is not { } row)
        {
            return new LeadNeighbours(null, null);
        }

        var place = LeadCursor.Behind(row, sort);
        var next = await RowsAsync(db, filter, sort, place, 1, Now, cancellationToken);
        var previous = await BeforeAsync(db, filter, sort, place, Now, cancellationToken);
        return new LeadNeighbours(previous, next.Count == 0 ? null : next[0].Id);
    }

    private static async Task<List<LeadRow>> RowsAsync(
        TenantDb db, LeadFilter filter, LeadSort sort, LeadCursor? behind, int count, DateTime now, CancellationToken cancellationToken)
    {
        var (key, down) = (LeadOrder.KeyOf(sort), LeadOrder.IsDown(sort));
        var leads = await PassingAsync(db, filter, now, cancellationToken);
        var rows = new List<LeadRow>();
        if (behind is null or { HasValue: true })
        {
            rows = await Narrow(LeadOrder.Valued(leads, key, down, behind).Take(count)).ToListAsync(cancellationToken);
        }

        var after = behind is { HasValue: false } ? behind.Id : (Guid?)null;
        if (rows.Count < count && LeadOrder.Missing(leads, key, down, after) is { } missing)
        {
            rows.AddRange(await Narrow(missing.Take(count - rows.Count)).ToListAsync(cancellationToken));
        }

        return rows;
    }

    private static async Task<Guid?> BeforeAsync(
        TenantDb db, LeadFilter filter, LeadSort sort, LeadCursor place, DateTime now, CancellationToken cancellationToken)
    {
        var (key, down) = (LeadOrder.KeyOf(sort), LeadOrder.IsDown(sort));
        var leads = await PassingAsync(db, filter, now, cancellationToken);
        if (!place.HasValue && LeadOrder.Missing(leads, key, !down, place.Id) is { } missing
            && await missing.Select(l => (Guid?)l.Id).FirstOrDefaultAsync(cancellationToken) is { } id)
        {
            return id;
        }

        var valued = LeadOrder.Valued(leads, key, !down, place.HasValue ? place : null);
        return await valued.Select(l => (Guid?)l.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>
    /// Leads that pass, in a form that is quick to order. SQLite has no statistics: it walks the index of the order and looks up every lead
    /// on the way, which takes long when few pass. A plain scan that stops early tells; the few are then ordered by themselves.
    /// </summary>
    internal static async Task<IQueryable<Lead>> PassingAsync(TenantDb db, LeadFilter filter, DateTime now, CancellationToken cancellationToken)
    {
        var leads = filter.Apply(db.Leads, db, now);
        if (filter.IsIndexed || !db.Database.IsSqlite())
        {
            return leads;
        }

        var ids = await leads.Select(l => l.Id).Take(Few + 1).ToListAsync(cancellationToken);
        return ids.Count > Few ? leads : db.Leads.Where(l => EF.Parameter(ids).Contains(l.Id));
    }

    internal static IQueryable<LeadRow> Narrow(IQueryable<Lead> leads) => leads.Select(l => new LeadRow(
        l.Id, l.Email, l.FullName, l.JobTitle, l.CompanyName, l.Country, l.Source, l.Stage, l.Outcome, l.ScoreValue, l.Probability, l.Grade,
        l.ModelVersion, l.FitValue, l.IntentValue, l.TopIntent, l.CreatedAt, l.OwnerId));
}
