using LeadGen.Infrastructure.Vectors;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Leads;

/// <summary>
/// A window on the list: only the rows on screen are held, however long the list is and however far one scrolls. Places that were passed are
/// remembered as cursors, so that scrolling on reads a range of an index.
/// </summary>
public sealed class LeadList(LeadQueries leads, LeadSlices slices, LeadVectors vectors, PipelineLoad load)
{
    private const int MostAlike = 100;
    private const int RestBetweenCounts = 5;
    private const int PlaceEvery = 20;

    /// <summary>Rows read beside the counting: what a tall screen asks for first.</summary>
    private const int FirstRows = 60;
    private const int MostPlaces = 4_000;

    private readonly SortedList<int, LeadCursor> places = [];
    private LeadListAddress address = new();
    private bool whole;
    private IReadOnlyList<Guid> alike = [];
    private IReadOnlyList<LeadLine> window = [];
    private (LeadListAddress Of, IReadOnlyList<LeadRow> Rows)? ahead;
    private bool busyBefore;
    private int quietTicks;

    /// <summary>False until the first look.</summary>
    public bool IsReady { get; private set; }

    /// <summary>How many leads the list has in all.</summary>
    public int Count { get; private set; }

    /// <summary>Changes whenever rows must be asked for anew.</summary>
    public int Version { get; private set; }

    public LeadListAddress Address => address;

    /// <summary>The leads most like a description; null when the list is a filter's answer.</summary>
    public IReadOnlyList<Guid>? Alike => address.Ask is null ? null : alike;

    /// <summary>Rows that the last window had.</summary>
    public IReadOnlyList<LeadLine> Window => window;

    /// <param name="wholeLeads">Columns are shown that need more than the narrow row.</param>
    public async Task LoadAsync(LeadListAddress shown, bool wholeLeads, CancellationToken cancellationToken = default)
    {
        if (IsReady && shown.Content == address.Content && wholeLeads == whole)
        {
            address = shown;
            return;
        }

        (address, whole) = (shown, wholeLeads);
        places.Clear();
        if (address.Ask is { } words)
        {
            alike = await AskAsync(words, cancellationToken);
            Count = alike.Count;
        }
        else
        {
            await BeginAsync(cancellationToken);
        }

        IsReady = true;
        Version++;
    }

    /// <summary>Counts and reads the first rows at once: on a long list each takes as long as the other.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var asked = address;
        alike = [];
        var first = Task.Run(() => slices.ReadAsync(asked.Filter, asked.Sort, null, 0, FirstRows, cancellationToken), cancellationToken);
        Count = (await leads.CountAsync(asked.Filter, null, cancellationToken)).Value;
        ahead = (asked, await first);
    }

    /// <summary>Rows from a place in the list on.</summary>
    public async Task<IReadOnlyList<LeadLine>> RangeAsync(int start, int count, CancellationToken cancellationToken = default)
    {
        var asked = address;
        var rows = asked.Ask is null
            ? await SliceAsync(asked, start, count, cancellationToken)
            : await leads.RowsAsync([.. alike.Skip(start).Take(count)], cancellationToken);
        var lines = await LinesAsync(rows, start, cancellationToken);
        if (ReferenceEquals(asked, address))
        {
            window = lines;
        }

        return lines;
    }

    /// <summary>
    /// Called every two seconds. While leads are on their way, who stands at the top gets the list read again; who has scrolled on sees the
    /// values of the rows on screen change, but no row jump away under the hand.
    /// </summary>
    /// <returns>Whether something may have changed.</returns>
    public async Task<bool> TickAsync(CancellationToken cancellationToken = default)
    {
        if (!IsReady || address.Ask is not null)
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
        if ((!moved && count == Count) || !ReferenceEquals(asked, address))
        {
            return false;
        }

        Count = count;
        await RefreshAsync(cancellationToken);
        return true;
    }

    /// <summary>Something was changed here: what is on screen is read again.</summary>
    public async Task ChangedAsync(CancellationToken cancellationToken = default)
    {
        if (address.Ask is null)
        {
            Count = (await leads.CountAsync(address.Filter, null, cancellationToken)).Value;
        }

        ahead = null;
        places.Clear();
        Version++;
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        ahead = null;
        if (window.Count == 0 || window[0].Index == 0)
        {
            places.Clear();
            Version++;
            return;
        }

        var held = window;
        var rows = (await leads.RowsAsync([.. held.Select(l => l.Row.Id)], cancellationToken)).ToDictionary(r => r.Id);
        foreach (var line in held.Where(l => rows.ContainsKey(l.Row.Id)))
        {
            line.Row = rows[line.Row.Id];
        }
    }

    private async Task<IReadOnlyList<LeadRow>> SliceAsync(LeadListAddress asked, int start, int count, CancellationToken cancellationToken)
    {
        var rows = TakeAhead(asked, start, count);
        if (rows is null)
        {
            var (from, behind) = NearestPlace(start);
            rows = await slices.ReadAsync(asked.Filter, asked.Sort, behind, start - from, count, cancellationToken);
        }

        if (places.Count > MostPlaces)
        {
            places.Clear();
        }

        for (var i = PlaceEvery; i <= rows.Count && ReferenceEquals(asked, address); i += PlaceEvery)
        {
            places[start + i] = LeadCursor.Behind(rows[i - 1], asked.Sort);
        }

        return rows;
    }

    /// <summary>The rows read ahead, once: asked again, they may have changed.</summary>
    private IReadOnlyList<LeadRow>? TakeAhead(LeadListAddress asked, int start, int count)
    {
        var held = ahead;
        ahead = null;
        return held is { } a && ReferenceEquals(a.Of, asked) && start == 0 && (count <= a.Rows.Count || a.Rows.Count < FirstRows) ? [.. a.Rows.Take(count)] : null;
    }

    private (int Index, LeadCursor? Behind) NearestPlace(int start)
    {
        var (low, high) = (0, places.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = places.Keys[middle] <= start ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? (0, null) : (places.Keys[low - 1], places.Values[low - 1]);
    }

    private async Task<IReadOnlyList<LeadLine>> LinesAsync(IReadOnlyList<LeadRow> rows, int start, CancellationToken cancellationToken)
    {
        var ids = rows.Select(r => r.Id).ToList();
        var more = whole ? await slices.WholeAsync(ids, cancellationToken) : new Dictionary<Guid, Lead>();
        var judged = await slices.JudgedAsync(ids, cancellationToken);
        return [.. rows.Select((r, i) => new LeadLine { Index = start + i, Row = r, Whole = more.GetValueOrDefault(r.Id), IsJudged = judged.Contains(r.Id) })];
    }

    /// <summary>The leads most like the words, of those that pass the other conditions.</summary>
    private async Task<IReadOnlyList<Guid>> AskAsync(string words, CancellationToken cancellationToken)
    {
        var passing = await slices.PassingAsync(address.Filter, cancellationToken);
        var hits = await vectors.SearchAsync(words, MostAlike, passing is null ? null : passing.Contains, cancellationToken);
        return [.. hits.Select(h => h.Id)];
    }
}

/// <summary>A line on screen.</summary>
public sealed class LeadLine
{
    /// <summary>Place in the whole list, from 0.</summary>
    public required int Index { get; init; }

    public required LeadRow Row { get; set; }

    /// <summary>All fields; null when no column needs them.</summary>
    public Lead? Whole { get; init; }

    /// <summary>A person set the grade.</summary>
    public bool IsJudged { get; init; }
}
