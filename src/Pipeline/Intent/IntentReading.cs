namespace LeadGen.Pipeline.Intent;

/// <summary>A text to read: cleaned, with its sentence vector.</summary>
/// <param name="Text">Clean text (no HTML, quotes or signature).</param>
/// <param name="Language">ISO 639-1, or null when unknown.</param>
/// <param name="Vector">Unit vector from the encoder the classifier was trained with.</param>
public sealed record IntentText(string Text, string? Language, ReadOnlyMemory<float> Vector);

/// <summary>What the classifier reads in one text.</summary>
/// <param name="Kind">The strongest kind, possibly <see cref="IntentKind.Other"/>.</param>
/// <param name="Probabilities">One entry for every kind; they sum to 1.</param>
/// <param name="Evidence">For every kind that is likely enough to be shown, the words it rests on.</param>
public sealed record IntentReading(
    IntentKind Kind,
    IReadOnlyDictionary<IntentKind, double> Probabilities,
    IReadOnlyDictionary<IntentKind, string> Evidence);
