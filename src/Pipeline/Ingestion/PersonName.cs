namespace LeadGen.Pipeline.Ingestion;

/// <summary>Full names made of first and last ones, and the reverse.</summary>
public static class PersonName
{
    private static readonly HashSet<string> _particles = new(StringComparer.OrdinalIgnoreCase)
    {
        "van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "zu", "ter", "ten", "bin", "ibn", "al", "el", "st.",
    };

    private static readonly HashSet<string> _titles = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "mr.", "mrs.", "ms.", "dr.", "prof.", "dipl.-ing.", "ing.", "mag.", "m.", "mme",
    };

    /// <summary>
    /// First and last name: titles left out, "Lee, Ann" turned round, particles ("van der Berg") with the last name. A single word is a
    /// first name.
    /// </summary>
    public static (string? First, string? Last) Split(string full)
    {
        var comma = full.IndexOf(',', StringComparison.Ordinal);
        if (comma > 0 && comma < full.Length - 1 && full.IndexOf(',', comma + 1) < 0)
            full = full[(comma + 1)..].Trim() + " " + full[..comma].Trim();
        var words = full.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipWhile(_titles.Contains).ToArray();
        if (words.Length == 0)
            return (null, null);
        if (words.Length == 1)
            return (words[0], null);
        var last = Array.FindIndex(words, 1, _particles.Contains);
        if (last < 0 || last == words.Length - 1)
            last = words.Length - 1;
        return (string.Join(' ', words[..last]), string.Join(' ', words[last..]));
    }

    public static string? Join(string? first, string? last)
    {
        var full = $"{first} {last}".Trim();
        return full.Length == 0 ? null : full;
    }
}
