using LeadGen.Pipeline.Scoring;

namespace LeadGen.Portal.Leads;

/// <summary>A score as a row of bars, each beginning where the one before it ended.</summary>
/// <param name="Base">Where every lead starts, 0-100, as shown.</param>
/// <param name="Steps">The reasons, largest first.</param>
/// <param name="Total">The score, as shown: base and the points of all steps make it up exactly.</param>
public sealed record Waterfall(int Base, IReadOnlyList<WaterfallStep> Steps, int Total)
{
    /// <param name="score">The score to show.</param>
    /// <param name="say">A contribution in words.</param>
    /// <param name="most">Steps at most; the reasons beyond are one step together.</param>
    /// <remarks>Points are differences of the rounded running value, so that what is shown adds up to the point.</remarks>
    public static Waterfall Of(LeadScore score, Func<ScoreContribution, string> say, int most = 9)
    {
        var steps = new List<WaterfallStep>();
        var running = score.Base;
        var shown = score.Contributions.Count <= most ? score.Contributions.Count : most - 1;
        foreach (var contribution in score.Contributions.Take(shown))
        {
            steps.Add(Step(say(contribution), running, running + contribution.Points));
            running += contribution.Points;
        }

        var rest = score.Contributions.Skip(shown).ToList();
        if (rest.Count > 0)
        {
            steps.Add(Step($"{rest.Count} smaller reasons", running, running + rest.Sum(c => c.Points)));
        }

        return new Waterfall(Whole(score.Base), steps, Whole(score.Value));
    }

    private static WaterfallStep Step(string label, double from, double to) => new(label, from, to, Whole(to) - Whole(from));

    private static int Whole(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);
}

/// <summary>One bar.</summary>
/// <param name="Label">The reason in words.</param>
/// <param name="From">Running value before it, 0-100.</param>
/// <param name="To">Running value after it.</param>
/// <param name="Points">What it adds, as shown.</param>
public sealed record WaterfallStep(string Label, double From, double To, int Points);
