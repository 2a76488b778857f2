using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace LeadGen.Fakes.Pipedrive;

/// <summary>A record: the JSON that the API gives, with its number (leads have a UUID) as <c>id</c>.</summary>
internal sealed class PipedriveItem(string kind, string id, JsonObject json)
{
    public string Kind => kind;

    public string Id => id;

    public JsonObject Json => json;

    public bool Deleted { get; set; }

    public string Stamp => json["update_time"]!.ToString();
}

/// <summary>A field of people or organisations.</summary>
internal sealed record PipedriveColumn(string Name, string Code, string Type, bool Custom)
{
    public List<(long Id, string Label)> Options { get; init; } = [];

    public object Wire() => new
    {
        field_name = Name,
        field_code = Code,
        field_type = Type,
        options = Options.Count > 0 ? Options.Select(o => new { id = o.Id, label = o.Label }) : null,
        subfields = (object?)null,
        is_custom_field = Custom,
        is_optional_response_field = false,
    };
}

/// <summary>The company's records.</summary>
internal sealed class PipedriveStore
{
    private readonly Lock gate = new();
    private readonly List<PipedriveItem> items = [];
    private long next = 100;
    private long nextOption = 10;

    public static IReadOnlyList<(long Id, string Name)> Stages { get; } = [(1, "Qualified"), (2, "Contact Made"), (3, "Demo Scheduled"), (4, "Negotiations Started")];

    public Dictionary<string, List<PipedriveColumn>> Columns { get; } = new(StringComparer.Ordinal)
    {
        ["personFields"] =
        [
            new("ID", "id", "int", false), new("Name", "name", "varchar", false), new("First name", "first_name", "varchar", false), new("Last name", "last_name", "varchar", false),
            new("Email", "emails", "varchar", false), new("Phone", "phones", "phone", false), new("Owner", "owner_id", "user", false), new("Organization", "org_id", "org", false),
            new("Person created", "add_time", "date", false), new("Update time", "update_time", "date", false),
        ],
        ["organizationFields"] =
        [
            new("ID", "id", "int", false), new("Name", "name", "varchar", false), new("Address", "address", "address", false), new("Owner", "owner_id", "user", false),
            new("Update time", "update_time", "date", false),
        ],
    };

    /// <summary>What time it is there; stamps are whole seconds.</summary>
    public Func<DateTime> Clock { get; set; } = () => DateTime.UtcNow;

    public string Now => Clock().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A new field's key: forty hexadecimal digits that mean nothing.</summary>
    public PipedriveColumn AddColumn(string kind, string name, string type, IEnumerable<string> options)
    {
        lock (gate)
        {
            var code = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}/{name}/{Columns[kind].Count}")))[..40];
            var made = new PipedriveColumn(name, code, type, true) { Options = [.. options.Select(o => (++nextOption, o))] };
            Columns[kind].Add(made);
            return made;
        }
    }

    public PipedriveItem Create(string kind, JsonObject json)
    {
        lock (gate)
        {
            var number = ++next;
            var id = kind == "leads" ? new Guid((int)number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]).ToString() : number.Text();
            json["id"] = kind == "leads" ? id : number;
            json["add_time"] = Now;
            json["update_time"] = Now;
            var made = new PipedriveItem(kind, id, json);
            items.Add(made);
            return made;
        }
    }

    public void Change(PipedriveItem item, JsonObject values)
    {
        lock (gate)
        {
            foreach (var (name, value) in values)
            {
                if (name == "custom_fields" && value is JsonObject own)
                {
                    var fields = item.Json["custom_fields"] as JsonObject ?? [];
                    foreach (var (code, set) in own)
                    {
                        fields[code] = set?.DeepClone();
                    }

                    item.Json["custom_fields"] = fields.DeepClone();
                }
                else
                {
                    item.Json[name] = value?.DeepClone();
                }
            }

            item.Json["update_time"] = Now;
        }
    }

    public PipedriveItem? Find(string kind, string? id)
    {
        lock (gate)
        {
            return items.Find(i => i.Kind == kind && i.Id == id && !i.Deleted);
        }
    }

    public IReadOnlyList<PipedriveItem> All(string kind)
    {
        lock (gate)
        {
            return [.. items.Where(i => i.Kind == kind && !i.Deleted)];
        }
    }
}
