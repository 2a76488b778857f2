using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>One line of job and company, for models and keyword criteria.</summary>
/// <remarks>
/// A company's name says little where its trade is known, and would make every line another: without it leads of the same job and trade share
/// a line, which the encoder reads once.
/// </remarks>
internal static class LeadProfile
{
    private const int MostCharacters = 1_000;
    private const int MostTechnologies = 20;
    private const int FewestWords = 4;

    /// <summary>Title, department, industry (or else the company's name), describing custom fields and technologies, parted by commas; no personal data.</summary>
    public static string Of(Lead lead)
    {
        var names = ModelText.PersonNames(lead).ToList();
        var parts = new List<string>();
        Add(parts, Plain(lead.JobTitle, lead));
        var department = lead.Department != Department.Unknown ? lead.Department : JobTitles.Read(lead.JobTitle).Department;
        if (department != Department.Unknown)
            Add(parts, JobTitles.Words(department));
        if (!string.IsNullOrWhiteSpace(lead.Industry))
            Add(parts, Plain(lead.Industry, lead));
        else if (!IsPerson(lead.CompanyName, names))
            Add(parts, Plain(lead.CompanyName, lead));
        foreach (var (_, value) in lead.Custom.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (IsDescription(value))
                Add(parts, Plain(value, lead));
        }

        foreach (var technology in lead.Technologies.Take(MostTechnologies))
            Add(parts, Plain(technology, lead));
        var line = string.Join(", ", parts);
        return line.Length <= MostCharacters ? line : line[..Boundary(line)];
    }

    /// <summary>Four words or more, most of them letters: a description, not a code or an address.</summary>
    private static bool IsDescription(string value) =>
        value.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Count(w => w.Count(char.IsLetter) * 2 > w.Length) >= FewestWords;

    private static bool IsPerson(string? company, List<string> names) =>
        company is not null && names.Exists(n => n.Contains(' ', StringComparison.Ordinal) && TextFold.HasPhrase(TextFold.Fold(company), TextFold.Fold(n)));

    private static string Plain(string? value, Lead lead)
    {
        if (string.IsNullOrWhiteSpace(value))
            return "";
        var clean = TextCleaner.Clean(value.Length <= MostCharacters ? value : value[..MostCharacters]).Replace('\n', ' ');
        var masked = ModelText.Mask(clean, lead);
        foreach (var mask in new[] { "[name]", "[email]", "[phone]", "[link]" })
            masked = masked.Replace(mask, "", StringComparison.Ordinal);
        return string.Join(' ', masked.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim(' ', ',', ';', '-', '|', ':');
    }

    private static void Add(List<string> parts, string part)
    {
        if (part.Length > 0 && part.Any(char.IsLetterOrDigit) && !parts.Contains(part, StringComparer.OrdinalIgnoreCase))
            parts.Add(part);
    }

    private static int Boundary(string line) => line.LastIndexOf(' ', MostCharacters) is > 0 and var space ? space : MostCharacters;
}
