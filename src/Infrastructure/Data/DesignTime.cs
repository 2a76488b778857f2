using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LeadGen.Infrastructure.Data;

// `dotnet ef migrations add` makes its contexts here; the databases named are never opened.

internal sealed class SqliteCatalogDesign : IDesignTimeDbContextFactory<SqliteCatalogDb>
{
    public SqliteCatalogDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteCatalogDb>().UseSqlite("Data Source=design.db").Options);
}

internal sealed class PostgresCatalogDesign : IDesignTimeDbContextFactory<PostgresCatalogDb>
{
    public PostgresCatalogDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresCatalogDb>().UseNpgsql("Host=localhost").Options);
}

internal sealed class SqliteTenantDesign : IDesignTimeDbContextFactory<SqliteTenantDb>
{
    public SqliteTenantDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteTenantDb>().UseSqlite("Data Source=design.db").Options);
}

internal sealed class PostgresTenantDesign : IDesignTimeDbContextFactory<PostgresTenantDb>
{
    public PostgresTenantDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresTenantDb>().UseNpgsql("Host=localhost").Options);
}
