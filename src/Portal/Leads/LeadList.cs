using LeadGen.Infrastructure.Vectors;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Leads;

/// <summary>The rows that a list page holds: one page after another, kept fresh while leads are on their way.</summary>
public sealed class LeadList(LeadQueries leads, LeadVectors vectors, PipelineLoad load)
{
    /// <summary>More rows than this are not held; who gets so far is better served by a filter.</summary>
    public const int Most = 1_000;

    private const int PageSize = 50;
    private const int Alike = 100;
    private const int RestBetweenCounts = 5;

    private LeadListAddress address = new();
    private string? cursor;
    private bool busyBefore;
    private int quietTicks;

    /// <summary>Null until the first page is there.</summary>
    public IReadOnlyList<LeadRow>? Rows { get; private set; }

    /// <summary>How many leads the list has in all.</summary>
    public int Count { get; private set; }

    public bool HasMore => cursor is not null && Rows!.Count < Most;

    /// <summary>There are more, but not here.</summary>
    public bool IsCut => cursor is not null && Rows!.Count >= Most;

    /// <summary>Changes with every page, so that the end of the list is a new place to scroll to.</summary>
    public string Place => cursor ?? "";

    public async Task LoadAsync(LeadListAddress shown, CancellationToken cancellationToken = default)
    {
        address = shown;
        if (address.Ask is { } words)
        {
            await AskAsync(words, cancellationToken);
            return;
        }

        var page = await leads.PageAsync(address.Filter, address.Sort, null, PageSize, cancellationToken);
        Count = (await leads.CountAsync(address.Filter, null, cancellationToken)).Value;
        (Rows, cursor) = (page.Items, page.NextCursor);
    }

    public async Task MoreAsync(CancellationToken cancellationToken = default)
    {
        if (!HasMore)
        {
            return;
        }

        var (asked, behind) = (address, cursor);
        var page = await leads.PageAsync(asked.Filter, asked.Sort, behind, PageSize, cancellationToken);
        if (asked == address && behind == cursor)
        {
            (Rows, cursor) = ([.. Rows!, .. page.Items], page.NextCursor);
        }
    }

    /// <summary>
    /// Called every two seconds. While leads are on their way, the first page is read again; who has scrolled on sees the values of the
    /// rows on screen change, but no row jump away under the hand.
    /// </summary>
    /// <returns>Whether something may have changed.</returns>
    public async Task<bool> TickAsync(CancellationToken cancellationToken = default)
    {
        if (Rows is null || address.Ask is not null)
        {
            return false;
        }

        var asked = address;
        var busy = await load.IsBusyAsync(cancellationToken);
        var moved = busy || busyBefore;
        busyBefore = busy;
        if (!moved && ++quietTicks < RestBetweenCounts)
        {
            return false;
        }

        quietTicks = 0;
        var count = (await leads.CountAsync(asked.Filter, null, cancellationToken)).Value;
        if (!moved && count == Count)
        {
            return false;
        }

        if (Rows.Count <= PageSize)
        {
            var page = await leads.PageAsync(asked.Filter, asked.Sort, null, PageSize, cancellationToken);
            if (asked == address)
            {
                (Rows, cursor, Count) = (page.Items, page.NextCursor, count);
            }

            return true;
        }

        var held = Rows;
        var fresh = (await leads.RowsAsync([.. held.Select(r => r.Id)], cancellationToken)).ToDictionary(r => r.Id);
        if (asked == address && held == Rows)
        {
            (Rows, Count) = ([.. held.Where(r => fresh.ContainsKey(r.Id)).Select(r => fresh[r.Id])], count);
        }

        return true;
    }

    private async Task AskAsync(string words, CancellationToken cancellationToken)
    {
        var hits = await vectors.SearchAsync(words, Alike, null, cancellationToken);
        var rows = await leads.RowsAsync([.. hits.Select(h => h.Id)], cancellationToken);
        var filter = address.Filter;
        Rows = [.. rows.Where(r =>
            (filter.Grades.Count == 0 || (r.Grade is { } g && filter.Grades.Contains(g)))
            && (filter.Intents.Count == 0 || (r.TopIntent is { } i && filter.Intents.Contains(i)))
            && (filter.Sources.Count == 0 || filter.Sources.Contains(r.Source ?? ""))
            && (filter.Countries.Count == 0 || filter.Countries.Contains(r.Country ?? "")))];
        (cursor, Count) = (null, Rows.Count);
    }
}
