using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Architecture;

/// <summary>What the code stores is what the migrations lay down, on both databases. Nothing is opened.</summary>
public sealed class MigrationRuleTests
{
    [Fact]
    public void The_SQLite_catalog_has_no_change_without_a_migration() =>
        Check(new SqliteCatalogDb(new DbContextOptionsBuilder<SqliteCatalogDb>().UseSqlite("Data Source=unused.db").Options));

    [Fact]
    public void The_PostgreSQL_catalog_has_no_change_without_a_migration() =>
        Check(new PostgresCatalogDb(new DbContextOptionsBuilder<PostgresCatalogDb>().UseNpgsql("Host=localhost").Options));

    [Fact]
    public void A_SQLite_tenant_has_no_change_without_a_migration() =>
        Check(new SqliteTenantDb(new DbContextOptionsBuilder<SqliteTenantDb>().UseSqlite("Data Source=unused.db").Options));

    [Fact]
    public void A_PostgreSQL_tenant_has_no_change_without_a_migration() =>
        Check(new PostgresTenantDb(new DbContextOptionsBuilder<PostgresTenantDb>().UseNpgsql("Host=localhost").Options));

    private static void Check(DbContext database)
    {
        using (database)
        {
            database.Database.GetMigrations().ShouldNotBeEmpty();
            database.Database.HasPendingModelChanges().ShouldBeFalse("run: dotnet ef migrations add NAME, for all four contexts");
        }
    }
}
