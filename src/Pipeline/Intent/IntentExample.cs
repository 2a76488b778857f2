namespace LeadGen.Pipeline.Intent;

/// <summary>A message whose intent is known: from the labelled set, or corrected by a person.</summary>
/// <param name="Text">Clean text, as <see cref="IntentText.Text"/>.</param>
/// <param name="Kind">The strongest kind.</param>
/// <param name="Also">Further kinds that the message has, without <paramref name="Kind"/>.</param>
/// <param name="Language">ISO 639-1, or null when unknown.</param>
public sealed record IntentExample(string Text, IntentKind Kind, IReadOnlyList<IntentKind> Also, string? Language = null);
