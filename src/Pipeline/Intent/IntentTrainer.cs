using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace LeadGen.Pipeline.Intent;

/// <summary>
/// Trains the intent classifier: a multinomial logistic regression over the sentence vector and the words. The same examples,
/// encoder and options give the same weights (one thread, no chance).
/// </summary>
public static class IntentTrainer
{
    /// <summary>Trains on all examples; the temperature is fitted on predictions for parts that were left out.</summary>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    public static async Task<IntentModel> TrainAsync(
        IReadOnlyList<IntentExample> examples,
        IEmbeddingGenerator<string, Embedding<float>> encoder,
        IntentTrainerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var samples = await SampleAsync(examples, encoder, cancellationToken).ConfigureAwait(false);
        var encoderId = (encoder.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata)?.DefaultModelId ?? "unknown";
        return await Task.Run(() => Train(samples, encoderId, options ?? new IntentTrainerOptions(), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Examples with their vectors.</summary>
    internal static async Task<IReadOnlyList<IntentSample>> SampleAsync(
        IReadOnlyList<IntentExample> examples, IEmbeddingGenerator<string, Embedding<float>> encoder, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(examples.Count, nameof(examples));
        var vectors = await encoder.GenerateAsync(examples.Select(example => example.Text), cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        return [.. examples.Zip(vectors, (example, vector) => new IntentSample(example, vector.Vector))];
    }

    internal static IntentModel Train(
        IReadOnlyList<IntentSample> samples, string encoderId, IntentTrainerOptions options, CancellationToken cancellationToken)
    {
        var temperature = IntentTemperature.Fit(IntentFolds.Predict(samples, encoderId, options, cancellationToken));
        return Fit(samples, encoderId, options, temperature);
    }

    /// <summary>Fits the weights without fitting the temperature.</summary>
    internal static IntentModel Fit(IReadOnlyList<IntentSample> samples, string encoderId, IntentTrainerOptions options, float temperature)
    {
        var space = options.Space with { Dimensions = samples[0].Vector.Length };
        var features = IntentFeatures.Count(space, IntentCues.Default);
        var rows = Rows(samples, space, options);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);

        var context = new MLContext(seed: 7);
        var trainer = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = nameof(Row.Label),
            FeatureColumnName = nameof(Row.Features),
            ExampleWeightColumnName = nameof(Row.Weight),
            L1Regularization = 0,
            L2Regularization = options.L2,
            OptimizationTolerance = 1e-6f,
            MaximumNumberOfIterations = options.Rounds,
            NumberOfThreads = 1,
        });
        var fitted = trainer.Fit(context.Data.LoadFromEnumerable(rows, schema)).Model;
        return new IntentModel(encoderId, space, temperature, [.. fitted.GetBiases()], Weights(fitted, features));
    }

    /// <summary>A message with several kinds stands there once for each, with shared weight.</summary>
    private static List<Row> Rows(IReadOnlyList<IntentSample> samples, IntentFeatureSpace space, IntentTrainerOptions options)
    {
        var counts = samples.CountBy(sample => sample.Example.Kind).ToDictionary(count => count.Key, count => count.Value);
        var mean = (float)samples.Count / counts.Count;
        var rows = new List<Row>(samples.Count);
        foreach (var (example, vector) in samples)
        {
            var features = Features(example.Text, vector, space);
            var share = MathF.Pow(mean / counts[example.Kind], options.Balance) / (1 + (options.AlsoWeight * example.Also.Count));
            rows.Add(new Row { Features = features, Label = (uint)example.Kind, Weight = share });
            rows.AddRange(example.Also.Select(kind =>
                new Row { Features = features, Label = (uint)kind, Weight = share * options.AlsoWeight }));
        }

        return rows;
    }

    private static VBuffer<float> Features(string text, ReadOnlyMemory<float> vector, IntentFeatureSpace space)
    {
        var words = IntentWords.Split(text);
        var lexical = new SortedList<int, float>();
        IntentFeatures.AddCues(words, IntentCues.Default.Find(words), space, IntentCues.Default, lexical);
        IntentFeatures.AddWords(words, 0, words.Count, space, IntentCues.Default, lexical);
        var values = new float[vector.Length + lexical.Count];
        var places = new int[values.Length];
        for (var i = 0; i < vector.Length; i++)
        {
            (places[i], values[i]) = (i, vector.Span[i] * space.VectorScale);
        }

        lexical.Keys.CopyTo(places, vector.Length);
        lexical.Values.CopyTo(values, vector.Length);
        return new VBuffer<float>(IntentFeatures.Count(space, IntentCues.Default), values.Length, values, places);
    }

    private static float[] Weights(MaximumEntropyModelParameters fitted, int features)
    {
        var perKind = default(VBuffer<float>[]);
        fitted.GetWeights(ref perKind, out var kinds);
        var weights = new float[features * IntentModel.Kinds];
        for (var kind = 0; kind < kinds; kind++)
        {
            foreach (var (feature, weight) in perKind[kind].Items())
            {
                weights[(feature * IntentModel.Kinds) + kind] = weight;
            }
        }

        return weights;
    }

    private sealed class Row
    {
        public VBuffer<float> Features { get; set; }

        /// <summary>The kind's own number; the count below is that of <see cref="IntentKind"/>.</summary>
        [KeyType(14)]
        public uint Label { get; set; }

        public float Weight { get; set; }
    }
}

/// <summary>An example with its vector.</summary>
internal sealed record IntentSample(IntentExample Example, ReadOnlyMemory<float> Vector);
