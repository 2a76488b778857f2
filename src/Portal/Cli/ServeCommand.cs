using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Demo;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Connections;

namespace LeadGen.Portal.Cli;

/// <summary>No verb: migrates, makes the demo tenant on an empty catalog, runs the portal with its workers.</summary>
public static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (await ServeAsync(args, cancellationToken) is { } problem)
        {
            // Behind all that was logged, where it is seen.
            await Console.Error.WriteLineAsync(problem);
            return 1;
        }

        return 0;
    }

    /// <returns>Why it could not start, when whoever starts it can mend that.</returns>
    private static async Task<string?> ServeAsync(string[] args, CancellationToken cancellationToken)
    {
        await using var app = PortalHost.Build(args);
        var broken = await app.Services.GetRequiredService<TenantProvisioning>().MigrateAsync(null, cancellationToken);
        foreach (var tenant in broken)
        {
            await Console.Error.WriteLineAsync($"The tenant {tenant.Slug} could not be migrated and is shut: {tenant.Problem}");
        }

        var demo = app.Services.GetRequiredService<DemoTenant>();
        var password = await demo.EnsureAsync(cancellationToken);
        if (await StartAsync(app, cancellationToken) is { } problem)
        {
            // Made now and kept nowhere: whoever starts it again at another address needs it all the same.
            TellSignIn(password);
            return problem;
        }

        foreach (var address in app.Urls)
        {
            Console.WriteLine($"LeadGen is at {address}");
        }

        TellSignIn(password);
        await LearnAsync(demo, app, cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return null;
    }

    private static async Task<string?> StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
            return null;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return $"{e.Message} Stop what listens there, or choose another address: --urls=http://127.0.0.1:5080";
        }
    }

    private static void TellSignIn(string? password)
    {
        if (password is not null)
        {
            Console.WriteLine($"Sign in to the demo tenant once with {DemoTenant.Owner} and password {password} (it is not shown again).");
        }
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
