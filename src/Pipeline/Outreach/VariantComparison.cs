namespace LeadGen.Pipeline.Outreach;

/// <summary>
/// Says which of several wordings has the highest true share, and how sure that is. Method: Bayesian and exact but for the integral. What is
/// known of a share of <c>h</c> hits in <c>n</c> is Beta(1 + h, 1 + n − h), a uniform prior; the wordings are independent; the chance that one
/// is the best of all is the integral of its density times the distribution functions of the others, by the trapezoid rule. The same counts
/// always give the same answer. Few mails decide nothing: below <see cref="FewestEach"/> for each wording no winner is named.
/// </summary>
public static class VariantComparison
{
    /// <summary>Mails of each wording before one is called better: a uniform prior alone would crown two answers to two mails.</summary>
    public const int FewestEach = 30;

    /// <summary>From this chance on it is settled.</summary>
    public const double Settled = 0.95;

    /// <summary>From this chance on one is said to be ahead.</summary>
    public const double Ahead = 0.8;

    /// <summary>A difference for which more mails than this are missing is not waited for.</summary>
    private const int LongestWait = 2_000;

    /// <summary>Quantile of the normal distribution at <see cref="Settled"/>.</summary>
    private const double Z = 1.644854;

    private const int Points = 16_384;

    /// <param name="shares">Hits and mails of each wording; at least one.</param>
    public static ComparisonVerdict Of(IReadOnlyList<ShareEstimate> shares)
    {
        if (shares.Count < 2)
            return new ComparisonVerdict(ComparisonState.NothingToCompare, 0, 1, 0);
        var chances = ChancesOfBest(shares);
        var best = Enumerable.Range(0, shares.Count).MaxBy(i => chances[i]);
        var rival = Enumerable.Range(0, shares.Count).Where(i => i != best).MaxBy(i => Mean(shares[i]));
        var fewest = shares.Min(s => s.Of);
        if (fewest >= FewestEach && chances[best] >= Settled)
            return new ComparisonVerdict(ComparisonState.Settled, best, chances[best], 0);
        var (needed, worthwhile) = Needed(shares[best], shares[rival]);
        var more = Round(Math.Max(needed, FewestEach) - fewest);
        return fewest >= FewestEach && chances[best] >= Ahead && needed - fewest <= LongestWait
            ? new ComparisonVerdict(ComparisonState.Ahead, best, chances[best], more)
            : needed - fewest <= LongestWait ? new ComparisonVerdict(ComparisonState.TooEarly, best, chances[best], more)
            : fewest >= worthwhile ? new ComparisonVerdict(ComparisonState.Alike, best, chances[best], 0)
            : new ComparisonVerdict(ComparisonState.TooEarly, best, chances[best], Round(worthwhile - fewest));
    }

    /// <summary>For each wording the chance that its true share is the highest of all; together 1.</summary>
    public static IReadOnlyList<double> ChancesOfBest(IReadOnlyList<ShareEstimate> shares)
    {
        // Ten standard deviations around each mean hold all that counts; a finer grid there is worth more than the empty rest.
        var low = Math.Max(0, shares.Min(s => Mean(s) - (10 * Deviation(s))));
        var high = Math.Min(1, shares.Max(s => Mean(s) + (10 * Deviation(s))));
        var density = shares.Select(s => Density(s, low, high)).ToList();
        var below = density.Select(Cumulated).ToList();
        var chances = new double[shares.Count];
        for (var i = 0; i < shares.Count; i++)
        {
            for (var x = 0; x <= Points; x++)
            {
                var term = density[i][x] * (x is 0 or Points ? 0.5 : 1);
                for (var j = 0; j < shares.Count && term > 0; j++)
                    term *= j == i ? 1 : below[j][x];
                chances[i] += term;
            }
        }

        var all = chances.Sum();
        return [.. chances.Select(c => c / all)];
    }

    /// <summary>Densities at the points, scaled so that the trapezoid rule gives 1.</summary>
    private static double[] Density(ShareEstimate share, double low, double high)
    {
        var (hits, misses) = (share.Hits, share.Of - share.Hits);
        var logs = new double[Points + 1];
        for (var i = 0; i <= Points; i++)
        {
            var x = low + ((high - low) * i / Points);
            logs[i] = (hits == 0 ? 0 : hits * Math.Log(x)) + (misses == 0 ? 0 : misses * Math.Log(1 - x));
        }

        var top = logs.Max();
        var values = logs.Select(l => Math.Exp(l - top)).ToArray();
        var sum = values.Sum() - ((values[0] + values[^1]) / 2);
        return [.. values.Select(v => v / sum)];
    }

    private static double[] Cumulated(double[] density)
    {
        var below = new double[density.Length];
        for (var i = 1; i < density.Length; i++)
            below[i] = below[i - 1] + ((density[i - 1] + density[i]) / 2);
        return below;
    }

    /// <summary>
    /// Mails of each wording after which a difference like today's is settled, and after which a difference worth knowing (half of the share,
    /// two points at least) would have been; by the normal approximation.
    /// </summary>
    private static (double Today, double Worthwhile) Needed(ShareEstimate one, ShareEstimate other)
    {
        var (p, q) = (Mean(one), Mean(other));
        var spread = (p * (1 - p)) + (q * (1 - q));
        return (Z * Z * spread / Math.Pow(p - q, 2), Z * Z * spread / Math.Pow(Math.Max((p + q) / 4, 0.02), 2));
    }

    private static double Mean(ShareEstimate share) => (share.Hits + 1.0) / (share.Of + 2.0);

    private static double Deviation(ShareEstimate share) => Math.Sqrt(Mean(share) * (1 - Mean(share)) / (share.Of + 3.0));

    private static int Round(double mails) => Math.Max(10, (int)Math.Ceiling(mails / 10) * 10);
}

/// <summary>What a comparison came to.</summary>
/// <param name="Best">Place of the wording that leads, from 0.</param>
/// <param name="Chance">That it truly is the best, 0 to 1.</param>
/// <param name="More">Mails of each wording that are still missing, about; 0 when none.</param>
public sealed record ComparisonVerdict(ComparisonState State, int Best, double Chance, int More);

public enum ComparisonState
{
    NothingToCompare,
    TooEarly,

    /// <summary>One leads, not beyond doubt.</summary>
    Ahead,
    Settled,

    /// <summary>A difference worth knowing would have shown by now.</summary>
    Alike,
}
