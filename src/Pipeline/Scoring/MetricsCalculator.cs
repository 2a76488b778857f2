namespace LeadGen.Pipeline.Scoring;

/// <summary>Measures foretold log-odds against outcomes.</summary>
public static class MetricsCalculator
{
    /// <summary>All measures at once.</summary>
    /// <param name="logOdds">One for every lead.</param>
    /// <param name="won">How it ended, in the same order; both outcomes must occur.</param>
    /// <exception cref="ArgumentException">The lengths differ, or one of the outcomes does not occur.</exception>
    public static ModelMetrics Measure(ReadOnlySpan<double> logOdds, ReadOnlySpan<bool> won)
    {
        var wins = Ranking.CountWon(won);
        if (logOdds.Length != won.Length || wins == 0 || wins == won.Length)
            throw new ArgumentException("Metrics need as many outcomes as scores, with won and lost among them.");
        var ranking = new Ranking(logOdds, won);
        double loss = 0, squares = 0;
        var probabilities = new double[won.Length];
        for (var i = 0; i < won.Length; i++)
        {
            probabilities[i] = LogOdds.Sigmoid(logOdds[i]);
            var error = probabilities[i] - (won[i] ? 1 : 0);
            squares += error * error;
            loss += LogOdds.Loss(won[i] ? logOdds[i] : -logOdds[i]);
        }

        var groups = Groups(probabilities, won);
        return new ModelMetrics(
            won.Length, wins, ranking.Auc(), ranking.AveragePrecision(), loss / won.Length, squares / won.Length,
            Ece(groups), ranking.PrecisionAtTop(0.1), groups,
            [.. Enumerable.Range(1, 10).Select(tenth => ranking.ShareFoundInTop(tenth / 10.0))]);
    }

    /// <summary>Expected calibration error: the mean distance of foretold and happened, weighted by group size.</summary>
    public static double Ece(IReadOnlyList<CalibrationGroup> groups) =>
        groups.Sum(group => group.Count * Math.Abs(group.Foretold - group.Happened)) / groups.Sum(group => group.Count);

    /// <summary>At most <paramref name="count"/> groups of equal size, ascending by probability; equal probabilities stay in order.</summary>
    public static IReadOnlyList<CalibrationGroup> Groups(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> won, int count = 10)
    {
        var order = Ranking.StableOrder(probabilities);
        var groups = new List<CalibrationGroup>(count);
        for (var g = 0; g < count; g++)
        {
            var from = (int)((long)g * order.Length / count);
            var to = (int)((long)(g + 1) * order.Length / count);
            if (from == to)
                continue;
            double foretold = 0, happened = 0;
            for (var k = from; k < to; k++)
            {
                foretold += probabilities[order[k]];
                happened += won[order[k]] ? 1 : 0;
            }

            groups.Add(new CalibrationGroup(to - from, foretold / (to - from), happened / (to - from)));
        }

        return groups;
    }
}
