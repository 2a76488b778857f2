using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data.Catalog;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tenancy;

/// <summary>Looks tenants up in the catalog; an answer is at most <see cref="Lifetime"/> old, so that a suspension holds soon everywhere.</summary>
public sealed class TenantStore(IDbContextFactory<CatalogDb> catalog, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (Tenant? Tenant, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    public Task<Tenant?> FindAsync(string slug, CancellationToken cancellationToken = default) =>
        IsSlug(slug) ? LookUpAsync($"s:{slug}", tenants => tenants.Where(t => t.Slug == slug), cancellationToken) : Task.FromResult<Tenant?>(null);

    public Task<Tenant?> FindAsync(TenantId id, CancellationToken cancellationToken = default) =>
        LookUpAsync($"i:{id}", tenants => tenants.Where(t => t.Id == id.Value), cancellationToken);

    public async Task<IReadOnlyList<Tenant>> AllAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Tenants.AsNoTracking().OrderBy(t => t.Slug).ToListAsync(cancellationToken);
    }

    /// <summary>Forgets what this process remembers, after a change made here.</summary>
    public void Forget() => known.Clear();

    /// <summary>2-40 characters of a-z, 0-9 and inner hyphens.</summary>
    public static bool IsSlug(string text) =>
        text.Length is >= 2 and <= 40
        && text[0] != '-' && text[^1] != '-'
        && text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');

    private async Task<Tenant?> LookUpAsync(
        string key, Func<IQueryable<Tenant>, IQueryable<Tenant>> filter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (known.TryGetValue(key, out var hit) && hit.Until > now)
        {
            return hit.Tenant;
        }

        // Bounded: addresses are typed by strangers.
        if (known.Count > 10_000)
        {
            known.Clear();
        }

        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var tenant = await filter(db.Tenants.AsNoTracking()).SingleOrDefaultAsync(cancellationToken);
        known[key] = (tenant, now + Lifetime);
        return tenant;
    }
}
