using Microsoft.Extensions.AI;

namespace LeadGen.Pipeline.Intent;

/// <summary>How well one kind is recognised; each figure 0-1.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Examples">Messages of this kind.</param>
/// <param name="Precision">Share of the messages read as this kind that are; 0 when none is read so.</param>
/// <param name="Recall">Share of the messages of this kind that are read as it.</param>
/// <param name="F1">Harmonic mean of both.</param>
public sealed record IntentKindResult(IntentKind Kind, int Examples, double Precision, double Recall, double F1);

/// <summary>How well a classifier reads labelled messages by their strongest kind.</summary>
/// <param name="Examples">Messages read.</param>
/// <param name="Accuracy">Share read right.</param>
/// <param name="MacroF1">Mean F1 of the kinds that have messages.</param>
/// <param name="LogLoss">Mean negative logarithm of the probability given to the true kind.</param>
/// <param name="Kinds">One entry for every kind that has messages.</param>
/// <param name="Confusion">Messages of the kind of the row that were read as the kind of the column.</param>
public sealed record IntentResults(
    int Examples,
    double Accuracy,
    double MacroF1,
    double LogLoss,
    IReadOnlyList<IntentKindResult> Kinds,
    IReadOnlyList<IReadOnlyList<int>> Confusion);

/// <summary>Measures intent classifiers.</summary>
public static class IntentEvaluation
{
    /// <summary>
    /// Stratified k-fold cross-validation of training on <paramref name="examples"/>: each message is read by a model that has
    /// not seen it. The log loss is at the temperature fitted on the same predictions.
    /// </summary>
    public static async Task<IntentResults> CrossValidateAsync(
        IReadOnlyList<IntentExample> examples,
        IEmbeddingGenerator<string, Embedding<float>> encoder,
        IntentTrainerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var samples = await IntentTrainer.SampleAsync(examples, encoder, cancellationToken).ConfigureAwait(false);
        var predictions = await Task.Run(
            () => IntentFolds.Predict(samples, "cross-validation", options ?? new IntentTrainerOptions(), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return Measure(predictions, IntentTemperature.Fit(predictions));
    }

    /// <summary>Reads examples that <paramref name="classifier"/> has not seen.</summary>
    public static async Task<IntentResults> MeasureAsync(
        IReadOnlyList<IntentExample> examples,
        IEmbeddingGenerator<string, Embedding<float>> encoder,
        IntentClassifier classifier,
        CancellationToken cancellationToken = default)
    {
        var samples = await IntentTrainer.SampleAsync(examples, encoder, cancellationToken).ConfigureAwait(false);
        return Measure(
            [.. samples.Select(sample => new IntentPrediction(sample.Example, classifier.LogOdds(sample.Example.Text, sample.Vector)))],
            classifier.Model.Temperature);
    }

    internal static IntentResults Measure(IReadOnlyList<IntentPrediction> predictions, double temperature)
    {
        var confusion = Enumerable.Range(0, IntentModel.Kinds).Select(_ => new int[IntentModel.Kinds]).ToArray();
        foreach (var (example, logOdds) in predictions)
        {
            confusion[(int)example.Kind][Array.IndexOf(logOdds, logOdds.Max())]++;
        }

        var kinds = Enum.GetValues<IntentKind>().Select(kind => Result(kind, confusion)).Where(result => result.Examples > 0).ToList();
        return new IntentResults(
            predictions.Count,
            (double)confusion.Select((row, i) => row[i]).Sum() / predictions.Count,
            kinds.Average(result => result.F1),
            IntentTemperature.Loss(predictions, temperature),
            kinds,
            confusion);
    }

    private static IntentKindResult Result(IntentKind kind, int[][] confusion)
    {
        var right = confusion[(int)kind][(int)kind];
        var examples = confusion[(int)kind].Sum();
        var read = confusion.Sum(row => row[(int)kind]);
        return new IntentKindResult(
            kind,
            examples,
            read == 0 ? 0 : (double)right / read,
            examples == 0 ? 0 : (double)right / examples,
            examples + read == 0 ? 0 : 2.0 * right / (examples + read));
    }
}
