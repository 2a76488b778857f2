using LeadGen.Infrastructure;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Portal.Cli;

/// <summary>The services of the program without its web side, for one command beside a live portal or alone.</summary>
public sealed class CommandHost : IAsyncDisposable
{
    private readonly IHost host;

    private CommandHost(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    /// <param name="settings">Unparsed arguments: <c>--Data:Path=…</c> and the like.</param>
    /// <param name="workers">Whether this process also works on what it queues.</param>
    public static async Task<CommandHost> StartAsync(IReadOnlyList<string> settings, bool workers, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { Args = [.. settings], ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables("LEADGEN_");
        builder.Configuration.AddCommandLine([.. settings]);

        // Standard output belongs to the command's own answer.
        builder.Logging.ClearProviders().AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Services.AddLeadGen(builder.Configuration);
        if (workers)
        {
            builder.Services.AddLeadGenWorkers();
        }

        var started = new CommandHost(builder.Build());
        await started.Services.GetRequiredService<TenantProvisioning>().MigrateAsync(null, cancellationToken);
        await started.host.StartAsync(cancellationToken);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            host.Dispose();
        }
    }

    /// <exception cref="CommandProblem">There is no such tenant.</exception>
    public async Task<Tenant> TenantAsync(string slug, CancellationToken cancellationToken) =>
        await Services.GetRequiredService<TenantStore>().FindAsync(slug, cancellationToken)
        ?? throw new CommandProblem($"There is no tenant '{slug}'. 'tenant list' shows those there are.");

    public Task<T> InTenantAsync<T>(Tenant tenant, Func<IServiceProvider, Task<T>> work, CancellationToken cancellationToken) =>
        Services.GetRequiredService<TenantScopes>().RunAsync(tenant.TenantId, work, cancellationToken);
}

/// <summary>A command cannot do what was asked; the message goes to standard error.</summary>
public sealed class CommandProblem(string message, int exitCode = 2) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
