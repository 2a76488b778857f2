using System.CommandLine;
using System.Text.Json;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using Spectre.Console;

namespace LeadGen.Portal.Cli;

/// <summary>
/// <c>import SLUG FILE [--map column=field …] [--json]</c>: ends when every lead is scored. Exit 0, 2 for bad arguments, 3 for a file that
/// cannot be used.
/// </summary>
public static class ImportCommand
{
    private const int Unusable = 3;

    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "The tenant." };
        var file = new Argument<string>("file") { Description = "CSV, TSV or XLSX." };
        var map = new Option<string[]>("--map")
        {
            Description = "column=field; a field of a lead, custom.NAME, or nothing to leave the column out.",
            AllowMultipleArgumentsPerToken = true,
        };
        var json = new Option<bool>("--json") { Description = "Prints the report as one JSON object." };
        var command = new Command("import", "Takes a file through the whole pipeline.") { slug, file, map, json };
        command.Runs(workers: true, async (parsed, host, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            if (!File.Exists(path))
            {
                throw new CommandProblem($"There is no file '{path}'.");
            }

            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            var settings = new ImportSettings { Mapping = Mapping(parsed.GetValue(map) ?? []) };
            var done = await host.InTenantAsync(
                tenant,
                services => RunAsync(services.GetRequiredService<Imports>(), path, settings, parsed.GetValue(json), cancellationToken),
                cancellationToken);
            return Print(done, parsed.GetValue(json));
        });
        return command;
    }

    private static Dictionary<string, string> Mapping(string[] pairs)
    {
        var mapping = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in pairs)
        {
            var at = pair.LastIndexOf('=');
            if (at <= 0)
            {
                throw new CommandProblem($"--map takes column=field, not '{pair}'.");
            }

            mapping[pair[..at]] = pair[(at + 1)..];
        }

        return mapping;
    }

    private static async Task<ImportProgress> RunAsync(
        Imports imports, string path, ImportSettings settings, bool quiet, CancellationToken cancellationToken)
    {
        Import queued;
        try
        {
            await using var content = File.OpenRead(path);
            queued = await imports.QueueAsync(content, Path.GetFileName(path), settings, "command line", cancellationToken);
        }
        catch (UnusableFile unusable)
        {
            throw new CommandProblem(unusable.Message, Unusable);
        }
        catch (MappingException wrong)
        {
            throw new CommandProblem(wrong.Message);
        }

        if (quiet || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            return await WatchAsync(imports, queued.Id, _ => { }, cancellationToken);
        }

        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var rows = context.AddTask("rows stored", maxValue: double.MaxValue).IsIndeterminate();
                var scored = context.AddTask("leads scored", maxValue: 1);
                return await WatchAsync(
                    imports,
                    queued.Id,
                    p =>
                    {
                        rows.Description = $"{p.Import.Rows:N0} rows stored";
                        if (p.Import.StoredAt is not null)
                        {
                            rows.IsIndeterminate(false).MaxValue(p.Import.Rows).Value(p.Import.Rows);
                        }

                        scored.Description = $"{p.Scored:N0} leads scored";
                        scored.MaxValue(Math.Max(1, p.Import.Created + p.Import.Merged)).Value(p.Scored);
                    },
                    cancellationToken);
            });
    }

    private static async Task<ImportProgress> WatchAsync(
        Imports imports, Guid id, Action<ImportProgress> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            var progress = await imports.FindAsync(id, cancellationToken) ?? throw new CommandProblem("The import is gone.", 1);
            show(progress);
            if (progress.Import.State is not (ImportState.Queued or ImportState.Running or ImportState.Paused))
            {
                return progress;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    private static int Print(ImportProgress done, bool json)
    {
        var i = done.Import;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    id = i.Id,
                    state = i.State.ToString(),
                    rows = i.Rows,
                    created = i.Created,
                    merged = i.Merged,
                    rejected = i.Rejected,
                    duplicates = i.Duplicates,
                    scored = done.Scored,
                    problem = i.Problem,
                },
                JsonSerializerOptions.Web));
        }
        else
        {
            Console.WriteLine($"{i.State}: {i.Rows:N0} rows = {i.Created:N0} created + {i.Merged:N0} merged + {i.Rejected:N0} rejected + {i.Duplicates:N0} duplicates; {done.Scored:N0} leads scored");
            if (i.Rejected > 0)
            {
                Console.WriteLine("The portal's import page has the rejected rows with their reasons.");
            }
        }

        if (i.State == ImportState.Failed)
        {
            Console.Error.WriteLine(i.Problem);
            return Unusable;
        }

        return i.State == ImportState.Done ? 0 : 1;
    }
}
