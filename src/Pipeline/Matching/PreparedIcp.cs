using LeadGen.Pipeline.Embedding;

namespace LeadGen.Pipeline.Matching;

/// <summary>A profile with its values understood and its description encoded, once, for many leads. Safe for all threads.</summary>
public sealed class PreparedIcp
{
    /// <param name="icp">The profile; invalid criteria (see <see cref="IcpRules"/>) are matched as they stand.</param>
    /// <param name="description">Vector of <see cref="Icp.Description"/> from the encoder of the leads' vectors; null when there is none.</param>
    public PreparedIcp(Icp icp, LeadVector? description)
    {
        Icp = icp;
        Description = description is { Values.Length: > 0 } ? description : null;
        Lines = [.. icp.Criteria.Select(c => new Line(c, CriterionNames.Of(c), CriterionReader.Of(c, this)))];
        ShouldWeight = icp.Criteria.Where(c => c.Requirement == CriterionRequirement.Should).Sum(Weight);
    }

    public Icp Icp { get; }

    /// <summary>Unit vector of the profile's description, or null.</summary>
    public LeadVector? Description { get; }

    internal IReadOnlyList<Line> Lines { get; }

    internal double ShouldWeight { get; }

    internal static double Weight(IcpCriterion criterion) => double.IsFinite(criterion.Weight) ? Math.Clamp(criterion.Weight, 0, 100) : 0;

    internal sealed record Line(IcpCriterion Criterion, string Name, CriterionReader Reader);
}
