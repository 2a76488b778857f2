using LeadGen.Infrastructure.Vectors;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Leads;

/// <summary>Everything that the page of one lead shows, read together.</summary>
public sealed record LeadPageData(
    LeadDetail Detail, IReadOnlyList<TimelineDay> Timeline, IReadOnlyList<AlikeLead> Alike, LeadNeighbours Neighbours);

/// <summary>A lead like the one shown.</summary>
/// <param name="Likeness">Cosine of the two, at most 1.</param>
public sealed record AlikeLead(LeadRow Row, double Likeness);

/// <summary>Reads the page of a lead.</summary>
public sealed class LeadPageReader(LeadQueries leads, LeadTimeline timeline, LeadVectors vectors, MemberNames names, Wording say)
{
    private const int Alike = 5;

    /// <summary>Null when the lead is not there.</summary>
    public async Task<LeadPageData?> ReadAsync(Guid id, LeadListAddress list, CancellationToken cancellationToken = default)
    {
        if (await leads.FindAsync(id, cancellationToken) is not { } detail)
        {
            return null;
        }

        await names.LoadAsync(cancellationToken);
        var days = await timeline.ReadAsync(id, say.Zone, cancellationToken);
        var hits = await vectors.SimilarAsync(id, Alike, cancellationToken);
        var rows = (await leads.RowsAsync([.. hits.Select(h => h.Id)], cancellationToken)).ToDictionary(r => r.Id);
        var alike = hits.Where(h => rows.ContainsKey(h.Id)).Select(h => new AlikeLead(rows[h.Id], h.Score)).ToList();
        var neighbours = await leads.NeighboursAsync(id, list.Filter, list.Sort, cancellationToken);
        return new LeadPageData(detail, days, alike, neighbours);
    }

    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await leads.RowsAsync([id], cancellationToken)).Count == 1;
}
