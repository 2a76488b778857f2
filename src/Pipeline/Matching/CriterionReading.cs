namespace LeadGen.Pipeline.Matching;

/// <summary>What a lead has of one criterion's thing, before the requirement is looked at.</summary>
/// <param name="Outcome">Whether it has it.</param>
/// <param name="Share">Part of the points, 0-1.</param>
/// <param name="Found">In words; null when nothing is known.</param>
internal readonly record struct CriterionReading(CriterionOutcome Outcome, double Share, string? Found)
{
    public static readonly CriterionReading Unknown = new(CriterionOutcome.Unknown, 0, null);

    public static CriterionReading Met(string? found) => new(CriterionOutcome.Met, 1, found);

    /// <summary>Something of it: half the points.</summary>
    public static CriterionReading Partly(string? found) => new(CriterionOutcome.Partly, 0.5, found);

    public static CriterionReading NotMet(string? found) => new(CriterionOutcome.NotMet, 0, found);
}

/// <summary>One criterion with its values understood, ready for many leads.</summary>
internal abstract class CriterionReader
{
    public abstract CriterionReading Read(LeadFacts lead);

    public static CriterionReader Of(IcpCriterion criterion, PreparedIcp icp) => criterion.Kind switch
    {
        CriterionKind.Industry => new IndustryReader(criterion.Values),
        CriterionKind.EmployeeCount => new EmployeeCountReader(criterion),
        CriterionKind.Country => new CountryReader(criterion.Values),
        CriterionKind.JobTitle => new JobTitleReader(criterion.Values),
        CriterionKind.Seniority => new SeniorityReader(criterion),
        CriterionKind.Department => new DepartmentReader(criterion.Values),
        CriterionKind.Technology => new TechnologyReader(criterion.Values),
        CriterionKind.Keyword => new KeywordReader(criterion.Values),
        CriterionKind.Tag => new TagReader(criterion.Values),
        CriterionKind.Description => new DescriptionReader(icp.Description),
        CriterionKind.Known => new KnownReader(criterion.Values),
        _ => throw new ArgumentOutOfRangeException(nameof(criterion), criterion.Kind, "No such kind of criterion."),
    };
}
