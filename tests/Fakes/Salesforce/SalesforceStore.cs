using System.Globalization;

namespace LeadGen.Fakes.Salesforce;

/// <summary>The records of the organisation, one call at a time.</summary>
internal sealed class SalesforceStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SalesforceRow> rows = new(StringComparer.Ordinal);
    private readonly List<(string Type, string Id, DateTime At)> log = [];
    private long next = 1000;

    public SalesforceStore()
    {
        Company = Create("Organization", new Dictionary<string, object?> { ["Name"] = "Northwind Pretended", ["IsSandbox"] = false }).Id;
        var profile = "00e000000000000001";
        User = Create("User", new Dictionary<string, object?> { ["ProfileId"] = profile }).Id;
        Create("PermissionSet", new Dictionary<string, object?> { ["IsOwnedByProfile"] = true, ["ProfileId"] = profile });
        var order = 0m;
        foreach (var status in SalesforceStandard.Statuses)
        {
            Create("LeadStatus", new Dictionary<string, object?> { ["ApiName"] = status, ["MasterLabel"] = status, ["SortOrder"] = ++order });
        }

        foreach (var (name, closed, won) in SalesforceStandard.Stages)
        {
            Create("OpportunityStage", new Dictionary<string, object?>
            {
                ["ApiName"] = name,
                ["MasterLabel"] = name,
                ["IsActive"] = true,
                ["IsClosed"] = closed,
                ["IsWon"] = won,
                ["SortOrder"] = ++order,
            });
        }
    }

    public Dictionary<string, List<SalesforceColumn>> Columns { get; } = SalesforceStandard.Columns();

    public string Company { get; }

    public string User { get; }

    /// <summary>What time it is there; Salesforce stamps whole seconds.</summary>
    public Func<DateTime> Clock { get; set; } = () => DateTime.UtcNow;

    public DateTime Now => Clock() is var now ? now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)) : default;

    public SalesforceRow Create(string type, IReadOnlyDictionary<string, object?> values)
    {
        lock (gate)
        {
            var id = SalesforceStandard.Prefixes[type] + (++next).ToString("D15", CultureInfo.InvariantCulture);
            var made = new SalesforceRow(type, id);
            made.Values["CreatedDate"] = Now;
            if (type == "Lead")
            {
                made.Values["Status"] = SalesforceStandard.Statuses[0];
                made.Values["IsConverted"] = false;
            }

            rows.Add(id, made);
            Take(made, values);
            return made;
        }
    }

    public void Update(SalesforceRow row, IReadOnlyDictionary<string, object?> values)
    {
        lock (gate)
        {
            Take(row, values);
        }
    }

    /// <summary>Dead or alive.</summary>
    public SalesforceRow? Find(string id)
    {
        lock (gate)
        {
            return rows.GetValueOrDefault(id);
        }
    }

    /// <summary>The first that is alive with this value.</summary>
    public SalesforceRow? FindBy(string type, string field, string value)
    {
        lock (gate)
        {
            return rows.Values.FirstOrDefault(r => r.Type == type && value.Equals(r[field] as string, StringComparison.OrdinalIgnoreCase) && !r.Deleted);
        }
    }

    public IReadOnlyList<SalesforceRow> All(string type)
    {
        lock (gate)
        {
            return [.. rows.Values.Where(r => r.Type == type)];
        }
    }

    public void Delete(string id, string? winner = null)
    {
        lock (gate)
        {
            var row = rows[id];
            Take(row, new Dictionary<string, object?> { ["IsDeleted"] = true, ["MasterRecordId"] = winner });
            log.Add((row.Type, id, Now));
        }
    }

    public IReadOnlyList<(string Id, DateTime At)> Deleted(string type, DateTime from, DateTime to)
    {
        lock (gate)
        {
            return [.. log.Where(l => l.Type == type && l.At >= from && l.At < to).Select(l => (l.Id, l.At))];
        }
    }

    private void Take(SalesforceRow row, IReadOnlyDictionary<string, object?> values)
    {
        foreach (var (name, value) in values)
        {
            row.Values[name] = value;
        }

        row.Values["SystemModstamp"] = Now;
    }
}
