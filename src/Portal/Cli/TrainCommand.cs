using System.CommandLine;
using System.Globalization;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Pipeline.Scoring;
using LeadGen.Pipeline.Scoring.Training;
using Spectre.Console;

namespace LeadGen.Portal.Cli;

/// <summary><c>train SLUG [--split time|random --holdout 0.2 --seed 7]</c>: exit 0 when it trained, 4 when there are too few outcomes.</summary>
public static class TrainCommand
{
    private const int TooFew = 4;

    public static Command Create()
    {
        var slug = new Argument<string>("slug") { Description = "The tenant." };
        var split = new Option<SplitKind>("--split") { Description = "How the holdout is chosen.", DefaultValueFactory = _ => SplitKind.Time };
        var holdout = new Option<double>("--holdout") { Description = "Its share, 0.05 to 0.5.", DefaultValueFactory = _ => 0.2 };
        var seed = new Option<int>("--seed") { Description = "Fixes every draw.", DefaultValueFactory = _ => 7 };
        var command = new Command("train", "Trains the tenant's model now, as the nightly job does.") { slug, split, holdout, seed };
        command.Runs(workers: false, async (parsed, host, cancellationToken) =>
        {
            var share = parsed.GetValue(holdout);
            if (share is < 0.05 or > 0.5)
            {
                throw new CommandProblem("--holdout is a share between 0.05 and 0.5.");
            }

            var tenant = await host.TenantAsync(parsed.GetValue(slug)!, cancellationToken);
            var options = new TrainingOptions { Split = parsed.GetValue(split), Holdout = share, Seed = parsed.GetValue(seed) };
            var result = await host.InTenantAsync(
                tenant, services => services.GetRequiredService<ScoringTraining>().RunAsync(options, cancellationToken), cancellationToken);
            return Print(result);
        });
        return command;
    }

    private static int Print(TrainingResult result)
    {
        if (result is TooFewOutcomes few)
        {
            Console.Error.WriteLine(few.Sentence);
            return TooFew;
        }

        var trained = (Trained)result;
        var table = new Table().AddColumn("").AddColumn(new TableColumn("champion").RightAligned())
            .AddColumn(new TableColumn("challenger").RightAligned());
        void Row(string name, Func<ModelMetrics, double> metric) => table.AddRow(
            name,
            metric(trained.ChampionMetrics).ToString("F4", CultureInfo.InvariantCulture),
            metric(trained.ChallengerMetrics).ToString("F4", CultureInfo.InvariantCulture));
        Row("AUC", m => m.Auc);
        Row("PR-AUC", m => m.PrAuc);
        Row("log-loss", m => m.LogLoss);
        Row("Brier", m => m.Brier);
        Row("ECE", m => m.Ece);
        AnsiConsole.Write(table);
        Console.WriteLine(trained.Verdict.Promoted ? "verdict: promoted" : "verdict: not promoted");
        foreach (var reason in trained.Verdict.Reasons.Concat(trained.Notes))
        {
            Console.WriteLine($"  {reason}");
        }

        return 0;
    }
}
