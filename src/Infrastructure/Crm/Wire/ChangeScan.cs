using System.Globalization;

namespace LeadGen.Infrastructure.Crm.Wire;

/// <summary>How far one stream of changes was read.</summary>
/// <param name="At">UTC, stamp of the last change that was given out.</param>
/// <param name="Id">Its record while more follow at once; null at the end of the stream, from where the next reading starts a little earlier.</param>
/// <param name="Seen">Changes given out within <see cref="ChangeScan.Overlap"/> before <paramref name="At"/>, as <see cref="ChangeScan.Key"/> has them.</param>
internal sealed record StreamPosition(DateTime At, string? Id, IReadOnlyList<string> Seen)
{
    public static StreamPosition From(DateTime at) => new(at, null, []);
}

/// <param name="Id">Record that changed.</param>
/// <param name="At">UTC.</param>
internal record StreamChange(string Id, DateTime At);

/// <param name="Changes">Oldest first, those that were given out already left out.</param>
/// <param name="Last">The last change that was looked at, given out before or not; null when there was none.</param>
/// <param name="Full">More follow.</param>
internal sealed record StreamPage<T>(IReadOnlyList<T> Changes, StreamChange? Last, bool Full) where T : StreamChange;

/// <summary>
/// Order and memory of reading changes by their stamps. Stamps tie, and a change may become visible after a later one (it is stamped
/// when its transaction starts); so each new reading starts <see cref="Overlap"/> before the last stamp and leaves out what it gave
/// out already. Every change comes at least once; it comes twice where it was
/// still young (see <see cref="Settled"/>), or where more than <see cref="MostSeen"/> fell into the overlap, but never within one reading to the end.
/// </summary>
internal static class ChangeScan
{
    public const int MostSeen = 2000;

    /// <summary>Before the key of a change that counts as given out only until the end of this reading.</summary>
    private const char Young = '~';

    public static TimeSpan Overlap { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Vendors stamp whole seconds: a record may change again within the second that it was read in, so what is younger than this is given out once more.</summary>
    public static TimeSpan Settled { get; } = TimeSpan.FromSeconds(10);

    public static string Key(StreamChange change) => $"{change.Id}@{((DateTimeOffset)change.At).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Changes of several streams may only be given out up to the stamp that the slowest full page reaches: later ones might come before others still unread.</summary>
    public static DateTime Horizon(IEnumerable<(StreamChange? Last, bool Full)> pages) =>
        pages.Where(p => p.Full && p.Last is not null).Select(p => p.Last!.At).DefaultIfEmpty(DateTime.MaxValue).Min();

    /// <summary>Where to go on after the changes up to the horizon were given out.</summary>
    public static (IReadOnlyList<T> Given, StreamPosition Next, bool More) Take<T>(
        StreamPosition position, StreamPage<T> page, DateTime horizon, DateTime now) where T : StreamChange
    {
        var given = page.Changes.TakeWhile(c => c.At <= horizon).ToList();
        var all = given.Count == page.Changes.Count;
        var last = all && (page.Last is null || page.Last.At <= horizon) ? page.Last : given.LastOrDefault();
        var more = page.Full || !all;
        if (last is null)
        {
            return (given, position with { Id = more ? position.Id : null, Seen = [.. position.Seen.Where(k => more || k[0] != Young)] }, more);
        }

        var oldest = ((DateTimeOffset)(last.At - Overlap)).ToUnixTimeMilliseconds();
        var seen = position.Seen.Concat(given.Select(c => c.At > now - Settled ? Young + Key(c) : Key(c)))
            .Where(k => Stamp(k) >= oldest && (more || k[0] != Young)).Distinct().TakeLast(MostSeen).ToList();
        return (given, new StreamPosition(last.At, more ? last.Id : null, seen), more);
    }

    /// <summary>What was given out already, as <see cref="Key"/> has it.</summary>
    public static HashSet<string> Known(StreamPosition position) => position.Seen.Select(k => k.TrimStart(Young)).ToHashSet(StringComparer.Ordinal);

    private static long Stamp(string key) => long.Parse(key.AsSpan(key.LastIndexOf('@') + 1), CultureInfo.InvariantCulture);
}
