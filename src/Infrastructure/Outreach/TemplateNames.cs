using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>Templates that mails can be written from, for those who let people choose one.</summary>
public sealed class TemplateNames(IDbContextFactory<TenantDb> databases)
{
    /// <summary>Published and not put away, by name.</summary>
    public async Task<IReadOnlyList<TemplateName>> ActiveAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Templates.AsNoTracking().Where(t => t.Live != null).Select(t => new { t.Id, t.Live, t.Version }).ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(r => new TemplateName(r.Id, r.Live!.Name, r.Version, [.. r.Live.Variants.Select(v => v.Name)]))
                .OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>Names by id, of templates that were put away too: for lists of what was sent.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> AllAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return (await db.Templates.AsNoTracking().Select(t => new { t.Id, t.Draft, t.Live }).ToListAsync(cancellationToken))
            .ToDictionary(t => t.Id, t => (t.Live ?? t.Draft).Name);
    }
}

/// <param name="Version">The version in use.</param>
/// <param name="Variants">Names of its variants.</param>
public sealed record TemplateName(Guid Id, string Name, int Version, IReadOnlyList<string> Variants);
