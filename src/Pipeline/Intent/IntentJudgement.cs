namespace LeadGen.Pipeline.Intent;

/// <summary>A person said whether a text has an intent; it outweighs the classifier for this text and kind.</summary>
/// <param name="Source">The text: <c>message</c>, <c>notes</c>, <c>reply</c>.</param>
/// <param name="TextHash">Names its words, see <see cref="NewIntent.TextHash"/>.</param>
/// <param name="Kind">The intent.</param>
/// <param name="Holds">True: the text has it, for certain. False: it has not.</param>
/// <param name="WrittenAt">When the words were written, UTC: for a text in which nothing was read.</param>
public sealed record IntentJudgement(string Source, string TextHash, IntentKind Kind, bool Holds, DateTime WrittenAt);

/// <summary>What texts say once people's judgements of them are heard.</summary>
public static class IntentJudgements
{
    /// <summary>
    /// Signals without those that a person denied; those that a person confirmed have strength 1, and one that nobody read in the text is
    /// added with the words and the day of the text's strongest signal.
    /// </summary>
    /// <param name="read">What the classifier read, each with its text.</param>
    /// <param name="judgements">Of the same lead; at most one for a text and kind.</param>
    public static IReadOnlyList<NewIntent> Apply(IReadOnlyList<NewIntent> read, IReadOnlyList<IntentJudgement> judgements)
    {
        if (judgements.Count == 0)
            return read;
        var kept = new List<NewIntent>(read.Count + judgements.Count);
        foreach (var intent in read)
        {
            var judgement = judgements.FirstOrDefault(j => IsOf(j, intent) && j.Kind == intent.Signal.Kind);
            if (judgement is null)
                kept.Add(intent);
            else if (judgement.Holds)
                kept.Add(intent with { Signal = intent.Signal with { Strength = 1 } });
        }

        foreach (var judgement in judgements.Where(j => j.Holds && !read.Any(i => IsOf(j, i) && i.Signal.Kind == j.Kind)))
        {
            var beside = read.Where(i => IsOf(judgement, i)).OrderByDescending(i => i.Signal.Strength).FirstOrDefault()?.Signal;
            var signal = new IntentSignal(judgement.Kind, 1, beside?.ObservedAt ?? judgement.WrittenAt, beside?.Evidence ?? "", judgement.Source);
            kept.Add(new NewIntent(signal, judgement.TextHash));
        }

        return kept;
    }

    private static bool IsOf(IntentJudgement judgement, NewIntent intent) =>
        judgement.Source == intent.Signal.Source && judgement.TextHash == intent.TextHash;
}
