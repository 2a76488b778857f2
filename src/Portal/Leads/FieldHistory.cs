using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>What stood in a lead's fields before.</summary>
public sealed class FieldHistory(IDbContextFactory<TenantDb> databases)
{
    private const int Most = 20;

    /// <summary>Fields that ever changed.</summary>
    public async Task<IReadOnlySet<string>> FieldsAsync(Guid leadId, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var fields = await db.LeadChanges.Where(c => c.LeadId == leadId && c.Field != LeadChange.Created).Select(c => c.Field).Distinct().ToListAsync(cancellationToken);
        return fields.ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The newest changes of one field, newest first.</summary>
    public async Task<IReadOnlyList<PastValue>> OfAsync(Guid leadId, string field, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.LeadChanges.AsNoTracking().Where(c => c.LeadId == leadId && c.Field == field)
            .OrderByDescending(c => c.Id).Take(Most)
            .Select(c => new PastValue(c.Old, c.New, c.At, c.Actor, db.Imports.Where(i => i.Id == c.ImportId).Select(i => i.FileName).FirstOrDefault()))
            .ToListAsync(cancellationToken);
    }
}

/// <summary>One change of a field.</summary>
/// <param name="Old">Null when it was empty.</param>
/// <param name="Actor">As in <see cref="LeadChange.Actor"/>.</param>
/// <param name="File">The import's file, if one brought it.</param>
public sealed record PastValue(string? Old, string? New, DateTime At, string Actor, string? File);
