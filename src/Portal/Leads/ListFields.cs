using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Leads;

/// <summary>What lists can be filtered by and can show as columns.</summary>
public static class ListFields
{
    public const string Import = "import";

    public static IReadOnlyList<ListField> All { get; } =
    [
        new("grade", "Grade", ListFieldKind.Choice), new("score", "Score", ListFieldKind.Number), new("intent", "Intent", ListFieldKind.Choice),
        new("fit", "Fit", ListFieldKind.Number), new("intentStrength", "Intent strength", ListFieldKind.Number),
        new("owner", "Owner", ListFieldKind.Choice), new("tag", "Tag", ListFieldKind.List), new("outcome", "Outcome", ListFieldKind.Choice),
        new("stage", "Stage", ListFieldKind.Choice), new(Import, "Import", ListFieldKind.Choice),
        new("source", "Source", ListFieldKind.ChoiceText), new("campaign", "Campaign", ListFieldKind.ChoiceText),
        new("country", "Country", ListFieldKind.ChoiceText), new("city", "City", ListFieldKind.ChoiceText),
        new("companyName", "Company", ListFieldKind.Text), new("companyDomain", "Company domain", ListFieldKind.Text),
        new("industry", "Industry", ListFieldKind.ChoiceText), new("employeeCount", "Employees", ListFieldKind.Number),
        new("annualRevenue", "Annual revenue", ListFieldKind.Number), new("technologies", "Technologies", ListFieldKind.List),
        new("fullName", "Name", ListFieldKind.Text), new("email", "E-mail", ListFieldKind.Text), new("phone", "Phone", ListFieldKind.Text),
        new("jobTitle", "Job title", ListFieldKind.Text), new("seniority", "Level", ListFieldKind.Choice),
        new("department", "Department", ListFieldKind.Choice), new("linkedInUrl", "LinkedIn", ListFieldKind.Text),
        new("message", "Message", ListFieldKind.Text), new("notes", "Notes", ListFieldKind.Text),
        new("language", "Language", ListFieldKind.ChoiceText), new("externalId", "External id", ListFieldKind.Text),
        new("createdAt", "Created", ListFieldKind.Time), new("updatedAt", "Changed", ListFieldKind.Time), new("outcomeAt", "Decided", ListFieldKind.Time),
    ];

    private static readonly Dictionary<string, ListField> ByName = All.ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The field of that name, a custom one included; null when there is none.</summary>
    public static ListField? Find(string name) => ByName.TryGetValue(name, out var field)
        ? field
        : name.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase)
            && name.Length > LeadFields.CustomPrefix.Length && name.Length <= LeadFields.CustomPrefix.Length + LeadFields.MaxCustomName
            ? new ListField(name, name[LeadFields.CustomPrefix.Length..], ListFieldKind.Text)
            : null;
}

/// <summary>A field of lists.</summary>
/// <param name="Label">In words.</param>
public sealed record ListField(string Name, string Label, ListFieldKind Kind)
{
    public bool IsCustom => Name.StartsWith(LeadFields.CustomPrefix, StringComparison.OrdinalIgnoreCase);

    public bool Allows(ConditionKind kind) => Kind switch
    {
        ListFieldKind.Choice => kind is ConditionKind.Is,
        ListFieldKind.ChoiceText => kind is ConditionKind.Is or ConditionKind.Has or ConditionKind.Empty or ConditionKind.Set,
        ListFieldKind.Text => kind is ConditionKind.Is or ConditionKind.Has or ConditionKind.Empty or ConditionKind.Set,
        ListFieldKind.List => kind is ConditionKind.Is or ConditionKind.Empty or ConditionKind.Set,
        ListFieldKind.Number => kind is ConditionKind.Range,
        _ => kind is ConditionKind.Range or ConditionKind.Within,
    };
}

public enum ListFieldKind
{
    Text,

    /// <summary>One of a fixed list.</summary>
    Choice,

    /// <summary>A text of which a tenant has few different ones.</summary>
    ChoiceText,
    Number,
    Time,
    List,
}
