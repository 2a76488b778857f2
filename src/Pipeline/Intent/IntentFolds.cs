namespace LeadGen.Pipeline.Intent;

/// <summary>Log-odds of a message that the model had not seen, and its true kind.</summary>
internal sealed record IntentPrediction(IntentExample Example, double[] LogOdds);

/// <summary>Stratified cross-validation: every part has every kind and language in the proportion of the whole.</summary>
internal static class IntentFolds
{
    /// <summary>Predictions for every example by a model that was trained without the example's part.</summary>
    public static IReadOnlyList<IntentPrediction> Predict(
        IReadOnlyList<IntentSample> samples, string encoderId, IntentTrainerOptions options, CancellationToken cancellationToken)
    {
        var parts = Parts(samples, options.Folds);
        var predictions = new IntentPrediction[samples.Count];
        for (var part = 0; part < options.Folds; part++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var others = samples.Where((_, i) => parts[i] != part).ToList();
            if (others.Count == 0)
            {
                others.AddRange(samples);
            }

            var classifier = new IntentClassifier(IntentTrainer.Fit(others, encoderId, options, temperature: 1));
            for (var i = 0; i < samples.Count; i++)
            {
                if (parts[i] == part)
                {
                    predictions[i] = new IntentPrediction(samples[i].Example, classifier.LogOdds(samples[i].Example.Text, samples[i].Vector));
                }
            }
        }

        return predictions;
    }

    /// <summary>The part of each example. Examples of one kind and language are dealt out in an order that a fixed seed shuffles.</summary>
    private static int[] Parts(IReadOnlyList<IntentSample> samples, int folds)
    {
        var parts = new int[samples.Count];
        var next = 0;
        var random = new Random(7);
        var groups = samples.Index()
            .GroupBy(item => (item.Item.Example.Kind, item.Item.Example.Language))
            .OrderBy(group => group.Key.Kind)
            .ThenBy(group => group.Key.Language, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            var places = group.Select(item => item.Index).ToArray();
            random.Shuffle(places);
            foreach (var place in places)
            {
                parts[place] = next++ % folds;
            }
        }

        return parts;
    }
}
