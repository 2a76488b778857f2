using System.Globalization;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Importing;

/// <summary>Fields of a lead in words, and what is wrong with a mapping.</summary>
internal static class FieldWords
{
    public static string Label(string field) => field switch
    {
        "" => "Leave out",
        "email" => "E-mail address",
        "companyName" => "Company",
        "companyDomain" => "Company’s web address",
        "linkedInUrl" => "LinkedIn profile",
        "phone" => "Phone number",
        "externalId" => "Record number",
        "createdAt" => "Created on",
        "outcome" => "Outcome (won or lost)",
        "outcomeAt" => "Outcome on",
        "consent.basis" => "Consent: basis",
        "consent.at" => "Consent: given on",
        "consent.text" => "Consent: wording",
        _ when IsOwn(field) => field[LeadFields.CustomPrefix.Length..],
        _ => ReasonWords.NameOf(field),
    };

    /// <summary>A field's text as people read it.</summary>
    public static string Shown(Wording say, string field, string text) => LeadFields.Find(field)?.Kind switch
    {
        FieldKind.Time when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) => say.Date(time),
        FieldKind.HeadCount or FieldKind.Money when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => say.Number(number),
        FieldKind.Country => Wording.Country(text),
        FieldKind.List => text.Replace(";", ", ", StringComparison.Ordinal),
        _ => text,
    };

    public static bool IsOwn(string field) => field.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Name of a merge, a sentence for what it does.</summary>
    public static (string Name, string Does) Merge(MergeMode mode) => mode switch
    {
        MergeMode.Update => ("Update it", "Newer values replace older ones. What a person edited here stays."),
        MergeMode.FillEmpty => ("Fill gaps only", "Only what is empty is filled."),
        _ => ("Skip the row", "The lead stays as it is."),
    };

    public static (string Name, string Does) Match(MatchKey key) => key switch
    {
        MatchKey.EmailOrPerson => ("E-mail address, else name and company", "Also finds people whose address was not known yet."),
        MatchKey.EmailOnly => ("E-mail address only", "A person with an address is new unless that very address is there."),
        _ => ("Record number", "The number from your CRM; rows without one by address, name and company."),
    };

    /// <summary>What the automatic choice rests on, in few words.</summary>
    public static string Certainty(DraftColumn column) => column.Certainty switch
    {
        null => "Your choice",
        ColumnCertainty.Name => "By its name",
        ColumnCertainty.NameAndValues => "By name and values, likely",
        ColumnCertainty.Values => "By its values, a guess",
        _ => "No field fits",
    };

    /// <summary>Why no row could become a lead, or null.</summary>
    public static string? Blocker(IReadOnlyList<DraftColumn> columns) =>
        columns.Any(c => c.Field is "email" or "companyName" or "companyDomain") ? null
            : "No column holds an e-mail address or a company, and a lead needs one of them. Choose the column that does.";

    /// <summary>What a person should know about one column, or null.</summary>
    public static string? Conflict(DraftColumn column, IReadOnlyList<DraftColumn> all)
    {
        if (column.Field.Length == 0)
        {
            return null;
        }

        var first = all.First(c => c.Field.Equals(column.Field, StringComparison.OrdinalIgnoreCase));
        return first.Name == column.Name ? null
            : ColumnMapping.IsUnited(column.Field) ? $"Put together with “{first.Name}”."
            : $"“{first.Name}” goes to the same field and comes first; this one only fills in where that is empty.";
    }

    public static string Encoding(string name) => name switch
    {
        "utf-8" => "Unicode (UTF-8)",
        "utf-16" => "Unicode (UTF-16)",
        "utf-16BE" => "Unicode (UTF-16, big endian)",
        "windows-1252" => "Western European (Windows-1252)",
        "windows-1250" => "Central European (Windows-1250)",
        "windows-1251" => "Cyrillic (Windows-1251)",
        "windows-1254" => "Turkish (Windows-1254)",
        "iso-8859-15" => "Western European (ISO 8859-15)",
        "macintosh" => "Western European (Macintosh)",
        _ => name,
    };

    public static string Delimiter(char delimiter) => delimiter switch
    {
        ',' => "Comma",
        ';' => "Semicolon",
        '\t' => "Tab",
        '|' => "Vertical bar",
        _ => delimiter.ToString(),
    };
}
