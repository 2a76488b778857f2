using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Pieces out of the middle of a list, for a window that shows some rows of very many.</summary>
public sealed class LeadSlices(IDbContextFactory<TenantDb> databases, TimeProvider time)
{
    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Rows of the list from a known place on.</summary>
    /// <param name="behind">The place; null = the list's start.</param>
    /// <param name="skip">Rows to leave out from there: few when one scrolls, many when one jumps.</param>
    internal async Task<IReadOnlyList<LeadRow>> ReadAsync(
        LeadFilter filter, LeadSort sort, LeadCursor? behind, int skip, int take, CancellationToken cancellationToken)
    {
        var (key, down) = (LeadOrder.KeyOf(sort), LeadOrder.IsDown(sort));
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var leads = await LeadQueries.PassingAsync(db, filter, Now, cancellationToken);
        var rows = new List<LeadRow>();
        var passed = 0;
        if (behind is null or { HasValue: true })
        {
            var valued = LeadOrder.Valued(leads, key, down, behind);
            rows = await LeadQueries.Narrow(valued.Skip(skip).Take(take)).ToListAsync(cancellationToken);
            passed = rows.Count == take ? 0 : rows.Count > 0 || skip == 0 ? skip + rows.Count : await valued.CountAsync(cancellationToken);
        }

        var after = behind is { HasValue: false } ? behind.Id : (Guid?)null;
        if (rows.Count < take && LeadOrder.Missing(leads, key, down, after) is { } missing)
        {
            rows.AddRange(await LeadQueries.Narrow(missing.Skip(Math.Max(0, skip - passed)).Take(take - rows.Count)).ToListAsync(cancellationToken));
        }

        return rows;
    }

    /// <summary>Ids of all leads that pass; null when every lead does.</summary>
    public async Task<IReadOnlySet<Guid>?> PassingAsync(LeadFilter filter, CancellationToken cancellationToken = default)
    {
        if (filter.IsEmpty)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await filter.Apply(db.Leads, db, Now).Select(l => l.Id).ToHashSetAsync(cancellationToken);
    }

    /// <summary>The leads as a whole, for columns beyond the usual ones.</summary>
    public async Task<IReadOnlyDictionary<Guid, Lead>> WholeAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, cancellationToken);
    }

    /// <summary>Who has judged these leads by hand.</summary>
    public async Task<IReadOnlySet<Guid>> JudgedAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ScoreOverrides.Where(o => ids.Contains(o.LeadId)).Select(o => o.LeadId).ToHashSetAsync(cancellationToken);
    }
}
