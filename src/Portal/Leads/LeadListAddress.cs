using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.AspNetCore.WebUtilities;

namespace LeadGen.Portal.Leads;

/// <summary>What a list shows, as it stands in its address: so that going back, reloading and sending a link all keep it.</summary>
public sealed record LeadListAddress
{
    /// <summary>All must hold.</summary>
    public IReadOnlyList<LeadCondition> Conditions { get; init; } = [];

    public string? Text { get; init; }

    /// <summary>A description of leads; then the list is ordered by likeness.</summary>
    public string? Ask { get; init; }

    public LeadSort Sort { get; init; }

    /// <summary>The tab this belongs to: a built-in view's name, a saved view's id, or null for all leads.</summary>
    public string? View { get; init; }

    /// <summary>Columns chosen but not saved in the view; empty = the view's.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    public bool IsFiltered => Conditions.Count > 0 || Text is not null || Ask is not null;

    /// <summary>Words that are none of ours are left out: addresses are typed by people.</summary>
    public LeadFilter Filter => new()
    {
        Grades = Read<Grade>(ValuesOf("grade")),
        Intents = Read<IntentKind>(ValuesOf("intent")),
        Sources = ValuesOf("source"),
        Countries = ValuesOf("country"),
        Industries = ValuesOf("industry"),
        Stages = Read<LeadStage>(ValuesOf("stage")),
        Outcomes = Read<OutcomeFilter>(ValuesOf("outcome")),
        Conditions = [.. Conditions.Where(c => !IsPlain(c))],
        Text = Text,
    };

    /// <summary>With the view it belongs to.</summary>
    public string Query => Write([.. Listed(), .. Shown()]);

    /// <summary>What is listed and in what order, without view and columns: what a view keeps.</summary>
    public string Content => Write([.. Listed()]);

    public static LeadListAddress Parse(string address)
    {
        var mark = address.IndexOf('?', StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(mark < 0 ? "" : address[mark..].Split('#')[0]);
        var conditions = LeadCondition.Plain.Where(query.ContainsKey)
            .Select(name => new LeadCondition(name, ConditionKind.Is, [.. query[name].Where(v => !string.IsNullOrEmpty(v)).Distinct()!]))
            .Where(c => c.Values.Count > 0).ToList();
        if (Guid.TryParse(query.GetValueOrDefault("import"), out var import))
        {
            conditions.Add(new LeadCondition(ListFields.Import, ConditionKind.Is, [import.ToString()]));
        }

        conditions.AddRange(LeadCondition.Read(query.GetValueOrDefault("f")));
        return new LeadListAddress
        {
            Conditions = conditions,
            Text = Trim(query.GetValueOrDefault("q")),
            Ask = Trim(query.GetValueOrDefault("ask")),
            View = Trim(query.GetValueOrDefault("view")),
            Columns = (Trim(query.GetValueOrDefault("cols")) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToList(),
            Sort = Enum.TryParse<LeadSort>(query.GetValueOrDefault("sort"), out var sort) && Enum.IsDefined(sort) ? sort : default,
        };
    }

    public LeadCondition? Find(string field) => Conditions.FirstOrDefault(c => c.Field == field);

    /// <summary>With this in place of another condition, or added; null only takes the other away.</summary>
    public LeadListAddress With(LeadCondition? before, LeadCondition? after)
    {
        var list = Conditions.ToList();
        var place = before is null ? -1 : list.IndexOf(before);
        if (place >= 0)
        {
            list.RemoveAt(place);
        }

        if (after is not null)
        {
            list.Insert(place < 0 ? list.Count : place, after);
        }

        return this with { Conditions = list };
    }

    /// <summary>A column's header was pressed: its first direction, then the other.</summary>
    public LeadListAddress SortBy(LeadSort first, LeadSort second) => this with { Sort = Sort == first ? second : first };

    internal static List<T> Read<T>(IReadOnlyList<string> names)
        where T : struct, Enum =>
        [.. names.Where(n => Enum.TryParse<T>(n, out var value) && Enum.IsDefined(value)).Select(Enum.Parse<T>)];

    /// <summary>Answered by a property of the filter that has an index or is otherwise known to be quick.</summary>
    private static bool IsPlain(LeadCondition condition) => condition.Kind == ConditionKind.Is
        && condition.Field is ("grade" or "intent" or "source" or "country" or "industry" or "stage" or "outcome");

    private IReadOnlyList<string> ValuesOf(string field) => [.. Conditions.Where(c => c.Field == field && IsPlain(c)).SelectMany(c => c.Values)];

    private List<(string Name, string? Value)> Listed()
    {
        var parts = Conditions.SelectMany(c => c.Parts()).Select(p => (p.Name, (string?)p.Value)).ToList();
        parts.Add(("q", Text));
        parts.Add(("ask", Ask));
        parts.Add(("sort", Sort == LeadSort.ScoreDown ? null : Sort.ToString()));
        return parts;
    }

    private List<(string Name, string? Value)> Shown()
    {
        var columns = Columns.Count == 0 ? null : string.Join(',', Columns.Select(Uri.EscapeDataString));
        return [("view", View), ("cols", columns)];
    }

    private static string Write(IEnumerable<(string Name, string? Value)> parts)
    {
        var given = parts.Where(p => !string.IsNullOrWhiteSpace(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }

    private static string? Trim(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
