using System.Globalization;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>All fields of a lead that a source can give, in the order in which they are shown.</summary>
/// <remarks>Text forms round-trip: <c>Set(Get(x))</c> changes nothing. Times are ISO 8601 in UTC, lists are joined with <c>;</c>.</remarks>
public static class LeadFields
{
    /// <summary>Before the name of a field of the tenant's own.</summary>
    public const string CustomPrefix = "custom.";

    public const int MaxCustom = 100;
    public const int MaxCustomName = 100;
    public const int MaxCustomValue = 4_000;

    public const int MaxNotes = 20_000;

    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ";

    public static IReadOnlyList<LeadField> All { get; } =
    [
        Text("email", FieldKind.Email, 254, lead => lead.Email, (lead, text) => lead.Email = text),
        Text("firstName", FieldKind.Text, 200, lead => lead.FirstName, (lead, text) => lead.FirstName = text),
        Text("lastName", FieldKind.Text, 200, lead => lead.LastName, (lead, text) => lead.LastName = text),
        Text("fullName", FieldKind.Text, 200, lead => lead.FullName, (lead, text) => lead.FullName = text),
        Text("jobTitle", FieldKind.Text, 200, lead => lead.JobTitle, (lead, text) => lead.JobTitle = text),
        new("seniority", FieldKind.Seniority, 50,
            lead => lead.Seniority == Seniority.Unknown ? null : lead.Seniority.ToString(),
            (lead, text) => lead.Seniority = text is null ? Seniority.Unknown : Parse<Seniority>(text)),
        Text("phone", FieldKind.Phone, 50, lead => lead.Phone, (lead, text) => lead.Phone = text),
        Text("linkedInUrl", FieldKind.Url, 500, lead => lead.LinkedInUrl, (lead, text) => lead.LinkedInUrl = text),
        Text("country", FieldKind.Country, 100, lead => lead.Country, (lead, text) => lead.Country = text),
        Text("city", FieldKind.Text, 200, lead => lead.City, (lead, text) => lead.City = text),
        Text("companyName", FieldKind.Text, 200, lead => lead.CompanyName, (lead, text) => lead.CompanyName = text),
        Text("companyDomain", FieldKind.Domain, 253, lead => lead.CompanyDomain, (lead, text) => lead.CompanyDomain = text),
        Text("industry", FieldKind.Text, 200, lead => lead.Industry, (lead, text) => lead.Industry = text),
        new("employeeCount", FieldKind.HeadCount, 50,
            lead => lead.EmployeeCount?.ToString(CultureInfo.InvariantCulture),
            (lead, text) => lead.EmployeeCount = text is null ? null : int.Parse(text, CultureInfo.InvariantCulture)),
        new("annualRevenue", FieldKind.Money, 50,
            lead => lead.AnnualRevenue?.ToString(CultureInfo.InvariantCulture),
            (lead, text) => lead.AnnualRevenue = text is null ? null : long.Parse(text, CultureInfo.InvariantCulture)),
        new("technologies", FieldKind.List, 4_000, lead => Join(lead.Technologies), (lead, text) => lead.Technologies = Split(text)),
        Text("message", FieldKind.LongText, 20_000, lead => lead.Message, (lead, text) => lead.Message = text),
        Text("notes", FieldKind.LongText, MaxNotes, lead => lead.Notes, (lead, text) => lead.Notes = text),
        Text("source", FieldKind.Text, 200, lead => lead.Source, (lead, text) => lead.Source = text),
        Text("campaign", FieldKind.Text, 200, lead => lead.Campaign, (lead, text) => lead.Campaign = text),
        new("tags", FieldKind.List, 4_000, lead => Join(lead.Tags), (lead, text) => lead.Tags = Split(text)),
        new("consent.basis", FieldKind.ConsentBasis, 200,
            lead => lead.Consent?.Basis is { Length: > 0 } basis ? basis : null,
            (lead, text) => SetConsent(lead, text, lead.Consent?.At, lead.Consent?.Text)),
        new("consent.at", FieldKind.Time, 50,
            lead => Text(lead.Consent?.At),
            (lead, text) => SetConsent(lead, lead.Consent?.Basis, Time(text), lead.Consent?.Text)),
        new("consent.text", FieldKind.LongText, 4_000,
            lead => lead.Consent?.Text,
            (lead, text) => SetConsent(lead, lead.Consent?.Basis, lead.Consent?.At, text)),
        Text("externalId", FieldKind.Text, 200, lead => lead.ExternalId, (lead, text) => lead.ExternalId = text),
        new("createdAt", FieldKind.Time, 50,
            lead => Text(lead.CreatedAt),
            (lead, text) => lead.CreatedAt = Time(text) ?? throw new FormatException("A lead always has a time of creation.")),
        new("outcome", FieldKind.Outcome, 50,
            lead => lead.Outcome?.ToString(),
            (lead, text) => lead.Outcome = text is null ? null : Parse<Outcome>(text)),
        new("outcomeAt", FieldKind.Time, 50, lead => Text(lead.OutcomeAt), (lead, text) => lead.OutcomeAt = Time(text)),
    ];

    private static readonly Dictionary<string, LeadField> _byName = All.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The field of that name in any case, <c>custom.NAME</c> included; null when there is none.</summary>
    public static LeadField? Find(string name)
    {
        if (_byName.TryGetValue(name, out var field))
            return field;
        if (!name.StartsWith(CustomPrefix, StringComparison.OrdinalIgnoreCase))
            return null;
        var own = name[CustomPrefix.Length..].Trim();
        return own.Length is 0 or > MaxCustomName ? null : Custom(own);
    }

    /// <summary>Names of the custom fields that the lead has, with their prefix, in order.</summary>
    public static IEnumerable<string> CustomNames(Lead lead) =>
        lead.Custom.Keys.Order(StringComparer.OrdinalIgnoreCase).Select(key => CustomPrefix + key);

    /// <summary>The field's text, null when it is empty or no such field exists.</summary>
    public static string? Get(Lead lead, string name) => Find(name)?.Get(lead);

    internal static string? Text(DateTime? time) => time?.ToString(TimeFormat, CultureInfo.InvariantCulture);

    internal static string? Join(IReadOnlyCollection<string> items) => items.Count == 0 ? null : string.Join(';', items);

    internal static List<string> Split(string? text) => text is null ? [] : [.. text.Split(';')];

    private static LeadField Text(string name, FieldKind kind, int length, Func<Lead, string?> get, Action<Lead, string?> set) =>
        new(name, kind, length, lead => get(lead) is { Length: > 0 } text ? text : null, set);

    private static LeadField Custom(string own) => new(
        CustomPrefix + own,
        FieldKind.LongText,
        MaxCustomValue,
        lead => lead.Custom.GetValueOrDefault(own),
        (lead, text) =>
        {
            if (string.IsNullOrEmpty(text))
                lead.Custom.Remove(own);
            else
                lead.Custom[own] = text;
        });

    private static DateTime? Time(string? text) => text is null
        ? null
        : DateTime.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    private static T Parse<T>(string text)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : throw new FormatException($"\"{text}\" is none of {string.Join(", ", Enum.GetNames<T>())}.");

    private static void SetConsent(Lead lead, string? basis, DateTime? at, string? text)
    {
        var nothing = string.IsNullOrEmpty(basis) && at is null && text is null;
        lead.Consent = nothing ? null : new Consent(basis ?? "", at, text);
    }
}
