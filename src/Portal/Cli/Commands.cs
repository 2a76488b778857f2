using System.CommandLine;

namespace LeadGen.Portal.Cli;

/// <summary>The verbs of the program. None = run portal and workers.</summary>
public static class Commands
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("LeadGen: leads in, understood, scored with reasons, and out again.") { TreatUnmatchedTokensAsErrors = false };
        root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(args, cancellationToken));
        root.Add(MigrateCommand.Create());
        root.Add(TenantCommands.Create());
        root.Add(ApiKeyCommand.Create());
        root.Add(ImportCommand.Create());
        root.Add(ExportCommand.Create());
        root.Add(ScoreCommand.Create());
        root.Add(TrainCommand.Create());
        root.Add(ModelsCommand.Create());
        root.Add(OutreachCommand.Create());
        root.Add(BackupCommands.Backup());
        root.Add(BackupCommands.Restore());
        var parsed = root.Parse(args);

        // Wrong arguments are 2 for every verb; what the verbs themselves return, they document.
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync();
            return 2;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>Runs a verb's work with the program's services; a problem is one line on standard error and its exit code.</summary>
    internal static void Runs(
        this Command command, bool workers, Func<ParseResult, CommandHost, CancellationToken, Task<int>> work)
    {
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                if (parsed.UnmatchedTokens.FirstOrDefault(t => !IsSetting(t)) is { } stray)
                {
                    throw new CommandProblem($"'{stray}' is not understood. '{command.Name} --help' shows what is.");
                }

                await using var host = await CommandHost.StartAsync(parsed.UnmatchedTokens, workers, cancellationToken);
                return await work(parsed, host, cancellationToken);
            }
            catch (CommandProblem problem)
            {
                await Console.Error.WriteLineAsync(problem.Message);
                return problem.ExitCode;
            }
        });
    }

    /// <summary><c>--Data:Path=somewhere</c>: any setting may stand on the command line.</summary>
    private static bool IsSetting(string token) => token.StartsWith("--", StringComparison.Ordinal) && token.Contains(':') && token.Contains('=');
}
