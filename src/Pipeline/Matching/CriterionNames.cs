using System.Globalization;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>Criteria in plain words: "150 to 2,000 employees", "Head or above".</summary>
public static class CriterionNames
{
    /// <summary>The criterion's own name, or one made from kind and values.</summary>
    public static string Of(IcpCriterion criterion)
    {
        if (!string.IsNullOrWhiteSpace(criterion.Name))
            return criterion.Name;

        var values = criterion.Values.Where(v => !string.IsNullOrWhiteSpace(v)).Select(v => v.Trim()).ToList();
        var name = criterion.Kind switch
        {
            CriterionKind.EmployeeCount => Employees(criterion.Min, criterion.Max),
            CriterionKind.Country => List(values.Select(CountryGroups.Name)),
            CriterionKind.JobTitle => $"Title like {List(values)}",
            CriterionKind.Seniority => Level(criterion, values),
            CriterionKind.Department => List(values.Select(v => SeniorityReader.TryDepartment(v, out var d) ? JobTitles.Words(d) : v)),
            CriterionKind.Technology => $"Uses {List(values)}",
            CriterionKind.Keyword => $"Mentions {List(values)}",
            CriterionKind.Tag => $"Tagged {List(values)}",
            CriterionKind.Description => "Reads like the description",
            CriterionKind.Known => Known(values),
            _ => List(values),
        };
        return criterion.Requirement == CriterionRequirement.MustNot ? $"Not: {name}" : name;
    }

    private static string List(IEnumerable<string> values) => string.Join(", ", values);

    private static string Employees(double? min, double? max) => (min, max) switch
    {
        ({ } low, { } high) => $"{Number(low)} to {Number(high)} employees",
        ({ } low, null) => $"{Number(low)} employees or more",
        (null, { } high) => $"Up to {Number(high)} employees",
        _ => "Any number of employees",
    };

    private static string Level(IcpCriterion criterion, List<string> values)
    {
        var named = values.Select(v => SeniorityReader.TryLevel(v, out var level, out var above) ? Level(level, above) : v).ToList();
        var (min, max) = (SeniorityReader.Bound(criterion.Min), SeniorityReader.Bound(criterion.Max));
        if (min is not null && max is not null)
            named.Add($"{JobTitles.Words(min.Value)} to {JobTitles.Words(max.Value)}");
        else if (min is not null)
            named.Add(Level(min.Value, above: true));
        else if (max is not null)
            named.Add($"{JobTitles.Words(max.Value)} or below");
        return named.Count == 0 ? "Any level" : List(named);
    }

    private static string Level(Seniority level, bool above) => above && level < Seniority.Owner ? $"{JobTitles.Words(level)} or above" : JobTitles.Words(level);

    private static string Known(List<string> fields)
    {
        var words = List(fields);
        return words.Length == 0 ? "Anything known" : $"{char.ToUpperInvariant(words[0])}{words[1..]} known";
    }

    private static string Number(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
