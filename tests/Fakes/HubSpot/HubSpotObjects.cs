using System.Globalization;

namespace LeadGen.Fakes.HubSpot;

/// <summary>A record of the account.</summary>
internal sealed class HubSpotObject(string id, DateTimeOffset now)
{
    public string Id => id;

    public SortedDictionary<string, string> Properties { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset CreatedAt { get; } = now;

    public DateTimeOffset UpdatedAt { get; set; } = now;

    public bool Archived { get; set; }

    public object Wire(string? trace = null, bool? isNew = null) => new
    {
        id,
        properties = new SortedDictionary<string, string?>(Properties.ToDictionary(p => p.Key, p => (string?)p.Value), StringComparer.Ordinal)
        {
            ["createdate"] = Iso(CreatedAt),
            ["hs_object_id"] = id,
            ["lastmodifieddate"] = Iso(UpdatedAt),
            ["hs_lastmodifieddate"] = Iso(UpdatedAt),
        },
        createdAt = Iso(CreatedAt),
        updatedAt = Iso(UpdatedAt),
        archived = Archived,
        @new = isNew,
        objectWriteTraceId = trace,
    };

    internal static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}

/// <summary>A property of an object type.</summary>
internal sealed record HubSpotProperty(string Name, string Label, string Type, string FieldType, string GroupName)
{
    public bool HasUniqueValue { get; init; }

    public bool ReadOnlyValue { get; init; }

    public IReadOnlyList<HubSpotOption> Options { get; init; } = [];

    public object Wire() => new
    {
        name = Name,
        label = Label,
        type = Type,
        fieldType = FieldType,
        groupName = GroupName,
        hasUniqueValue = HasUniqueValue,
        hidden = false,
        options = Options,
        modificationMetadata = new { readOnlyValue = ReadOnlyValue, archivable = true, readOnlyDefinition = false },
    };
}

internal sealed record HubSpotOption(string Label, string Value);

/// <summary>What a HubSpot account has from the first day.</summary>
internal static class HubSpotStandard
{
    public static readonly string[] LifecycleStages =
        ["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist", "other"];

    public static readonly (string Id, string Label, string IsClosed, string Probability)[] DealStages =
    [
        ("appointmentscheduled", "Appointment Scheduled", "false", "0.2"),
        ("qualifiedtobuy", "Qualified To Buy", "false", "0.4"),
        ("presentationscheduled", "Presentation Scheduled", "false", "0.6"),
        ("contractsent", "Contract Sent", "false", "0.9"),
        ("closedwon", "Closed Won", "true", "1.0"),
        ("closedlost", "Closed Lost", "true", "0.0"),
    ];

    public static Dictionary<string, List<HubSpotProperty>> Properties() => new(StringComparer.Ordinal)
    {
        ["contacts"] =
        [
            Text("email", "Email") with { HasUniqueValue = true }, Text("firstname", "First Name"), Text("lastname", "Last Name"),
            Text("jobtitle", "Job Title"), Text("phone", "Phone Number"), Text("country", "Country/Region"), Text("city", "City"),
            Text("company", "Company Name"), Text("website", "Website URL"), Text("hs_linkedin_url", "LinkedIn URL"),
            new("lifecyclestage", "Lifecycle Stage", "enumeration", "radio", "contactinformation")
            {
                Options = [.. LifecycleStages.Select(s => new HubSpotOption(char.ToUpperInvariant(s[0]) + s[1..], s))],
            },
            Number("num_notes", "Number of Sales Activities") with { ReadOnlyValue = true },
            Text("hs_merged_object_ids", "Merged record IDs") with { ReadOnlyValue = true },
            new("createdate", "Create Date", "datetime", "date", "contactinformation") { ReadOnlyValue = true },
            new("lastmodifieddate", "Last Modified Date", "datetime", "date", "contactinformation") { ReadOnlyValue = true },
        ],
        ["companies"] =
        [
            Text("name", "Company name"), Text("domain", "Company Domain Name"), Text("industry", "Industry"), Text("country", "Country/Region"),
            Text("city", "City"), Number("numberofemployees", "Number of Employees"), Number("annualrevenue", "Annual Revenue"),
        ],
        ["deals"] = [Text("dealname", "Deal Name"), Text("dealstage", "Deal Stage"), Text("pipeline", "Pipeline"), Number("amount", "Amount")],
    };

    private static HubSpotProperty Text(string name, string label) => new(name, label, "string", "text", "contactinformation");

    private static HubSpotProperty Number(string name, string label) => new(name, label, "number", "number", "contactinformation");
}
