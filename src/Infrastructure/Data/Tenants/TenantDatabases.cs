using System.Collections.Concurrent;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>Where each tenant's database is and how to open it. The only place that knows both.</summary>
public sealed class TenantDatabases(IOptions<DataOptions> options) : ITenantMemory
{
    private static readonly SqlitePragmas Pragmas = new();

    private readonly ConcurrentDictionary<TenantId, DbContextOptions> known = new();

    public DataOptions Options => options.Value;

    public bool IsSqlite => Options.Provider == DataProvider.Sqlite;

    /// <summary>The tenant's own folder on disk; made when missing.</summary>
    public string Folder(TenantId tenant) => Directory.CreateDirectory(Path.Combine(Options.FullPath, tenant.Folder)).FullName;

    public string ConnectionString(TenantId tenant) => IsSqlite
        ? new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(Options.FullPath, tenant.Folder, "tenant.db"),
            ForeignKeys = true,
        }.ToString()
        : new NpgsqlConnectionStringBuilder(Options.ConnectionString)
        {
            Database = tenant.DatabaseName(Options.DatabasePrefix),
            MaxPoolSize = 8,
            MinPoolSize = 0,
            ConnectionIdleLifetime = 30,
        }.ToString();

    /// <summary>A fresh context on the tenant's own database, guarded.</summary>
    public TenantDb Open(TenantId tenant) => Create(known.GetOrAdd(tenant, id => OptionsFor(ConnectionString(id), new TenantGuard(id))));

    /// <summary>A fresh context before the database says whose it is: for provisioning alone.</summary>
    internal TenantDb OpenUnguarded(TenantId tenant) => Create(OptionsFor(ConnectionString(tenant), null));

    /// <summary>For contexts on a connection that the caller keeps (and has guarded). Made once for many: each new one has EF Core look for its services anew.</summary>
    internal static DbContextOptions<SqliteTenantDb> OptionsOn(SqliteConnection connection) =>
        new DbContextOptionsBuilder<SqliteTenantDb>().UseSqlite(connection).ConfigureWarnings(Quiet).Options;

    /// <summary>An open, guarded connection for the write gate.</summary>
    internal SqliteConnection OpenConnection(TenantId tenant)
    {
        var connection = new SqliteConnection(ConnectionString(tenant));
        try
        {
            connection.Open();
            new SqlitePragmas(64 * 1024).Apply(connection);
            new TenantGuard(tenant).Check(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Forget(TenantId tenant)
    {
        known.TryRemove(tenant, out _);
        if (IsSqlite)
        {
            using var connection = new SqliteConnection(ConnectionString(tenant));
            SqliteConnection.ClearPool(connection);
        }
        else
        {
            using var connection = new NpgsqlConnection(ConnectionString(tenant));
            NpgsqlConnection.ClearPool(connection);
        }
    }

    private TenantDb Create(DbContextOptions contextOptions) => IsSqlite
        ? new SqliteTenantDb((DbContextOptions<SqliteTenantDb>)contextOptions)
        : new PostgresTenantDb((DbContextOptions<PostgresTenantDb>)contextOptions);

    private DbContextOptions OptionsFor(string connectionString, TenantGuard? guard)
    {
        IInterceptor[] guards = guard is null ? [] : [guard];
        return IsSqlite
            ? new DbContextOptionsBuilder<SqliteTenantDb>().UseSqlite(connectionString)
                .AddInterceptors([Pragmas, .. guards]).ConfigureWarnings(Quiet).Options
            : new DbContextOptionsBuilder<PostgresTenantDb>().UseNpgsql(connectionString)
                .AddInterceptors([new RowLockClauses(), .. guards]).ConfigureWarnings(Quiet).Options;
    }

    // A page of leads is ordered by a unique key; the rest of the advice is heeded in the queries themselves.
    private static void Quiet(WarningsConfigurationBuilder warnings) => warnings.Ignore(CoreEventId.RowLimitingOperationWithoutOrderByWarning);
}

/// <summary>Opens the current tenant's database; without a tenant it throws.</summary>
public sealed class TenantDbFactory(CurrentTenant tenant, TenantDatabases databases) : IDbContextFactory<TenantDb>
{
    public TenantDb CreateDbContext() => databases.Open(tenant.Id);
}
