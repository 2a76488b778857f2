using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Demo;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Cli;

/// <summary>No verb: migrates, makes the demo tenant on an empty catalog, runs the portal with its workers.</summary>
public static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = PortalHost.Build(args);
        var broken = await app.Services.GetRequiredService<TenantProvisioning>().MigrateAsync(null, cancellationToken);
        foreach (var tenant in broken)
        {
            await Console.Error.WriteLineAsync($"The tenant {tenant.Slug} could not be migrated and is shut: {tenant.Problem}");
        }

        var demo = app.Services.GetRequiredService<DemoTenant>();
        var password = await demo.EnsureAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        foreach (var address in app.Urls)
        {
            Console.WriteLine($"LeadGen is at {address}");
        }

        if (password is not null)
        {
            Console.WriteLine($"Sign in to the demo tenant once with {DemoTenant.Owner} and password {password} (it is not shown again).");
            await LearnAsync(demo, app, cancellationToken);
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task LearnAsync(DemoTenant demo, WebApplication app, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        try
        {
            await demo.LearnAsync(ending.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped before it had learned: the night will.
        }
    }
}
