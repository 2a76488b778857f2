using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LeadGen.Infrastructure.Tests.Installations;

/// <summary>
/// A whole installation below the screens, in a temporary folder or on the tests' PostgreSQL server: the program's own services, a migrated
/// catalog, tenants, and workers where a test asks for them.
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly Installation? origin;
    private readonly PostgresServer postgres;
    private readonly Dictionary<string, string?> settings;
    private readonly List<IHostedService> workers = [];
    private readonly Problems log = new();

    private Installation(Dictionary<string, string?> settings, PostgresServer postgres, Installation? origin, Action<IServiceCollection>? more)
    {
        (this.settings, this.postgres, this.origin) = (settings, postgres, origin);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.AddProvider(log));
        collection.AddSingleton<IConfiguration>(configuration);
        more?.Invoke(collection);
        collection.AddLeadGen(configuration);
        collection.AddSingleton(SharedEncoder.Value);
        services = collection.BuildServiceProvider(validateScopes: true);
    }

    public IServiceProvider Services => services;

    /// <summary>What was logged as a warning or worse.</summary>
    public IReadOnlyList<string> Problems => log.Kept;

    public string DataPath => settings["Data:Path"]!;

    public bool IsSqlite => settings["Data:Provider"] == nameof(DataProvider.Sqlite);

    public IReadOnlyDictionary<string, string?> Settings => settings;

    /// <param name="more">Registered before the program's own services: a clock, a schedule.</param>
    public static async Task<Installation> CreateAsync(
        DataProvider provider, PostgresServer postgres, Action<IServiceCollection>? more = null, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Data:Path"] = Directory.CreateTempSubdirectory("leadgen-").FullName,
            ["Data:Provider"] = provider.ToString(),
            ["Data:DatabasePrefix"] = "lg" + Guid.NewGuid().ToString("N")[..12],
            ["Data:ConnectionString"] = provider == DataProvider.Postgres ? await postgres.CreateDatabaseAsync() : null,
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var made = new Installation(all, postgres, null, more);
        await made.Get<TenantProvisioning>().MigrateAsync();
        return made;
    }

    /// <summary>Another process on the same data: nothing in memory is shared.</summary>
    public Installation Beside(Action<IServiceCollection>? more = null, params (string Key, string Value)[] other)
    {
        var all = new Dictionary<string, string?>(settings);
        foreach (var (key, value) in other)
        {
            all[key] = value;
        }

        return new Installation(all, postgres, this, more);
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public CatalogDb Catalog() => Get<IDbContextFactory<CatalogDb>>().CreateDbContext();

    public TenantDb Open(Tenant tenant) => Get<TenantDatabases>().Open(tenant.TenantId);

    public string FileOf(Tenant tenant) => Path.Combine(DataPath, tenant.TenantId.Folder, "tenant.db");

    public async Task<Tenant> TenantAsync(string slug = "acme") =>
        await Get<TenantProvisioning>().CreateAsync(slug, slug) ?? throw new InvalidOperationException($"{slug} is taken.");

    /// <summary>Runs inside the tenant, in a scope of its own.</summary>
    public Task<T> InAsync<T>(Tenant tenant, Func<IServiceProvider, Task<T>> work) => Get<TenantScopes>().RunAsync(tenant.TenantId, work);

    public Task InAsync(Tenant tenant, Func<IServiceProvider, Task> work) => Get<TenantScopes>().RunAsync(tenant.TenantId, work);

    public Task WriteAsync(Tenant tenant, Func<TenantDb, CancellationToken, Task> write) =>
        InAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(write));

    public async Task StartWorkersAsync()
    {
        workers.Add(ActivatorUtilities.CreateInstance<ImportWorker>(services));
        workers.Add(ActivatorUtilities.CreateInstance<LeadWorker>(services));
        foreach (var worker in workers)
        {
            await worker.StartAsync(CancellationToken.None);
        }
    }

    public async Task StopWorkersAsync()
    {
        foreach (var worker in workers)
        {
            await worker.StopAsync(CancellationToken.None);
            (worker as IDisposable)?.Dispose();
        }

        workers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopWorkersAsync();
        List<Tenant> tenants = [];
        if (origin is null)
        {
            await using var catalog = Catalog();
            tenants = await catalog.Tenants.ToListAsync();
        }

        tenants.ForEach(t => Get<TenantDatabases>().Forget(t.TenantId));
        await services.DisposeAsync();
        if (origin is not null)
        {
            return;
        }

        if (!IsSqlite)
        {
            var prefix = settings["Data:DatabasePrefix"]!;
            foreach (var tenant in tenants)
            {
                await postgres.DropDatabaseAsync(tenant.TenantId.DatabaseName(prefix));
            }

            await using var catalog = new NpgsqlConnection(settings["Data:ConnectionString"]);
            NpgsqlConnection.ClearPool(catalog);
            await postgres.DropDatabaseAsync(catalog.Database);
        }

        Directory.Delete(DataPath, recursive: true);
    }
}
