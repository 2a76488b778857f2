using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tests;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Leads;

/// <summary>Empty tenant databases of both kinds, for tests of queries alone.</summary>
internal sealed class LeadStores : IDbContextFactory<TenantDb>, IAsyncDisposable
{
    private readonly DbContextOptions options;
    private readonly string? folder;

    private LeadStores(DbContextOptions options, string? folder) => (this.options, this.folder) = (options, folder);

    public static async Task<LeadStores> CreateAsync(DataProvider provider, PostgresServer postgres)
    {
        var folder = provider == DataProvider.Sqlite ? Directory.CreateTempSubdirectory("leadgen-leads-").FullName : null;
        DbContextOptions options = provider == DataProvider.Sqlite
            ? new DbContextOptionsBuilder<SqliteTenantDb>().UseSqlite($"Data Source={folder}/t.db;Pooling=False").AddInterceptors(new SqlitePragmas()).Options
            : new DbContextOptionsBuilder<PostgresTenantDb>().UseNpgsql(await postgres.CreateDatabaseAsync()).Options;
        var stores = new LeadStores(options, folder);
        await using var db = stores.CreateDbContext();
        await db.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        return stores;
    }

    public TenantDb CreateDbContext() => options is DbContextOptions<SqliteTenantDb> sqlite
        ? new SqliteTenantDb(sqlite)
        : new PostgresTenantDb((DbContextOptions<PostgresTenantDb>)options);

    public ValueTask DisposeAsync()
    {
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
