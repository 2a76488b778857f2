using LeadGen.Infrastructure;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeadGen.Benchmarks.Leads;

/// <summary>An installation on SQLite in a folder of its own, with one tenant; gone when disposed.</summary>
internal sealed class BenchInstallation : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("leadgen-bench-").FullName;
    private readonly IHost host;

    private BenchInstallation((string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Data:Path"] = folder });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Services.AddLeadGen(builder.Configuration);
        host = builder.Build();
    }

    public IServiceProvider Services => host.Services;

    public Tenant Tenant { get; private set; } = null!;

    public static async Task<BenchInstallation> CreateAsync(params (string Key, string Value)[] settings)
    {
        var installation = new BenchInstallation(settings);
        var provisioning = installation.Services.GetRequiredService<TenantProvisioning>();
        await provisioning.MigrateAsync();
        installation.Tenant = (await provisioning.CreateAsync("bench", "Bench"))!;
        return installation;
    }

    /// <summary>The data of a portal that runs beside it, with the tenant that <see cref="Running.RunningPortal.PrepareAsync"/> made.</summary>
    public static async Task<BenchInstallation> BesideAsync(string data)
    {
        var installation = new BenchInstallation([("Data:Path", data)]);
        installation.Tenant = (await installation.Services.GetRequiredService<TenantStore>().FindAsync("bench"))!;
        return installation;
    }

    public Task<T> InTenantAsync<T>(Func<IServiceProvider, Task<T>> work) =>
        Services.GetRequiredService<TenantScopes>().RunAsync(Tenant.TenantId, work);

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
