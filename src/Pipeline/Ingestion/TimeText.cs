using System.Globalization;
using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Times as sources write them, as UTC.</summary>
/// <remarks>
/// ISO 8601 first; then days as numbers, where <b>the day comes first</b> (<c>4.3.2025</c>, <c>04/03/2025</c> = 4 March) unless that is
/// impossible (<c>03/25/2025</c>); then English month names; then Unix seconds or milliseconds. A time without an offset counts as UTC.
/// Years 1970-2099.
/// </remarks>
internal static partial class TimeText
{
    private static readonly string[] _times = ["", " H:mm", " H:mm:ss", " h:mm tt", " h:mm:ss tt"];

    private static readonly string[] _named =
    [
        .. from day in new[] { "d MMM yyyy", "d MMMM yyyy", "d-MMM-yyyy", "MMM d, yyyy", "MMMM d, yyyy", "MMM d yyyy", "MMMM d yyyy", "d-MMM-yy" }
           from time in _times
           select day + time,
    ];

    public static bool TryRead(string text, out DateTime time)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces;
        var bare = text.Trim();
        var read = Iso().IsMatch(bare)
            ? DateTime.TryParse(bare.Replace('/', '-'), CultureInfo.InvariantCulture, utc, out time)
            : Numeric().Match(bare) is { Success: true } numeric
                ? TryNumeric(numeric, utc, out time)
                : TryUnix(bare, out time)
                    || DateTime.TryParseExact(bare, _named, CultureInfo.InvariantCulture, utc, out time)
                    || DateTime.TryParseExact(bare, "ddd, d MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture, utc, out time);
        return read && time.Year is >= 1970 and <= 2099;
    }

    private static bool TryNumeric(Match numeric, DateTimeStyles utc, out DateTime time)
    {
        var first = int.Parse(numeric.Groups[1].Value, CultureInfo.InvariantCulture);
        var second = int.Parse(numeric.Groups[2].Value, CultureInfo.InvariantCulture);
        var year = int.Parse(numeric.Groups[3].Value, CultureInfo.InvariantCulture);
        if (year < 100)
            year += 2000;
        var (day, month) = second > 12 ? (second, first) : (first, second);
        var iso = string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{month:00}-{day:00} {numeric.Groups[4].Value}");
        return DateTime.TryParse(iso, CultureInfo.InvariantCulture, utc, out time);
    }

    private static bool TryUnix(string text, out DateTime time)
    {
        time = default;
        if (text.Length is not (10 or 13) || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        time = (text.Length == 10 ? DateTimeOffset.FromUnixTimeSeconds(number) : DateTimeOffset.FromUnixTimeMilliseconds(number)).UtcDateTime;
        return true;
    }

    [GeneratedRegex(@"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]|$)")]
    private static partial Regex Iso();

    [GeneratedRegex(@"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:,?\s+(\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp][Mm])?))?$")]
    private static partial Regex Numeric();
}
