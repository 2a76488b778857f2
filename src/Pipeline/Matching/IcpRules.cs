using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Matching;

/// <summary>What a profile must be to be saved and published.</summary>
public static class IcpRules
{
    public const int LongestName = 120;
    public const int LongestDescription = 5_000;
    public const int MostCriteria = 100;
    public const int MostValues = 500;
    public const int LongestValue = 200;

    /// <summary>Every problem with the field it stands in (<c>criteria[2].min</c>); empty when the profile is good.</summary>
    public static IReadOnlyList<FieldProblem> Check(Icp icp)
    {
        var problems = new List<FieldProblem>();
        if (string.IsNullOrWhiteSpace(icp.Name))
            problems.Add(new("name", "Give the profile a name."));
        else if (icp.Name.Length > LongestName)
            problems.Add(new("name", $"Shorten the name to {LongestName} characters.", Short(icp.Name)));
        if (icp.Description.Length > LongestDescription)
            problems.Add(new("description", $"Shorten the description to {LongestDescription:#,0} characters.", Short(icp.Description)));
        if (icp.Criteria.Count > MostCriteria)
            problems.Add(new("criteria", $"Keep to {MostCriteria} criteria; there are {icp.Criteria.Count}."));

        for (var i = 0; i < Math.Min(icp.Criteria.Count, MostCriteria); i++)
            Check(icp, icp.Criteria[i], $"criteria[{i}]", problems);
        return problems;
    }

    private static void Check(Icp icp, IcpCriterion criterion, string field, List<FieldProblem> problems)
    {
        if (!Enum.IsDefined(criterion.Kind))
        {
            problems.Add(new($"{field}.kind", "Choose one of the kinds of criteria.", criterion.Kind.ToString()));
            return;
        }

        if (!Enum.IsDefined(criterion.Requirement))
            problems.Add(new($"{field}.requirement", "Choose must, should or must not.", criterion.Requirement.ToString()));
        if (criterion.Name.Length > LongestName)
            problems.Add(new($"{field}.name", $"Shorten the name to {LongestName} characters.", Short(criterion.Name)));
        if (!(criterion.Weight is >= 0 and <= 100))
            problems.Add(new($"{field}.weight", "Give a weight from 0 to 100.", Text(criterion.Weight)));
        if (criterion.Values.Count > MostValues)
            problems.Add(new($"{field}.values", $"Keep to {MostValues} values; there are {criterion.Values.Count}."));
        if (criterion.Values.FirstOrDefault(v => v.Length > LongestValue) is { } longest)
            problems.Add(new($"{field}.values", $"Shorten the value to {LongestValue} characters.", Short(longest)));

        CheckRange(criterion, field, problems);
        CheckValues(icp, criterion, field, problems);
    }

    private static void CheckRange(IcpCriterion criterion, string field, List<FieldProblem> problems)
    {
        if (criterion.Kind is not (CriterionKind.EmployeeCount or CriterionKind.Seniority))
        {
            if (criterion.Min is not null || criterion.Max is not null)
                problems.Add(new($"{field}.min", "A range belongs to the number of employees or the level only; remove it."));
            return;
        }

        var (lowest, highest) = criterion.Kind == CriterionKind.Seniority ? ((double)Seniority.Intern, (double)Seniority.Owner) : (0, 100_000_000);
        CheckBound(criterion.Min, $"{field}.min", lowest, highest, problems);
        CheckBound(criterion.Max, $"{field}.max", lowest, highest, problems);
        if (criterion.Min > criterion.Max)
            problems.Add(new($"{field}.min", "The lowest must not be above the highest.", Text(criterion.Min.Value)));
    }

    private static void CheckBound(double? value, string field, double lowest, double highest, List<FieldProblem> problems)
    {
        if (value is { } number && !(number >= lowest && number <= highest))
            problems.Add(new(field, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Give a number from {lowest:#,0} to {highest:#,0}."), Text(number)));
    }

    private static void CheckValues(Icp icp, IcpCriterion criterion, string field, List<FieldProblem> problems)
    {
        var values = criterion.Values.Where(v => !string.IsNullOrWhiteSpace(v)).ToList();
        var range = criterion.Min is not null || criterion.Max is not null;
        switch (criterion.Kind)
        {
            case CriterionKind.Description:
                if (string.IsNullOrWhiteSpace(icp.Description))
                    problems.Add(new("description", "Describe the ideal customer in a few sentences, or remove the criterion that compares with the description."));
                return;
            case CriterionKind.EmployeeCount:
                if (!range)
                    problems.Add(new($"{field}.min", "Give the lowest or the highest number of employees."));
                return;
            case CriterionKind.Seniority:
                if (!range && values.Count == 0)
                    problems.Add(new($"{field}.values", "Choose at least one level."));
                AddUnread(values, v => SeniorityReader.TryLevel(v, out _, out _), $"{field}.values", "This is no level; use one such as Manager, Head or C-level.", problems);
                return;
        }

        if (values.Count == 0)
        {
            problems.Add(new($"{field}.values", "Give at least one value."));
            return;
        }

        switch (criterion.Kind)
        {
            case CriterionKind.Country:
                AddUnread(values, v => CountryGroups.Codes(v).Count > 0, $"{field}.values", "This is no country or region that we know; use its English name or two-letter code.", problems);
                break;
            case CriterionKind.Department:
                AddUnread(values, v => SeniorityReader.TryDepartment(v, out _), $"{field}.values", "This is no department that we know; choose one of the list.", problems);
                break;
            case CriterionKind.Known:
                AddUnread(values, KnownReader.Exists, $"{field}.values", "A lead has no such field.", problems);
                break;
        }
    }

    private static void AddUnread(List<string> values, Func<string, bool> isRead, string field, string reason, List<FieldProblem> problems)
    {
        foreach (var value in values.Where(v => !isRead(v)))
            problems.Add(new(field, reason, Short(value)));
    }

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length <= 200 ? text : text[..200];
}
