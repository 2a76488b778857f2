using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Cli;

/// <summary>No verb: the portal with its workers.</summary>
public static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var app = PortalHost.Build(args);
        await app.RunAsync(cancellationToken);
        return 0;
    }
}
