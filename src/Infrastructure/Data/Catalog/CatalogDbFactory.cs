using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Data.Catalog;

/// <summary>Opens the catalog of this installation.</summary>
public sealed class CatalogDbFactory(IOptions<DataOptions> options) : IDbContextFactory<CatalogDb>
{
    private static readonly SqlitePragmas Pragmas = new(4 * 1024);

    private readonly Lazy<DbContextOptions> contextOptions = new(() => options.Value.Provider == DataProvider.Sqlite
        ? new DbContextOptionsBuilder<SqliteCatalogDb>().UseSqlite(SqliteConnectionString(options.Value)).AddInterceptors(Pragmas).Options
        : new DbContextOptionsBuilder<PostgresCatalogDb>().UseNpgsql(options.Value.ConnectionString).Options);

    public CatalogDb CreateDbContext() => contextOptions.Value is DbContextOptions<SqliteCatalogDb> sqlite
        ? new SqliteCatalogDb(sqlite)
        : new PostgresCatalogDb((DbContextOptions<PostgresCatalogDb>)contextOptions.Value);

    private static string SqliteConnectionString(DataOptions options)
    {
        Directory.CreateDirectory(options.FullPath);
        return new SqliteConnectionStringBuilder { DataSource = Path.Combine(options.FullPath, "catalog.db"), ForeignKeys = true }.ToString();
    }
}
