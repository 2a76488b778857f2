using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Leads;

/// <summary>Everything that the page of one lead shows, read together.</summary>
public sealed record LeadPageData(
    LeadDetail Detail, IReadOnlyList<TimelineDay> Timeline, LeadNeighbours Neighbours)
{
    /// <summary>Fields with a history.</summary>
    public required IReadOnlySet<string> Changed { get; init; }

    /// <summary>What the lead's texts say.</summary>
    public required LeadIntents Intents { get; init; }

    /// <summary>A member's own grade; null while the learned score stands.</summary>
    public ScoreOverride? Override { get; init; }

    /// <summary>The timeline goes on before its oldest entry.</summary>
    public bool HasMore { get; init; }
}

/// <summary>A lead like the one shown.</summary>
/// <param name="Likeness">Cosine of the two, at most 1.</param>
public sealed record AlikeLead(LeadRow Row, double Likeness);

/// <summary>Reads the page of a lead.</summary>
public sealed class LeadPageReader(LeadQueries leads, LeadTimeline timeline, LeadVectors vectors, FieldHistory history, LeadTexts texts, LeadGrades grades, MemberNames names, Wording say)
{
    private const int Alike = 5;

    /// <summary>Rows of each kind that the timeline reads at first, and more each time that it is asked for more.</summary>
    public const int Story = 200;

    /// <summary>Null when the lead is not there.</summary>
    /// <param name="story">Rows of each kind that the timeline reads.</param>
    public async Task<LeadPageData?> ReadAsync(Guid id, LeadListAddress list, int story = Story, CancellationToken cancellationToken = default)
    {
        if (await leads.FindAsync(id, cancellationToken) is not { } detail)
        {
            return null;
        }

        await names.LoadAsync(cancellationToken);
        var days = await timeline.ReadAsync(id, say.Zone, story, cancellationToken);
        var neighbours = await leads.NeighboursAsync(id, list.Filter, list.Sort, cancellationToken);
        var entries = days.SelectMany(d => d.Entries).ToList();
        return new LeadPageData(detail, days, neighbours)
        {
            Intents = await texts.ReadAsync(detail.Lead, cancellationToken),
            Override = await grades.FindAsync(id, cancellationToken),
            Changed = await history.FieldsAsync(id, cancellationToken),
            HasMore = entries.GroupBy(e => e.GetType()).Any(g => g.Count() >= story) || entries.OfType<FieldsChanged>().Sum(c => c.Changes.Count) >= story,
        };
    }

    /// <summary>Leads like this one, nearest first. Read apart: the first search after a start brings all vectors into memory.</summary>
    public async Task<IReadOnlyList<AlikeLead>> AlikeAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var hits = await vectors.SimilarAsync(id, Alike, cancellationToken);
        var rows = (await leads.RowsAsync([.. hits.Select(h => h.Id)], cancellationToken)).ToDictionary(r => r.Id);
        return [.. hits.Where(h => rows.ContainsKey(h.Id)).Select(h => new AlikeLead(rows[h.Id], h.Score))];
    }

    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await leads.RowsAsync([id], cancellationToken)).Count == 1;
}
