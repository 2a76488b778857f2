using System.Globalization;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Proposes fields for columns; the rules behind <see cref="ColumnMapping"/>.</summary>
internal static class ColumnGuess
{
    private const int MaxIdPriority = 3;

    public static IReadOnlyList<ColumnTarget> Fields(
        IReadOnlyList<string> columns,
        IReadOnlyList<IReadOnlyList<string>> samples,
        IReadOnlyDictionary<int, string> chosen)
    {
        var fields = new string?[columns.Count];
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (at, field) in chosen)
        {
            fields[at] = field;
            taken.Add(field);
        }
        LeaveOutAnalysis(columns, fields);

        // Clear names before names that only the values make clear; a lead's own id before that of a contact or an account.
        for (var rank = 0; rank <= MaxIdPriority; rank++)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (fields[i] is not null || ColumnWords.Find(columns[i]) is not { } guess || guess.Rank != rank)
                    continue;
                if (ColumnContent.Fits(guess.Field, Sample(samples, i), strictly: guess.Rank > 0) && Take(guess.Field, taken))
                    fields[i] = guess.Field;
            }
        }
        for (var i = 0; i < columns.Count; i++)
        {
            if (fields[i] is null && !ColumnWords.IsOwn(columns[i]) && ColumnContent.Guess(Sample(samples, i)) is { } field && Take(field, taken))
                fields[i] = field;
        }
        NameOfCompany(columns, fields, chosen, taken);
        return [.. columns.Select((column, i) => new ColumnTarget(column, fields[i] ?? Own(column, taken)))];
    }

    /// <summary>In a file that names nothing else of a lead, "Name" is the company's: a list of companies.</summary>
    private static void NameOfCompany(IReadOnlyList<string> columns, string?[] fields, IReadOnlyDictionary<int, string> chosen, HashSet<string> taken)
    {
        var at = Array.IndexOf(fields, "fullName");
        var isBareName = at >= 0 && !chosen.ContainsKey(at) && columns[at].Equals("name", StringComparison.OrdinalIgnoreCase);
        if (isBareName && !taken.Overlaps(["email", "phone", "jobTitle", "linkedInUrl", "companyName"]) && taken.Add("companyName"))
            fields[at] = "companyName";
    }

    private static bool Take(string field, HashSet<string> taken) => taken.Add(field) || ColumnMapping.Separator(field) is not null;

    /// <summary>Our own export carries what the pipeline understood; reading it back would make old scores look like facts.</summary>
    private static void LeaveOutAnalysis(IReadOnlyList<string> columns, string?[] fields)
    {
        if (!LeadExport.Analysis.All(name => columns.Contains(name, StringComparer.Ordinal)))
            return;
        for (var i = 0; i < columns.Count; i++)
        {
            if (LeadExport.Analysis.Contains(columns[i], StringComparer.Ordinal))
                fields[i] ??= "";
        }
    }

    private static string Own(string column, HashSet<string> taken)
    {
        var name = column.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase) ? column[LeadFields.CustomPrefix.Length..] : column;
        name = name.Trim();
        var field = LeadFields.CustomPrefix + (name.Length == 0 ? column : name);
        for (var n = 2; !taken.Add(field); n++)
            field = string.Create(CultureInfo.InvariantCulture, $"{LeadFields.CustomPrefix}{name} ({n})");
        return field;
    }

    private static List<string> Sample(IReadOnlyList<IReadOnlyList<string>> samples, int column) =>
        column < samples.Count ? [.. samples[column].Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => value.Trim())] : [];
}

/// <summary>What a column's values say about it.</summary>
internal static class ColumnContent
{
    /// <summary>Whether the values do not contradict the field; strictly: whether they speak for it.</summary>
    public static bool Fits(string field, List<string> values, bool strictly)
    {
        if (values.Count == 0)
            return !strictly || field is "externalId";
        return field switch
        {
            "email" => Share(values, value => value.Contains('@', StringComparison.Ordinal)) >= 0.3,
            "phone" => Share(values, value => value.Count(char.IsDigit) >= 4) >= 0.3,
            "linkedInUrl" => Share(values, value => value.Contains("linkedin.", StringComparison.OrdinalIgnoreCase)) >= 0.3,
            "companyDomain" => Share(values, value => CompanyDomains.TryRead(value, out _)) >= 0.3,
            "employeeCount" => Share(values, value => NumberText.TryHeadCount(value, out _)) >= 0.3,
            "annualRevenue" => Share(values, value => NumberText.TryMoney(value, out _)) >= 0.3,
            "createdAt" or "outcomeAt" or "consent.at" => Share(values, value => TimeText.TryRead(value, out _)) >= 0.3,
            "outcome" => Share(values, FieldText.IsOutcome) >= 0.9,
            "seniority" => Share(values, value => !IsNumber(value)) >= 0.5,
            "country" or "city" or "campaign" or "source" or "industry" or "companyName" or "message" or "notes" or "consent.basis" =>
                Share(values, value => !IsNumber(value)) >= 0.5,
            "jobTitle" => Share(values, value => strictly ? char.IsUpper(value[0]) : !IsNumber(value)) >= 0.5,
            "fullName" => Share(values, value => strictly ? char.IsUpper(value[0]) && value.Contains(' ', StringComparison.Ordinal) : !IsNumber(value)) >= 0.5,
            "firstName" or "lastName" => Share(values, value => !IsNumber(value)) >= 0.5,
            _ => true,
        };
    }

    /// <summary>The field that the values alone tell, or null.</summary>
    public static string? Guess(List<string> values)
    {
        if (values.Count == 0)
            return null;
        if (Share(values, value => EmailAddress.TryRead(value, out _, out _)) >= 0.6)
            return "email";
        if (Share(values, value => value.Contains("linkedin.com/in/", StringComparison.OrdinalIgnoreCase)) >= 0.6)
            return "linkedInUrl";
        if (Share(values, IsSite) >= 0.8)
            return "companyDomain";
        return Share(values, IsPhone) >= 0.8 ? "phone" : null;
    }

    private static double Share(List<string> values, Func<string, bool> test) => values.Count(test) / (double)values.Count;

    private static bool IsNumber(string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>A company's home page: a scheme or <c>www.</c>, and nothing behind the host.</summary>
    private static bool IsSite(string value) =>
        (value.StartsWith("http", StringComparison.OrdinalIgnoreCase) || value.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
        && CompanyDomains.TryRead(value, out var domain) && !CompanyDomains.IsPlatform(domain)
        && value.TrimEnd('/').EndsWith(domain, StringComparison.OrdinalIgnoreCase);

    private static bool IsPhone(string value)
    {
        var digits = value.Count(char.IsAsciiDigit);
        return digits is >= 8 and <= 15
            && value.All(c => char.IsAsciiDigit(c) || "+()-./ x".Contains(c, StringComparison.Ordinal))
            && (value[0] == '+' || value.Contains('(', StringComparison.Ordinal) || value.Count(c => c is ' ' or '-' or '.') >= 2)
            && !TimeText.TryRead(value, out _);
    }
}
