namespace LeadGen.Portal.Leads;

/// <summary>Which leads are picked: some by hand, or all that a list has but for some.</summary>
public sealed class LeadSelection
{
    private readonly HashSet<Guid> picked = [];

    /// <summary>All that match are picked; <see cref="Ids"/> are the exceptions.</summary>
    public bool All { get; private set; }

    public IReadOnlySet<Guid> Ids => picked;

    public bool Has(Guid id) => picked.Contains(id) != All;

    /// <param name="listed">How many leads the list has.</param>
    public int Count(int listed) => All ? Math.Max(0, listed - picked.Count) : picked.Count;

    public void Toggle(Guid id)
    {
        if (!picked.Remove(id))
        {
            picked.Add(id);
        }
    }

    /// <param name="only">A list that is no filter's answer: its leads are picked one by one. Null: all that pass the filter.</param>
    public void TakeAll(IReadOnlyList<Guid>? only)
    {
        picked.Clear();
        All = only is null;
        picked.UnionWith(only ?? []);
    }

    public void Clear()
    {
        picked.Clear();
        All = false;
    }

    /// <summary>As an action takes it: fixed, whatever is picked next.</summary>
    public LeadTargets Targets(LeadFilter filter) => new(All ? filter : null, [.. picked]);
}

/// <summary>The leads that an action is for.</summary>
/// <param name="Filter">All that pass, but for the ids; null = the ids.</param>
public sealed record LeadTargets(LeadFilter? Filter, IReadOnlyList<Guid> Ids);
