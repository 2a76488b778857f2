namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>History in two parts that share no identity.</summary>
/// <param name="Train">To learn from.</param>
/// <param name="Holdout">To judge on.</param>
/// <param name="Note">Said when the split is not the one asked for.</param>
internal sealed record HistorySplit(IReadOnlyList<LabelledLead> Train, IReadOnlyList<LabelledLead> Holdout, string? Note)
{
    /// <summary>Fewer of either outcome in the holdout say nothing.</summary>
    public const int LeastOfEach = 10;

    public static HistorySplit Of(IReadOnlyList<LabelledLead> history, TrainingOptions options)
    {
        if (options.Split == SplitKind.Random || history.All(lead => lead.At is null))
            return ByHash(history, options, null);
        var byTime = ByTime(history, options);
        return LeastOf(byTime.Holdout) >= LeastOfEach && LeastOf(byTime.Train) >= LeastOfEach
            ? byTime
            : ByHash(
                history, options,
                "The newest part of the history holds too few won or too few lost leads to judge on, so the holdout was drawn at random.");
    }

    private static HistorySplit ByTime(IReadOnlyList<LabelledLead> history, TrainingOptions options)
    {
        var dated = history.Where(lead => lead.At is not null)
            .OrderBy(lead => lead.At).ThenBy(lead => lead.Key, StringComparer.Ordinal).ToList();
        var border = (int)Math.Round(dated.Count * (1 - options.Holdout));
        var undated = ByHash([.. history.Where(lead => lead.At is null)], options, null);
        return new HistorySplit([.. dated[..border], .. undated.Train], [.. dated[border..], .. undated.Holdout], null);
    }

    private static HistorySplit ByHash(IReadOnlyList<LabelledLead> history, TrainingOptions options, string? note)
    {
        var parts = history.ToLookup(lead => SeededHash.Fraction(lead.Key, options.Seed) < options.Holdout);
        return new HistorySplit([.. parts[false]], [.. parts[true]], note);
    }

    private static int LeastOf(IReadOnlyList<LabelledLead> leads)
    {
        var won = leads.Count(lead => lead.Won);
        return Math.Min(won, leads.Count - won);
    }
}
