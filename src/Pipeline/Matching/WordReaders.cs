using System.Numerics.Tensors;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>The lead uses one of these: in its list of technologies, or named in its words. Nothing listed and nothing named is not known.</summary>
internal sealed class TechnologyReader(IReadOnlyList<string> values) : CriterionReader
{
    private readonly List<(string Value, string Folded)> wanted =
        [.. values.Select(v => (v.Trim(), TextFold.Fold(v))).Where(v => v.Item2.Length > 0)];

    public override CriterionReading Read(LeadFacts lead)
    {
        var listed = lead.Lead.Technologies.ConvertAll(TextFold.Fold);
        foreach (var (value, folded) in wanted)
        {
            var at = listed.FindIndex(t => TextFold.HasPhrase(t, folded));
            if (at >= 0)
                return CriterionReading.Met(lead.Lead.Technologies[at]);
            if (TextFold.HasPhrase(lead.Words, folded))
                return CriterionReading.Met(value);
        }

        return listed.Count == 0 ? CriterionReading.Unknown : CriterionReading.NotMet(string.Join(", ", lead.Lead.Technologies.Take(5)));
    }
}

/// <summary>One of these words or phrases stands in message, notes, profile or custom values, as whole words.</summary>
internal sealed class KeywordReader(IReadOnlyList<string> values) : CriterionReader
{
    private readonly List<(string Value, string Folded)> wanted =
        [.. values.Select(v => (v.Trim(), TextFold.Fold(v))).Where(v => v.Item2.Length > 0)];

    public override CriterionReading Read(LeadFacts lead)
    {
        if (string.IsNullOrWhiteSpace(lead.Words))
            return CriterionReading.Unknown;
        var found = wanted.Where(w => TextFold.HasPhrase(lead.Words, w.Folded)).Select(w => w.Value).Take(5).ToList();
        return found.Count > 0 ? CriterionReading.Met(string.Join(", ", found)) : CriterionReading.NotMet(null);
    }
}

/// <summary>How near the lead's vector is to the description's.</summary>
internal sealed class DescriptionReader(LeadVector? description) : CriterionReader
{
    public override CriterionReading Read(LeadFacts lead)
    {
        if (description is null || lead.Vector is not { } vector || vector.EncoderId != description.EncoderId
            || vector.Values.Length != description.Values.Length)
            return CriterionReading.Unknown;

        var cosine = TensorPrimitives.Dot(vector.Values.Span, description.Values.Span);
        if (!float.IsFinite(cosine))
            return CriterionReading.Unknown;
        var share = SimilarityScale.Share(cosine, description.EncoderId);
        var outcome = share >= SimilarityScale.Close ? CriterionOutcome.Met : share > 0 ? CriterionOutcome.Partly : CriterionOutcome.NotMet;
        return new CriterionReading(outcome, share, SimilarityScale.Words(share));
    }
}
