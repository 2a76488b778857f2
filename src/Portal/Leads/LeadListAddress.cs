using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Portal.Leads;

/// <summary>What a list shows, as it stands in its address: so that going back, reloading and sending a link all keep it.</summary>
public sealed record LeadListAddress
{
    public IReadOnlyList<string> Grades { get; init; } = [];
    public IReadOnlyList<string> Intents { get; init; } = [];
    public IReadOnlyList<string> Sources { get; init; } = [];
    public IReadOnlyList<string> Countries { get; init; } = [];
    public string? Text { get; init; }

    /// <summary>A description of leads; then the list is ordered by likeness.</summary>
    public string? Ask { get; init; }

    public Guid? Import { get; init; }
    public LeadSort Sort { get; init; }

    public bool IsFiltered =>
        Grades.Count + Intents.Count + Sources.Count + Countries.Count > 0 || Text is not null || Ask is not null || Import is not null;

    /// <summary>Words that are none of ours are left out: addresses are typed by people.</summary>
    public LeadFilter Filter => new()
    {
        Grades = Read<Grade>(Grades),
        Intents = Read<IntentKind>(Intents),
        Sources = Sources,
        Countries = Countries,
        Text = Text,
        ImportId = Import,
    };

    public string Query
    {
        get
        {
            var parts = Grades.Select(g => ("grade", g)).Concat(Intents.Select(i => ("intent", i))).Concat(Sources.Select(s => ("source", s)))
                .Concat(Countries.Select(c => ("country", c))).ToList();
            Add("q", Text);
            Add("ask", Ask);
            Add("import", Import?.ToString());
            Add("sort", Sort == LeadSort.ScoreDown ? null : Sort.ToString());
            return parts.Count == 0 ? "" : "?" + string.Join('&', parts.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"));

            void Add(string name, string? value)
            {
                if (!string.IsNullOrWhiteSpace(value))
                {
                    parts.Add((name, value));
                }
            }
        }
    }

    /// <summary>With a value added to a condition, or taken from it.</summary>
    public static IReadOnlyList<string> Toggle(IReadOnlyList<string> values, string value) =>
        values.Contains(value) ? [.. values.Where(v => v != value)] : [.. values, value];

    /// <summary>A column's header was pressed: its first direction, then the other.</summary>
    public LeadListAddress SortBy(LeadSort first, LeadSort second) => this with { Sort = Sort == first ? second : first };

    private static List<T> Read<T>(IReadOnlyList<string> names)
        where T : struct, Enum =>
        [.. names.Where(n => Enum.TryParse<T>(n, out var value) && Enum.IsDefined(value)).Select(Enum.Parse<T>)];
}
