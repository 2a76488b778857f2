using System.CommandLine;
using System.Globalization;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Encoders;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Intent;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace LeadGen.Portal.Cli;

/// <summary><c>models pull [NAME]</c> and <c>models evaluate-intent</c>.</summary>
public static class ModelsCommand
{
    public static Command Create() => new("models", "Encoders and classifiers.") { Pull(), EvaluateIntent() };

    private static Command Pull()
    {
        var name = new Argument<string>("name")
        {
            Description = "The encoder.",
            DefaultValueFactory = _ => EncoderSpec.AllMiniLmL6V2.Name,
        };
        var command = new Command("pull", "Downloads an encoder, resumable and checked.") { name };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            var wanted = parsed.GetValue(name)!;
            var known = EncoderCatalog.Find(wanted) ?? throw new CommandProblem(
                $"No encoder is named {wanted}. There are: {string.Join(", ", EncoderCatalog.All.Select(e => e.Spec.Name))}.");
            var data = host.Services.GetRequiredService<IOptions<DataOptions>>().Value.FullPath;
            try
            {
                await PullAsync(host.Services.GetRequiredService<EncoderDownload>(), known, data, cancellationToken);
            }
            catch (EncoderDownloadException failed)
            {
                throw new CommandProblem(failed.Message, 1);
            }

            if (known.Files.Count > 0)
            {
                Console.WriteLine("Training the intent classifier for it ...");
                using var encoder = host.Services.GetRequiredService<EncoderRegistry>().Open(wanted);
                await host.Services.GetRequiredService<IntentModels>().TrainAsync(encoder, cancellationToken);
            }

            Console.WriteLine($"{known.Spec.Name} is ready. Use it with Encoder:Name={known.Spec.Name}.");
            return 0;
        });
        return command;
    }

    private static async Task PullAsync(EncoderDownload download, KnownEncoder known, string data, CancellationToken cancellationToken) =>
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(async context =>
            {
                var bars = known.Files.ToDictionary(f => f.Name, f => context.AddTask(f.Name, maxValue: f.Bytes));
                await download.PullAsync(
                    known, data, new Progress<DownloadProgress>(p => bars[p.File].Value = p.Done), cancellationToken);
            });

    private static Command EvaluateIntent()
    {
        var command = new Command("evaluate-intent", "Cross-validates the intent classifier on its labelled messages.");
        command.Runs(workers: false, async (_, host, cancellationToken) =>
        {
            var encoder = host.Services.GetRequiredService<OnnxTextEncoder>();
            var results = await IntentEvaluation.CrossValidateAsync(
                IntentExamples.LoadLabelled(), encoder, cancellationToken: cancellationToken);
            var table = new Table().AddColumn("kind");
            foreach (var column in new[] { "messages", "precision", "recall", "F1" })
            {
                table.AddColumn(new TableColumn(column).RightAligned());
            }

            static string Three(double x) => x.ToString("F3", CultureInfo.InvariantCulture);
            foreach (var kind in results.Kinds)
            {
                table.AddRow(kind.Kind.ToString(), $"{kind.Examples}", Three(kind.Precision), Three(kind.Recall), Three(kind.F1));
            }

            AnsiConsole.Write(table);
            Console.WriteLine($"messages {results.Examples}, accuracy {Three(results.Accuracy)}, macro-F1 {Three(results.MacroF1)}, log-loss {Three(results.LogLoss)}");
            return 0;
        });
        return command;
    }
}
