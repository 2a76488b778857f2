using LeadGen.Infrastructure.Data.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LeadGen.Infrastructure.Telemetry;

/// <summary>Whether the catalog answers and is of this version.</summary>
internal sealed class CatalogHealth(IDbContextFactory<CatalogDb> catalog) : IHealthCheck
{
    private volatile bool migrated;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        if (!migrated)
        {
            var missing = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).Count();
            if (missing > 0)
            {
                return HealthCheckResult.Unhealthy($"{missing} migrations of the catalog are missing. Run: migrate");
            }

            // Migrations are never taken back while a process runs.
            migrated = true;
        }

        await db.Tenants.AnyAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
