using System.CommandLine;

namespace LeadGen.Portal.Cli;

/// <summary>The verbs of the program. None = run portal and workers.</summary>
public static class Commands
{
    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("LeadGen: leads in, understood, scored with reasons, and out again.") { TreatUnmatchedTokensAsErrors = false };
        root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(args, cancellationToken));
        return root.Parse(args).InvokeAsync();
    }
}
