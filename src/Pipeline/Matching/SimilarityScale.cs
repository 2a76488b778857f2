namespace LeadGen.Pipeline.Matching;

/// <summary>
/// A cosine of two sentence vectors as a share of likeness: 0 up to where unrelated companies lie, 1 from where companies of
/// the same trade lie, straight between. The bounds belong to the encoder.
/// </summary>
/// <remarks>
/// Measured with use-lite on 1,200 short company descriptions against six profile descriptions of one sentence to three:
/// companies of another trade lie at 0.29-0.55 (5th to 95th percentile, median 0.42), those of the trade at 0.42-0.67
/// (median 0.55). MiniLM spreads wider; its bounds are taken from its usual range, not measured here.
/// </remarks>
public static class SimilarityScale
{
    /// <summary>Share from which two texts are said to be alike.</summary>
    public const double Close = 0.6;

    /// <param name="cosine">−1 to 1.</param>
    /// <param name="encoderId">As in <see cref="Embedding.LeadVector.EncoderId"/>.</param>
    /// <returns>0-1, rising with the cosine.</returns>
    public static double Share(double cosine, string encoderId)
    {
        var (none, full) = encoderId.Contains("minilm", StringComparison.OrdinalIgnoreCase) ? (0.15, 0.60) : (0.35, 0.65);
        return Math.Clamp((cosine - none) / (full - none), 0, 1);
    }

    public static string Words(double share) => share switch
    {
        >= 0.85 => "very close",
        >= Close => "close",
        >= 0.3 => "somewhat close",
        > 0 => "distant",
        _ => "not alike",
    };
}
