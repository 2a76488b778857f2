namespace LeadGen.Fakes.Salesforce;

/// <summary>A record; values are text, number, truth or nothing.</summary>
internal sealed class SalesforceRow(string type, string id)
{
    public string Type => type;

    public string Id => id;

    public Dictionary<string, object?> Values { get; } = new(StringComparer.OrdinalIgnoreCase) { ["Id"] = id, ["IsDeleted"] = false };

    /// <summary>Gone from the recycle bin, too.</summary>
    public bool Purged { get; set; }

    public bool Deleted => Values["IsDeleted"] is true;

    public DateTime Stamp => Values["SystemModstamp"] is DateTime stamp ? stamp : default;

    public object? this[string name] => Values.GetValueOrDefault(name);
}

/// <summary>A field as the description names it.</summary>
internal sealed record SalesforceColumn(string Name, string Label, string Type)
{
    public bool Writable { get; init; } = true;

    public bool Required { get; init; }

    public int Length { get; init; } = 255;

    public bool External { get; init; }

    /// <summary>Not yet shown to anybody: a new field without permissions.</summary>
    public bool Hidden { get; set; }

    public IReadOnlyList<string> Choices { get; init; } = [];

    public object Wire() => new
    {
        name = Name,
        label = Label,
        type = Type,
        length = Type is "string" or "textarea" ? Length : 0,
        createable = Writable,
        updateable = Writable,
        nillable = !Required,
        custom = Name.EndsWith("__c", StringComparison.Ordinal),
        externalId = External,
        picklistValues = Choices.Select(c => new { active = true, defaultValue = false, label = c, value = c }),
    };
}

/// <summary>What a Salesforce organisation has from the first day.</summary>
internal static class SalesforceStandard
{
    public static readonly string[] Statuses = ["Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"];

    public static readonly (string Name, bool Closed, bool Won)[] Stages =
        [("Prospecting", false, false), ("Qualification", false, false), ("Proposal/Price Quote", false, false), ("Closed Won", true, true), ("Closed Lost", true, false)];

    public static readonly Dictionary<string, string> Prefixes = new(StringComparer.Ordinal)
    {
        ["Lead"] = "00Q",
        ["Contact"] = "003",
        ["Account"] = "001",
        ["Opportunity"] = "006",
        ["OpportunityContactRole"] = "00K",
        ["LeadStatus"] = "01J",
        ["OpportunityStage"] = "01J",
        ["Organization"] = "00D",
        ["User"] = "005",
        ["PermissionSet"] = "0PS",
        ["FieldPermissions"] = "01k",
        ["Job"] = "750",
    };

    public static Dictionary<string, List<SalesforceColumn>> Columns() => new(StringComparer.Ordinal)
    {
        ["Lead"] =
        [
            .. System(), Text("FirstName", "First Name", 40), Text("LastName", "Last Name", 80) with { Required = true }, Text("Company", "Company", 255) with { Required = true },
            new("Email", "Email", "email"), new("Phone", "Phone", "phone"), Text("Title", "Title", 128), new("Website", "Website", "url"), Text("City", "City", 40),
            Text("Country", "Country", 80), new("Industry", "Industry", "picklist") { Choices = ["Banking", "Chemicals", "Manufacturing", "Technology"] },
            new("NumberOfEmployees", "Employees", "int"), new("AnnualRevenue", "Annual Revenue", "currency"), new("DoNotCall", "Do Not Call", "boolean"),
            new("Status", "Lead Status", "picklist") { Choices = Statuses }, new("IsConverted", "Converted", "boolean") { Writable = false },
            new("ConvertedOpportunityId", "Converted Opportunity ID", "reference") { Writable = false }, new("Address", "Address", "address") { Writable = false },
        ],
        ["Contact"] =
        [
            .. System(), Text("FirstName", "First Name", 40), Text("LastName", "Last Name", 80) with { Required = true }, new("Email", "Email", "email"),
            new("Phone", "Phone", "phone"), Text("Title", "Title", 128), new("AccountId", "Account ID", "reference"),
        ],
        ["Account"] =
        [
            .. System(), Text("Name", "Account Name", 255) with { Required = true }, new("Website", "Website", "url"),
            new("Industry", "Industry", "picklist") { Choices = ["Banking", "Chemicals", "Manufacturing", "Technology"] }, new("NumberOfEmployees", "Employees", "int"),
        ],
        ["Opportunity"] = [.. System(), Text("Name", "Name", 120), Text("StageName", "Stage", 255), Text("AccountId", "Account ID", 18)],
        ["FieldPermissions"] = [.. System(), Text("ParentId", "Parent", 18), Text("SobjectType", "Type", 80), Text("Field", "Field", 80), new("PermissionsRead", "Read", "boolean"), new("PermissionsEdit", "Edit", "boolean")],
    };

    private static SalesforceColumn[] System() =>
    [
        new("Id", "Record ID", "id") { Writable = false }, new("IsDeleted", "Deleted", "boolean") { Writable = false }, new("MasterRecordId", "Master Record ID", "reference") { Writable = false },
        new("CreatedDate", "Created Date", "datetime") { Writable = false }, new("SystemModstamp", "System Modstamp", "datetime") { Writable = false },
    ];

    private static SalesforceColumn Text(string name, string label, int length) => new(name, label, "string") { Length = length };
}
