namespace LeadGen.Pipeline.Intent;

/// <summary>Makes probabilities honest with a single number that divides all log-odds (Guo et al. 2017).</summary>
internal static class IntentTemperature
{
    private const double Lowest = 0.2;
    private const double Highest = 5;

    /// <summary>The temperature with the least mean log loss, by golden-section search.</summary>
    public static float Fit(IReadOnlyList<IntentPrediction> predictions)
    {
        var golden = (Math.Sqrt(5) - 1) / 2;
        var (low, high) = (Lowest, Highest);
        while (high - low > 1e-4)
        {
            var (left, right) = (high - (golden * (high - low)), low + (golden * (high - low)));
            if (Loss(predictions, left) < Loss(predictions, right))
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }

        return (float)((low + high) / 2);
    }

    /// <summary>Mean log loss.</summary>
    public static double Loss(IReadOnlyList<IntentPrediction> predictions, double temperature) =>
        predictions.Average(prediction =>
            -Math.Log(Math.Max(1e-12, IntentClassifier.Softmax(prediction.LogOdds, temperature)[(int)prediction.Example.Kind])));
}
