using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>Stage 4: how well a lead fits a profile.</summary>
/// <remarks>
/// The weights of the Should criteria are shares of 100 points. A met criterion gives its share, a partly met one half of
/// it (the description as much as it is alike), an unknown one nothing: what we do not know must not look like a fit. A Must
/// that fails, or a MustNot that applies, makes the score 0; each Must that is unknown or only partly met halves it. A
/// profile without weighted Should criteria gives 100 to every lead that passes.
/// </remarks>
public static class IcpMatcher
{
    /// <summary>A line for every criterion and the score, 0-100. Pure: the same arguments give the same match.</summary>
    /// <param name="lead">The lead's fields.</param>
    /// <param name="text">What preprocessing left of its words.</param>
    /// <param name="vector">Its vector, or null; one of another encoder than the description's counts as none.</param>
    /// <param name="icp">The profile.</param>
    public static IcpMatch Match(Lead lead, LeadText text, LeadVector? vector, PreparedIcp icp)
    {
        var facts = new LeadFacts(lead, text, vector);
        var lines = new CriterionMatch[icp.Lines.Count];
        var points = icp.ShouldWeight > 0 ? 0.0 : 100.0;
        var factor = 1.0;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = icp.Lines[i];
            var reading = line.Reader.Read(facts);
            switch (line.Criterion.Requirement)
            {
                case CriterionRequirement.Must:
                    lines[i] = new(line.Name, CriterionRequirement.Must, reading.Outcome, 0, 0, reading.Found);
                    factor *= reading.Outcome switch
                    {
                        CriterionOutcome.Met => 1,
                        CriterionOutcome.NotMet => 0,
                        _ => 0.5,
                    };
                    break;

                case CriterionRequirement.MustNot:
                    var outcome = reading.Outcome switch
                    {
                        CriterionOutcome.Met => CriterionOutcome.NotMet,
                        CriterionOutcome.NotMet => CriterionOutcome.Met,
                        var other => other,
                    };
                    lines[i] = new(line.Name, CriterionRequirement.MustNot, outcome, 0, 0, reading.Found);
                    if (outcome == CriterionOutcome.NotMet)
                        factor = 0;
                    break;

                default:
                    var most = icp.ShouldWeight > 0 ? 100 * PreparedIcp.Weight(line.Criterion) / icp.ShouldWeight : 0;
                    lines[i] = new(line.Name, CriterionRequirement.Should, reading.Outcome, most * reading.Share, most, reading.Found);
                    points += most * reading.Share;
                    break;
            }
        }

        return new IcpMatch(icp.Icp.Id, icp.Icp.Version, Math.Clamp(points * factor, 0, 100), lines);
    }
}
