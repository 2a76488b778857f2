namespace LeadGen.Pipeline.Intent;

/// <summary>What is kept of a reading: the intents that are likely enough.</summary>
public static class IntentSignals
{
    /// <summary>
    /// A signal for every kind but <see cref="IntentKind.Other"/> with at least <see cref="IntentClassifier.Shown"/>, strongest
    /// first.
    /// </summary>
    /// <param name="reading">Of one text.</param>
    /// <param name="observedAt">When the words were written, UTC.</param>
    /// <param name="source">The text they stand in: <c>message</c>, <c>notes</c>, <c>reply</c>.</param>
    public static IReadOnlyList<IntentSignal> From(IntentReading reading, DateTime observedAt, string source) =>
        [.. reading.Probabilities
            .Where(item => item.Key != IntentKind.Other && item.Value >= IntentClassifier.Shown)
            .OrderByDescending(item => item.Value)
            .ThenBy(item => item.Key)
            .Select(item => new IntentSignal(item.Key, item.Value, observedAt, reading.Evidence.GetValueOrDefault(item.Key, ""), source))];
}
