using LeadGen.Pipeline.Matching;

namespace LeadGen.Portal.Icps;

/// <summary>Criteria in words, as they are edited.</summary>
internal static class CriterionWords
{
    public static string Kind(CriterionKind kind) => kind switch
    {
        CriterionKind.EmployeeCount => "Number of employees",
        CriterionKind.JobTitle => "Job title",
        CriterionKind.Seniority => "Level of the job",
        CriterionKind.Keyword => "Words in their texts",
        CriterionKind.Description => "Likeness to the description",
        CriterionKind.Known => "Something that must be known",
        _ => kind.ToString(),
    };

    public static string Verb(CriterionKind kind) => kind switch
    {
        CriterionKind.Industry => "Industry is",
        CriterionKind.EmployeeCount => "Employees",
        CriterionKind.Country => "Country is",
        CriterionKind.JobTitle => "Title is like",
        CriterionKind.Seniority => "Level is",
        CriterionKind.Department => "Works in",
        CriterionKind.Technology => "Uses",
        CriterionKind.Keyword => "Mentions",
        CriterionKind.Tag => "Tagged",
        CriterionKind.Known => "Known",
        _ => "Reads like the",
    };

    /// <summary>What stands behind the verb.</summary>
    public static string Values(CriterionForm criterion)
    {
        var named = CriterionNames.Of(criterion.To() with { Name = "", Requirement = CriterionRequirement.Should });
        var words = criterion.Kind switch
        {
            CriterionKind.EmployeeCount => named.Replace(" employees", "", StringComparison.Ordinal),
            CriterionKind.Description => "description",
            CriterionKind.Seniority => named,
            CriterionKind.Known or CriterionKind.JobTitle or CriterionKind.Technology or CriterionKind.Keyword or CriterionKind.Tag =>
                string.Join(", ", criterion.Values),
            _ => named,
        };
        return words.Length == 0 ? "…" : words;
    }

    public static string Example(CriterionKind kind) => kind switch
    {
        CriterionKind.Industry => "Wholesale",
        CriterionKind.Country => "Netherlands",
        CriterionKind.JobTitle => "Head of logistics",
        CriterionKind.Seniority => "Director",
        CriterionKind.Department => "Operations",
        CriterionKind.Technology => "SAP",
        CriterionKind.Keyword => "new site",
        CriterionKind.Tag => "Competitor",
        _ => "phone",
    };
}
