using System.Collections.Frozen;

namespace LeadGen.Pipeline.Outreach;

/// <summary>A value that a template may name.</summary>
/// <param name="Path">As it stands in the template, <c>lead.firstName</c>.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Group">Under what it is offered.</param>
/// <param name="Default">Words that stand in well when it is missing; empty when nothing does.</param>
public sealed record MergeValue(string Path, string Label, string Group, string Default = "");

/// <summary>All values that a template may name, in the order in which they are offered.</summary>
public static class MergePalette
{
    /// <summary>Before the name of a field of the tenant's own; names with blanks are written <c>lead.custom["Team size"]</c>.</summary>
    public const string Custom = "lead.custom";

    /// <summary>Most facts that a mail has places for.</summary>
    public const int MostFacts = 5;

    public static IReadOnlyList<MergeValue> All { get; } =
    [
        new("lead.firstName", "First name", "Lead", "there"),
        new("lead.lastName", "Last name", "Lead"),
        new("lead.fullName", "Full name", "Lead", "there"),
        new("lead.jobTitle", "Job title", "Lead", "your role"),
        new("lead.email", "E-mail", "Lead"),
        new("lead.phone", "Phone", "Lead"),
        new("lead.city", "City", "Lead"),
        new("lead.country", "Country", "Lead"),
        new("lead.source", "Source", "Lead"),
        new("lead.campaign", "Campaign", "Lead"),
        new("lead.message", "Their message", "Lead"),
        new("company.name", "Company", "Company", "your company"),
        new("company.domain", "Website", "Company"),
        new("company.industry", "Industry", "Company", "your industry"),
        new("company.employees", "Employees", "Company"),
        new("company.revenue", "Annual revenue", "Company"),
        new("company.technologies", "Technologies", "Company"),
        new("sender.name", "Sender's name", "Sender"),
        new("sender.firstName", "Sender's first name", "Sender"),
        new("sender.email", "Sender's e-mail", "Sender"),
        new("sender.signature", "Signature", "Sender"),
        new("workspace.name", "Our company", "Sender"),
        new("icp.name", "Profile that the lead matches", "Profile"),
        new("icp.description", "Description of the profile", "Profile"),
        .. Enumerable.Range(1, MostFacts).Select(n => new MergeValue(Fact(n), $"Fact {n}", "Knowledge")),
    ];

    private static readonly FrozenDictionary<string, MergeValue> ByPath = All.ToFrozenDictionary(v => v.Path, StringComparer.Ordinal);

    /// <summary>The path of the n-th fact, from 1.</summary>
    public static string Fact(int number) => $"fact.f{number}";

    /// <summary>The path of a field of the tenant's own.</summary>
    public static string OfCustom(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0])
            ? $"{Custom}.{name}"
            : $"{Custom}[\"{name.Replace("\"", "", StringComparison.Ordinal)}\"]";

    /// <summary>The value of that path, fields of the tenant's own included; null when there is none.</summary>
    public static MergeValue? Find(string path)
    {
        if (ByPath.TryGetValue(path, out var value))
            return value;
        if (path.StartsWith(Custom + ".", StringComparison.Ordinal) && path.Length > Custom.Length + 1)
            return new MergeValue(path, path[(Custom.Length + 1)..], "Own fields");
        return path.StartsWith(Custom + "[", StringComparison.Ordinal) && path.Length > Custom.Length + 4
            ? new MergeValue(path, path[(Custom.Length + 2)..^2], "Own fields")
            : null;
    }

    /// <summary>As it is inserted: with the words that stand in when it is missing.</summary>
    public static string Insert(MergeValue value) =>
        value.Default.Length > 0 ? $"{{{{ {value.Path} | default: \"{value.Default}\" }}}}" : $"{{{{ {value.Path} }}}}";
}
