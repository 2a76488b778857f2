namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>Platt's scale: calibrated log-odds = slope × log-odds + offset.</summary>
internal readonly record struct Platt(double Slope, double Offset)
{
    /// <summary>Fits the scale on leads that the log-odds were not learned from.</summary>
    public static Platt Fit(IReadOnlyList<double> logOdds, IReadOnlyList<bool> won, CancellationToken cancel)
    {
        var examples = new SparseExamples(1);
        for (var i = 0; i < logOdds.Count; i++)
            examples.Add([(0, logOdds[i])], won[i], 1);

        var fit = NewtonSolver.Solve(
            examples, [.. Enumerable.Range(0, examples.Rows)], _ => 1, [1e-6], new LogisticWeights([1], 0), 1e-10, cancel);

        // A slope below 0 means that nothing was learned; the model then says the same of every lead.
        return fit.Weights[0] > 0 ? new Platt(fit.Weights[0], fit.Intercept) : new Platt(0, LogOdds.Of(won.Average(one => one ? 1.0 : 0.0)));
    }
}
