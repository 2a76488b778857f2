using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Tests.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Intent;

public class IntentTrainingTests
{
    [Fact]
    public void Has_many_messages_of_every_kind_and_language()
    {
        var examples = IntentExamples.LoadLabelled();

        examples.Select(example => example.Text).Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(examples.Count);
        foreach (var kind in Enum.GetValues<IntentKind>())
        {
            var ofKind = examples.Where(example => example.Kind == kind).ToList();
            ofKind.Count.ShouldBeGreaterThanOrEqualTo(75);
            ofKind.Count(example => example.Language == "de").ShouldBeGreaterThanOrEqualTo(8);
            ofKind.Count(example => example.Language == "fr").ShouldBeGreaterThanOrEqualTo(6);
            ofKind.Count(example => example.Language == "es").ShouldBeGreaterThanOrEqualTo(6);
            ofKind.ShouldAllBe(example => !example.Also.Contains(kind));
        }
    }

    [Fact]
    public async Task Learns_from_four_fifths_to_read_the_last_fifth()
    {
        var examples = IntentExamples.LoadLabelled();
        var samples = await IntentTrainer.SampleAsync(examples, Encoders.UseLite, CancellationToken.None);
        var seen = samples.Where((_, i) => i % 5 != 0).ToList();
        var unseen = samples.Where((_, i) => i % 5 == 0).Select(sample => sample.Example).ToList();

        var classifier = new IntentClassifier(IntentTrainer.Fit(seen, "use-lite-1", new IntentTrainerOptions(), temperature: 1));

        (await IntentEvaluation.MeasureAsync(unseen, Encoders.UseLite, classifier)).MacroF1.ShouldBeGreaterThan(0.80);
    }

    [Fact]
    public async Task Reads_messages_of_another_author()
    {
        using var file = new StreamReader(Path.Combine(AppContext.BaseDirectory, "Intent", "Fixtures", "intent-holdout.csv"));
        var results = await IntentEvaluation.MeasureAsync(IntentExamples.Read(file), Encoders.UseLite, new IntentClassifier(IntentModel.Default));

        TestContext.Current.TestOutputHelper?.WriteLine(IntentReport.Text(results));
        results.MacroF1.ShouldBeGreaterThan(0.80);
    }

    [Fact]
    public async Task Gives_honest_probabilities_to_messages_of_another_author()
    {
        using var file = new StreamReader(Path.Combine(AppContext.BaseDirectory, "Intent", "Fixtures", "intent-holdout.csv"));
        var examples = IntentExamples.Read(file);
        var samples = await IntentTrainer.SampleAsync(examples, Encoders.UseLite, CancellationToken.None);
        var readings = new IntentClassifier(IntentModel.Default).Read(
            [.. samples.Select(sample => new IntentText(sample.Example.Text, null, sample.Vector))]);

        var confidence = readings.Average(reading => reading.Probabilities[reading.Kind]);
        var accuracy = readings.Zip(examples).Average(pair => pair.First.Kind == pair.Second.Kind ? 1.0 : 0.0);
        confidence.ShouldBe(accuracy, 0.08);
    }

    [Fact]
    public void Measures_precision_recall_and_macro_F1()
    {
        var results = IntentEvaluation.Measure(
        [
            Prediction(IntentKind.Support, IntentKind.Support),
            Prediction(IntentKind.Support, IntentKind.Other),
            Prediction(IntentKind.Other, IntentKind.Other),
        ],
            temperature: 1);

        results.Kinds.Count.ShouldBe(2);
        results.Kinds[0].ShouldBe(new IntentKindResult(IntentKind.Support, 2, 1, 0.5, 2.0 / 3));
        results.Kinds[1].ShouldBe(new IntentKindResult(IntentKind.Other, 1, 0.5, 1, 2.0 / 3));
        results.MacroF1.ShouldBe(2.0 / 3, 1e-9);
        results.Accuracy.ShouldBe(2.0 / 3, 1e-9);
        results.Confusion[(int)IntentKind.Support][(int)IntentKind.Other].ShouldBe(1);
    }

    private static IntentPrediction Prediction(IntentKind truth, IntentKind read)
    {
        var logOdds = new double[IntentModel.Kinds];
        logOdds[(int)read] = 5;
        return new IntentPrediction(new IntentExample("text", truth, []), logOdds);
    }
}
