using System.Globalization;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>The lead's country is one of these, or in one of these regions.</summary>
internal sealed class CountryReader(IReadOnlyList<string> values) : CriterionReader
{
    private readonly HashSet<string> codes = [.. values.SelectMany(CountryGroups.Codes)];
    private readonly HashSet<string> others = [.. values.Where(v => CountryGroups.Codes(v).Count == 0).Select(TextFold.Fold)];

    public override CriterionReading Read(LeadFacts lead)
    {
        if (lead.Country is { } code)
            return codes.Contains(code) ? CriterionReading.Met(Countries.EnglishName(code)) : CriterionReading.NotMet(Countries.EnglishName(code));
        if (string.IsNullOrWhiteSpace(lead.Lead.Country))
            return CriterionReading.Unknown;

        // A country that no table knows is compared as it is written.
        return others.Contains(TextFold.Fold(lead.Lead.Country)) ? CriterionReading.Met(lead.Lead.Country) : CriterionReading.Unknown;
    }
}

/// <summary>
/// The number of employees lies in the range. A Should criterion gives half to a company within a factor of two of the range.
/// Where the field is empty, a number of employees that the text names counts; seats and team sizes do not.
/// </summary>
internal sealed class EmployeeCountReader(IcpCriterion criterion) : CriterionReader
{
    private const double Near = 2;

    private static readonly string[] CompanyWords =
    [
        "employee", "people", "staff", "headcount", "workforce", "mitarbeit", "beschaftigte", "angestellte", "employe", "salarie", "collaborateurs",
        "empleado", "trabajador", "plantilla", "dipendenti", "medewerkers", "werknemers", "funcionarios", "belegschaft", "effectif", "fte", "workers",
    ];

    private readonly double min = criterion.Min ?? 0;
    private readonly double max = criterion.Max ?? double.PositiveInfinity;

    public override CriterionReading Read(LeadFacts lead)
    {
        if (lead.Lead.EmployeeCount is { } count)
            return Compare(count, count, Number(count));

        foreach (var entity in lead.Text.Entities)
        {
            if (entity.Kind != TextEntityKind.HeadCount || !IsCompany(entity.Text))
                continue;
            var bounds = entity.Value.Split('-');
            var low = double.Parse(bounds[0], CultureInfo.InvariantCulture);
            var high = double.Parse(bounds[^1], CultureInfo.InvariantCulture);
            var found = low < high ? $"{Number(low)} to {Number(high)}" : Number(low);
            return Compare(low, high, $"{found} (in the {(entity.Source == "notes" ? "notes" : "message")})");
        }

        return CriterionReading.Unknown;
    }

    private CriterionReading Compare(double low, double high, string found)
    {
        if (low >= min && high <= max)
            return CriterionReading.Met(found);
        if (high >= min && low <= max)
            return CriterionReading.Partly(found);
        var near = criterion.Requirement == CriterionRequirement.Should && high * Near >= min && low <= max * Near;
        return near ? CriterionReading.Partly(found) : CriterionReading.NotMet(found);
    }

    private static bool IsCompany(string text)
    {
        var folded = TextFold.Fold(text);
        return !folded.Contains("team", StringComparison.Ordinal) && CompanyWords.Any(word => folded.Contains(word, StringComparison.Ordinal));
    }

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}

/// <summary>The lead carries one of the tags; a lead without tags is known to carry none.</summary>
internal sealed class TagReader(IReadOnlyList<string> values) : CriterionReader
{
    private readonly HashSet<string> wanted = [.. values.Select(TextFold.Fold)];

    public override CriterionReading Read(LeadFacts lead)
    {
        var found = lead.Lead.Tags.Find(tag => wanted.Contains(TextFold.Fold(tag)));
        return found is not null ? CriterionReading.Met(found)
            : CriterionReading.NotMet(lead.Lead.Tags.Count == 0 ? null : string.Join(", ", lead.Lead.Tags.Take(5)));
    }
}

/// <summary>The fields are filled: all of them, or some.</summary>
internal sealed class KnownReader(IReadOnlyList<string> fields) : CriterionReader
{
    public override CriterionReading Read(LeadFacts lead)
    {
        var known = fields.Where(f => IsKnown(lead.Lead, f)).ToList();
        if (known.Count == 0)
            return CriterionReading.NotMet(null);
        var found = string.Join(", ", known);
        return known.Count == fields.Count ? CriterionReading.Met(found) : CriterionReading.Partly(found);
    }

    /// <summary>Whether a field by its API name is one that <see cref="CriterionKind.Known"/> can ask for.</summary>
    public static bool Exists(string field) => field.StartsWith("custom.", StringComparison.OrdinalIgnoreCase) || Value(new() { Id = default, IdentityKey = "" }, field) is not null;

    private static bool IsKnown(Leads.Lead lead, string field) => field.StartsWith("custom.", StringComparison.OrdinalIgnoreCase)
        ? lead.Custom.TryGetValue(field["custom.".Length..], out var value) && !string.IsNullOrWhiteSpace(value)
        : !string.IsNullOrWhiteSpace(Value(lead, field));

    /// <summary>Empty when not filled, null when there is no such field.</summary>
    private static string? Value(Leads.Lead lead, string field) => field.ToUpperInvariant() switch
    {
        "COMPANY" => lead.CompanyName + lead.CompanyDomain,
        "COMPANYNAME" => lead.CompanyName ?? "",
        "COMPANYDOMAIN" => lead.CompanyDomain ?? "",
        "EMAIL" => lead.Email ?? "",
        "PHONE" => lead.Phone ?? "",
        "FULLNAME" => lead.FullName + lead.FirstName + lead.LastName,
        "JOBTITLE" => lead.JobTitle ?? "",
        "LINKEDINURL" => lead.LinkedInUrl ?? "",
        "COUNTRY" => lead.Country ?? "",
        "CITY" => lead.City ?? "",
        "INDUSTRY" => lead.Industry ?? "",
        "EMPLOYEECOUNT" => lead.EmployeeCount is null ? "" : "known",
        "ANNUALREVENUE" => lead.AnnualRevenue is null ? "" : "known",
        "TECHNOLOGIES" => string.Concat(lead.Technologies),
        "MESSAGE" => lead.Message ?? "",
        "NOTES" => lead.Notes ?? "",
        _ => null,
    };
}
