namespace LeadGen.Pipeline.Intent;

/// <summary>An intent found in one text of a lead.</summary>
/// <param name="Kind">What is wanted; never <see cref="IntentKind.Other"/>.</param>
/// <param name="Strength">Calibrated probability, 0-1.</param>
/// <param name="ObservedAt">When the words were written, UTC.</param>
/// <param name="Evidence">The words it rests on, as they stand in the text.</param>
/// <param name="Source">The text they stand in: <c>message</c>, <c>notes</c>, <c>reply</c>.</param>
public sealed record IntentSignal(IntentKind Kind, double Strength, DateTime ObservedAt, string Evidence, string Source);
