namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>
/// Trains a challenger on leads whose deals ended and judges it beside the champion. Pure and repeatable: same history,
/// options and champion give the same weights, bit for bit, on one kind of machine.
/// </summary>
public static class ModelTrainer
{
    /// <summary>Splits, learns, calibrates, judges. Takes seconds for tens of thousands of leads, on one core.</summary>
    /// <param name="history">Leads with an outcome, features as they were known then; of one identity the latest counts.</param>
    /// <param name="options">How.</param>
    /// <param name="champion">The model that serves now.</param>
    /// <param name="now">UTC; becomes the model's date.</param>
    /// <param name="cancel">Stops between steps.</param>
    public static TrainingResult Train(
        IReadOnlyList<LabelledLead> history, TrainingOptions options, ScoringModel champion, DateTime now, CancellationToken cancel)
    {
        var leads = OnePerIdentity(history);
        if (TooFew(leads, options) is { } tooFew)
            return tooFew;
        var split = HistorySplit.Of(leads, options);
        if (split.Train.All(lead => lead.Won) || !split.Train.Any(lead => lead.Won))
            return TooFewWith(leads, 0, 1, 1, 0);
        var chooser = new FieldChooser(split.Train, StarterPrior.Examples);
        var design = new Design(chooser.Choose(), split.Train, StarterPrior.Examples);
        var crossFit = new CrossFit(design, [.. split.Train.Select(lead => lead.Key)], options.Seed);
        var settings = crossFit.Choose(options.PriorWeight, cancel);
        var leftOut = crossFit.LeftOutLogOdds(settings, cancel);
        bool[] won = [.. split.Train.Select(lead => lead.Won)];
        var scale = Platt.Fit(leftOut, won, cancel);
        var fit = crossFit.FitAll(settings, options.Seed, cancel);
        var challenger = new ScoringModel
        {
            Version = champion.Version + 1,
            Kind = ModelKind.Trained,
            TrainedAt = now,
            Intercept = (scale.Slope * design.CentredIntercept(fit.Weights, fit.Intercept)) + scale.Offset,
            BaseRate = won.Average(one => one ? 1.0 : 0.0),
            Fields = [.. design.FieldsWith(fit.Weights).Select(field => field.Scaled(scale.Slope))],
            TrainedOn = won.Length,
            TrainedOnWon = won.AsSpan().Count(true),
        };
        return Judge(challenger, champion, split, new Ranking(leftOut, won), [.. chooser.Notes], options);
    }

    private static Trained Judge(
        ScoringModel challenger, ScoringModel champion, HistorySplit split, Ranking leftOut, List<string> notes, TrainingOptions options)
    {
        if (split.Note is not null)
            notes.Insert(0, split.Note);
        bool[] won = [.. split.Holdout.Select(lead => lead.Won)];
        double[] mine = [.. split.Holdout.Select(lead => challenger.LogOddsOf(lead.Features))];
        double[] theirs = [.. split.Holdout.Select(lead => champion.LogOddsOf(lead.Features))];
        var mineMetrics = MetricsCalculator.Measure(mine, won);
        var theirMetrics = MetricsCalculator.Measure(theirs, won);
        var gate = new PromotionGate(split.Holdout, mine, theirs, mineMetrics, theirMetrics, leftOut, options.Seed);
        return new Trained(challenger with { Metrics = mineMetrics }, mineMetrics, theirMetrics, gate.Decide(), notes);
    }

    /// <summary>The latest of each identity, ordered by identity, so that the order of arrival changes nothing.</summary>
    private static List<LabelledLead> OnePerIdentity(IReadOnlyList<LabelledLead> history) =>
    [
        .. history.GroupBy(lead => lead.Key, StringComparer.Ordinal)
            .Select(group => group.MaxBy(lead => lead.At ?? DateTime.MinValue)!)
            .OrderBy(lead => lead.Key, StringComparer.Ordinal),
    ];

    private static TooFewOutcomes? TooFew(List<LabelledLead> leads, TrainingOptions options)
    {
        var won = leads.Count(lead => lead.Won);
        var dated = leads.Select(lead => lead.At).OfType<DateTime>().ToList();
        var span = dated.Count == 0 ? TimeSpan.Zero : dated.Max() - dated.Min();
        var result = TooFewWith(
            leads,
            Math.Max(0, options.MinLabelled - leads.Count),
            Math.Max(0, options.MinPositive - won),
            Math.Max(0, options.MinNegative - (leads.Count - won)),
            Math.Max(0, (int)Math.Ceiling((options.MinSpan - span).TotalDays)));
        return result.MissingLabelled + result.MissingWon + result.MissingLost + result.MissingDays > 0 ? result : null;
    }

    private static TooFewOutcomes TooFewWith(List<LabelledLead> leads, int labelled, int won, int lost, int days)
    {
        var wins = leads.Count(lead => lead.Won);
        return new TooFewOutcomes(leads.Count, wins, leads.Count - wins, labelled, won, lost, days);
    }
}
