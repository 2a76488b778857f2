namespace LeadGen.Pipeline.Scoring;

/// <summary>What the model sees of one lead: named values, numbers or words, missing where unknown.</summary>
/// <param name="Values">By feature name (<c>icpMatch</c>, <c>seniority</c>, <c>custom.age</c>); a missing name is a missing value.</param>
public sealed record LeadFeatures(IReadOnlyDictionary<string, FeatureValue> Values);

/// <summary>A number or a word (exactly one).</summary>
public readonly record struct FeatureValue
{
    private FeatureValue(double? number, string? word) => (Number, Word) = (number, word);

    public double? Number { get; }
    public string? Word { get; }

    public static FeatureValue Of(double number) => new(number, null);

    public static FeatureValue Of(string word) => new(null, word);
}

/// <summary>A lead whose deal ended, as the trainer takes it.</summary>
/// <param name="Key">Stable identity for seeded splits (the lead's identity key), never a feature.</param>
/// <param name="Features">What was known.</param>
/// <param name="Won">How it ended.</param>
/// <param name="At">When it ended (or the lead was created), UTC; null for undated history.</param>
public sealed record LabelledLead(string Key, LeadFeatures Features, bool Won, DateTime? At);
