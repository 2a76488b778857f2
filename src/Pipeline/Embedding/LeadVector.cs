namespace LeadGen.Pipeline.Embedding;

/// <summary>A lead's place in the encoder's space.</summary>
/// <param name="Values">Unit length; as many numbers as the encoder has dimensions. Empty when the lead has no words at all.</param>
/// <param name="EncoderId">For example <c>use-lite-1</c>; vectors of two encoders are never compared.</param>
public sealed record LeadVector(ReadOnlyMemory<float> Values, string EncoderId);
