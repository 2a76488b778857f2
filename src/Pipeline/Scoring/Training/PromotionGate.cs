using System.Globalization;

namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>Decides whether a challenger may replace the champion. Both were judged on the same leads.</summary>
internal sealed class PromotionGate(
    IReadOnlyList<LabelledLead> holdout,
    double[] challenger,
    double[] champion,
    ModelMetrics challengerMetrics,
    ModelMetrics championMetrics,
    Ranking leftOut,
    int seed)
{
    private const double AucMayFall = 0.01;
    private const double MostEce = 0.05;
    private const int SegmentSize = 50;
    private const double SegmentMayWorsen = 0.05;

    /// <summary>Standard errors above guessing; by chance it happens once in a thousand times.</summary>
    private const double Certain = 3.1;

    private readonly bool[] _won = [.. holdout.Select(lead => lead.Won)];

    public Verdict Decide()
    {
        var checks = new[] { Learned(), Better(), Brier(), Auc(), Calibration(), BestTenth(), Segments() };
        return new Verdict(checks.All(check => check.Passed), checks);
    }

    /// <summary>On leads left out in training it must beat guessing, else it learned noise.</summary>
    private GateCheck Learned()
    {
        var auc = leftOut.Auc();
        double won = leftOut.Won, lost = leftOut.Count - leftOut.Won;
        var error = Math.Sqrt((won + lost + 1) / (12 * won * lost));
        return auc > 0.5 + (Certain * error)
            ? Pass($"It found what tells won from lost: AUC {auc:0.000} on training leads that were left out.")
            : Fail($"It found nothing that tells won from lost: AUC {auc:0.000} on training leads that were left out, where guessing gives 0.5.");
    }

    private GateCheck Better()
    {
        var brier = championMetrics.Brier - challengerMetrics.Brier;
        var auc = challengerMetrics.Auc - championMetrics.Auc;
        return brier > 1e-6 || auc > 1e-6
            ? Pass($"It is better: Brier {challengerMetrics.Brier:0.0000} after {championMetrics.Brier:0.0000}, AUC {challengerMetrics.Auc:0.000} after {championMetrics.Auc:0.000}.")
            : Fail($"It is no better than the model that serves.");
    }

    private GateCheck Brier() =>
        challengerMetrics.Brier <= championMetrics.Brier
            ? Pass($"Its probabilities are at least as near the outcomes (Brier {challengerMetrics.Brier:0.0000} against {championMetrics.Brier:0.0000}).")
            : Fail($"Its probabilities are farther from the outcomes (Brier {challengerMetrics.Brier:0.0000} against {championMetrics.Brier:0.0000}).");

    private GateCheck Auc()
    {
        var mine = new Ranking(challenger, _won);
        var theirs = new Ranking(champion, _won);
        var (low, high) = Bootstrap.Interval(_won.Length, seed, times => mine.Auc(times) - theirs.Auc(times));
        return low >= -AucMayFall
            ? Pass($"It orders leads as well or better (AUC differs by {low:+0.000;-0.000} to {high:+0.000;-0.000}).")
            : Fail($"It may order leads worse (AUC differs by {low:+0.000;-0.000} to {high:+0.000;-0.000}; down to -0.010 is allowed).");
    }

    /// <summary>ECE at most 0.05, or, on few leads, no more than a perfectly calibrated model would show.</summary>
    private GateCheck Calibration()
    {
        var chance = EceByChance();
        var most = Math.Max(MostEce, chance);
        return challengerMetrics.Ece <= most
            ? Pass($"Its probabilities hold (calibration error {challengerMetrics.Ece:0.000}, {most:0.000} allowed on {_won.Length} leads).")
            : Fail($"Its probabilities are off by {challengerMetrics.Ece:0.000} on average; {most:0.000} is allowed.");
    }

    private GateCheck BestTenth()
    {
        var mine = new Ranking(challenger, _won);
        var theirs = new Ranking(champion, _won);
        var (_, high) = Bootstrap.Interval(_won.Length, seed + 1, times => mine.PrecisionAtTop(0.1, times) - theirs.PrecisionAtTop(0.1, times));
        return high >= 0
            ? Pass($"Of its best tenth {challengerMetrics.PrecisionAtTop10:0.0%} were won, after {championMetrics.PrecisionAtTop10:0.0%}.")
            : Fail($"Of its best tenth only {challengerMetrics.PrecisionAtTop10:0.0%} were won, after {championMetrics.PrecisionAtTop10:0.0%}.");
    }

    private GateCheck Segments()
    {
        (string Name, double Worse)? worst = null;
        var segments = Enumerable.Range(0, holdout.Count)
            .SelectMany(i => holdout[i].Features.Values.Where(value => value.Value.Word is not null).Select(value => (value.Key, Word: value.Value.Word!, i)))
            .GroupBy(one => (one.Key, one.Word), one => one.i)
            .Where(group => group.Count() >= SegmentSize);
        foreach (var segment in segments)
        {
            var worse = segment.Average(i => Square(challenger[i], _won[i]) - Square(champion[i], _won[i]));
            if (worst is null || worse > worst.Value.Worse)
                worst = ($"{ReasonWords.NameOf(segment.Key.Key)}: {ReasonWords.WordOf(segment.Key.Key, segment.Key.Word)}", worse);
        }

        return worst is { } w && w.Worse > SegmentMayWorsen
            ? Fail($"For “{w.Name}” it is worse by {w.Worse:0.000} (Brier); {SegmentMayWorsen:0.00} is allowed.")
            : Pass($"No group of {SegmentSize} leads or more is served worse.");
    }

    /// <summary>The calibration error that one run in twenty exceeds if every probability were exactly right.</summary>
    private double EceByChance()
    {
        var probabilities = Array.ConvertAll(challenger, LogOdds.Sigmoid);
        var order = Ranking.StableOrder(probabilities);
        var errors = new double[200];
        var state = SeededHash.Mix((ulong)seed + 2);
        var drawn = new bool[order.Length];
        double[] sorted = [.. order.Select(i => probabilities[i])];
        for (var draw = 0; draw < errors.Length; draw++)
        {
            for (var i = 0; i < drawn.Length; i++)
            {
                state += 0x9E3779B97F4A7C15UL;
                drawn[i] = (SeededHash.Mix(state) >> 11) * (1.0 / (1UL << 53)) < sorted[i];
            }

            errors[draw] = MetricsCalculator.Ece(MetricsCalculator.Groups(sorted, drawn));
        }

        Array.Sort(errors);
        return errors[(int)(0.95 * errors.Length)];
    }

    private static double Square(double logOdds, bool won)
    {
        var error = LogOdds.Sigmoid(logOdds) - (won ? 1 : 0);
        return error * error;
    }

    private static GateCheck Pass(FormattableString reason) => new(true, reason.ToString(CultureInfo.InvariantCulture));

    private static GateCheck Fail(FormattableString reason) => new(false, reason.ToString(CultureInfo.InvariantCulture));
}
