using System.Net.Http.Headers;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LeadGen.Portal.Tests;

/// <summary>The whole program on a real port with data of its own in a temporary folder, workers included; one for all tests.</summary>
public sealed class PortalUnderTest : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("leadgen-portal-").FullName;
    private readonly List<HttpClient> clients = [];
    private WebApplication? app;

    public IServiceProvider Services => App.Services;

    public Uri Address => new(App.Urls.First());

    private WebApplication App => app ?? throw new InvalidOperationException("The portal is not started.");

    public async ValueTask InitializeAsync()
    {
        app = PortalHost.Build(
            [$"--Data:Path={folder}", "--urls=http://127.0.0.1:0", "--Outbound:AllowedNetworks:0=127.0.0.0/8"],
            builder => builder.Logging.ClearProviders().AddConsole().AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning));
        (await Services.GetRequiredService<TenantProvisioning>().MigrateAsync()).ShouldBeEmpty();
        await app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        clients.ForEach(c => c.Dispose());
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A tenant that no other test uses.</summary>
    public async Task<Tenant> NewTenantAsync(string? slug = null)
    {
        var name = slug ?? "t" + Guid.NewGuid().ToString("N")[..16];
        return (await Services.GetRequiredService<TenantProvisioning>().CreateAsync(name, "Tenant " + name))!;
    }

    /// <summary>A key of the tenant; with all scopes when none is named.</summary>
    public Task<string> NewKeyAsync(Tenant tenant, params string[] scopes) => InTenantAsync(tenant, async services =>
        (await services.GetRequiredService<ApiKeys>().CreateAsync("test", scopes.Length == 0 ? Scopes.All : scopes)).Key);

    public Task<T> InTenantAsync<T>(Tenant tenant, Func<IServiceProvider, Task<T>> work) =>
        Services.GetRequiredService<TenantScopes>().RunAsync(tenant.TenantId, work);

    /// <summary>A program with a key; without one when it is null.</summary>
    public HttpClient Client(string? key = null)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        clients.Add(client);
        return client;
    }

    /// <summary>A fresh tenant and a program with all scopes in it.</summary>
    public async Task<HttpClient> NewClientAsync() => Client(await NewKeyAsync(await NewTenantAsync()));
}
