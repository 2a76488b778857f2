using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Account;

/// <summary>Which workspaces there are for a person.</summary>
public sealed class Workspaces(IDbContextFactory<CatalogDb> catalog)
{
    /// <summary>Those that the person may enter now, by name.</summary>
    public async Task<IReadOnlyList<Tenant>> OfAsync(Guid userId, CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Memberships.Where(m => m.UserId == userId)
            .Join(db.Tenants.Where(t => t.State == TenantState.Active), m => m.TenantId, t => t.Id, (m, t) => t)
            .AsNoTracking().OrderBy(t => t.Name).ToListAsync(cancellationToken);
    }
}
