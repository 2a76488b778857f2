using System.Globalization;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Api;

/// <summary>Collects what is wrong with a request, field by field.</summary>
internal sealed class Fields
{
    private readonly Dictionary<string, List<string>> problems = new(StringComparer.Ordinal);

    public bool IsWrong => problems.Count > 0;

    public IReadOnlyDictionary<string, string[]> Errors => problems.ToDictionary(p => p.Key, p => p.Value.ToArray());

    public void Wrong(string field, string sentence)
    {
        if (!problems.TryGetValue(field, out var sentences))
        {
            problems[field] = sentences = [];
        }

        sentences.Add(sentence);
    }

    public void Wrong(IEnumerable<FieldProblem> found, string prefix = "")
    {
        foreach (var problem in found)
        {
            Wrong(prefix + problem.Field, problem.Reason);
        }
    }

    /// <summary>One of an enum's names, exactly as the description writes it.</summary>
    public T? Name<T>(string field, string? text)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (char.IsLetter(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value))
        {
            return value;
        }

        Wrong(field, $"'{(text.Length > 40 ? text[..40] + "…" : text)}' is none of {string.Join(", ", Enum.GetNames<T>())}.");
        return null;
    }

    /// <summary>Several names, separated by commas or given several times.</summary>
    public IReadOnlyList<T> Names<T>(string field, IEnumerable<string?>? texts)
        where T : struct, Enum =>
        [.. Words(texts).Select(t => Name<T>(field, t)).OfType<T>().Distinct()];

    public static IEnumerable<string> Words(IEnumerable<string?>? texts) => (texts ?? [])
        .SelectMany(t => (t ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct();

    /// <summary>A whole number between bounds; the fallback when nothing was given.</summary>
    public int Whole(string field, string? text, int fallback, int least, int most)
    {
        if (string.IsNullOrEmpty(text))
        {
            return fallback;
        }

        if (int.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Wrong(field, $"This must be a whole number from {least} to {most}.");
        return fallback;
    }

    public double? Number(string field, string? text, double least, double most)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (double.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Wrong(field, $"This must be a number from {least} to {most}.");
        return null;
    }

    /// <summary>A whole day in UTC, or a moment with its zone.</summary>
    /// <returns>First and last moment of it, UTC.</returns>
    public (DateTime First, DateTime Last)? Moment(string field, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            var first = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
            return (first, first.AddTicks(TimeSpan.TicksPerDay - 1));
        }

        // Without a zone it is nobody's moment; a '+' that was not escaped arrives as a space.
        if (DateTimeOffset.TryParseExact(text.Replace(' ', '+'), ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mmK"],
                CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            && (text[^1] is 'Z' or 'z' || text.LastIndexOfAny(['+', ' ', '-']) > 10))
        {
            return (moment.UtcDateTime, moment.UtcDateTime);
        }

        Wrong(field, "This must be a day, 2026-03-01, or a moment with its zone, 2026-03-01T10:00:00Z.");
        return null;
    }

    /// <exception cref="ApiException">422 when something is wrong.</exception>
    public void ThrowIfWrong()
    {
        if (IsWrong)
        {
            throw ApiProblem.Invalid(Errors).AsException();
        }
    }
}
