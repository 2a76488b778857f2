namespace LeadGen.Fakes.HubSpot;

/// <summary>The records of the account and what ties them, one call at a time.</summary>
internal sealed class HubSpotAccount
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Dictionary<string, HubSpotObject>> objects = new(StringComparer.Ordinal)
    {
        ["contacts"] = [],
        ["companies"] = [],
        ["deals"] = [],
    };

    private readonly HashSet<(string From, string FromId, string To, string ToId)> ties = [];
    private readonly Dictionary<string, List<HubSpotProperty>> properties = HubSpotStandard.Properties();
    private readonly HashSet<string> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> forwards = [];
    private long next = 50_000;

    public bool Knows(string kind) => objects.ContainsKey(kind);

    public IReadOnlyList<HubSpotProperty> PropertiesOf(string kind)
    {
        lock (gate)
        {
            return [.. properties[kind]];
        }
    }

    public bool AddGroup(string kind, string name)
    {
        lock (gate)
        {
            return groups.Add($"{kind}/{name}");
        }
    }

    public bool AddProperty(string kind, HubSpotProperty property)
    {
        lock (gate)
        {
            if (properties[kind].Exists(p => p.Name == property.Name))
            {
                return false;
            }

            properties[kind].Add(property);
            return true;
        }
    }

    public HubSpotObject Create(string kind, IReadOnlyDictionary<string, string> values)
    {
        lock (gate)
        {
            var made = new HubSpotObject((++next).Text(), DateTimeOffset.UtcNow);
            objects[kind].Add(made.Id, made);
            Take(made, values);
            if (kind == "contacts")
            {
                made.Properties.TryAdd("lifecyclestage", "lead");
            }

            return made;
        }
    }

    public void Update(HubSpotObject known, IReadOnlyDictionary<string, string> values)
    {
        lock (gate)
        {
            Take(known, values);
        }
    }

    /// <summary>Records that were merged away answer as the one that took their place.</summary>
    public HubSpotObject? Find(string kind, string id)
    {
        lock (gate)
        {
            return objects[kind].GetValueOrDefault(forwards.GetValueOrDefault(id, id)) is { Archived: false } found ? found : null;
        }
    }

    public HubSpotObject? FindBy(string kind, string property, string value)
    {
        lock (gate)
        {
            return objects[kind].Values.FirstOrDefault(
                o => !o.Archived && string.Equals(o.Properties.GetValueOrDefault(property), value, StringComparison.OrdinalIgnoreCase));
        }
    }

    public IReadOnlyList<HubSpotObject> All(string kind)
    {
        lock (gate)
        {
            return [.. objects[kind].Values.Where(o => !o.Archived)];
        }
    }

    public void Set(string kind, string id, string property, string value) =>
        Update(Find(kind, id) ?? throw new InvalidOperationException($"There is no {kind} {id}."), new Dictionary<string, string> { [property] = value });

    public void Archive(string kind, string id)
    {
        lock (gate)
        {
            objects[kind][id].Archived = true;
        }
    }

    public string Merge(string first, string second)
    {
        var (a, b) = (Find("contacts", first)!, Find("contacts", second)!);
        var values = new Dictionary<string, string>(b.Properties);
        foreach (var (name, value) in a.Properties)
        {
            values[name] = value;
        }

        values["hs_merged_object_ids"] = $"{first};{second}";
        (a.Archived, b.Archived) = (true, true);
        var merged = Create("contacts", values);
        lock (gate)
        {
            (forwards[first], forwards[second]) = (merged.Id, merged.Id);
        }

        return merged.Id;
    }

    public void Associate(string from, string fromId, string to, string toId)
    {
        lock (gate)
        {
            ties.Add((from, fromId, to, toId));
            ties.Add((to, toId, from, fromId));
        }
    }

    public IReadOnlyList<string> Associated(string from, string fromId, string to)
    {
        lock (gate)
        {
            return [.. ties.Where(t => t.From == from && t.FromId == fromId && t.To == to).Select(t => t.ToId)];
        }
    }

    public IReadOnlyList<FakeRecord> List()
    {
        lock (gate)
        {
            return [.. objects.SelectMany(kind => kind.Value.Values.Where(o => !o.Archived).Select(o => new FakeRecord(
                kind.Key,
                o.Id,
                new Dictionary<string, string>(o.Properties),
                kind.Key switch { "contacts" => "lifecyclestage", "deals" => "dealstage", _ => null })
            {
                Stages = kind.Key == "deals" ? [.. HubSpotStandard.DealStages.Select(s => s.Id)] : HubSpotStandard.LifecycleStages,
            }))];
        }
    }

    private static void Take(HubSpotObject target, IReadOnlyDictionary<string, string> values)
    {
        foreach (var (name, value) in values)
        {
            if (value.Length == 0)
            {
                target.Properties.Remove(name);
            }
            else
            {
                target.Properties[name] = name == "email" ? value.ToLowerInvariant() : value;
            }
        }

        // Milliseconds, as the API gives them; later than before in any case.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        target.UpdatedAt = now > target.UpdatedAt ? now : target.UpdatedAt.AddMilliseconds(1);
    }
}
