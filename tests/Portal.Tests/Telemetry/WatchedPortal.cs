using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeadGen.Portal.Tests.Telemetry;

/// <summary>A portal of one test's own, with settings of its own.</summary>
internal sealed class WatchedPortal : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("leadgen-watched-").FullName;
    private readonly WebApplication app;

    private WatchedPortal(string[] settings)
    {
        app = PortalHost.Build(
            [$"--Data:Path={folder}", "--urls=http://127.0.0.1:0", .. settings],
            builder => builder.Logging.ClearProviders());
        Client = new HttpClient();
    }

    public HttpClient Client { get; }

    public static async Task<WatchedPortal> StartAsync(bool migrated, params string[] settings)
    {
        var portal = new WatchedPortal(settings);
        try
        {
            if (migrated)
            {
                await portal.MigrateAsync();
            }

            await portal.app.StartAsync();
            portal.Client.BaseAddress = new Uri(portal.app.Urls.First());
            return portal;
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    public Task MigrateAsync() => app.Services.GetRequiredService<TenantProvisioning>().MigrateAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
