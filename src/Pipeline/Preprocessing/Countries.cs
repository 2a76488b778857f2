using System.Collections.Frozen;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Countries by the names people write.</summary>
public static class Countries
{
    private static readonly FrozenDictionary<string, string> Names = ReadNames();
    private static readonly FrozenDictionary<string, string> Codes = ReadCodes();

    /// <summary>
    /// ISO 3166-1 alpha-2 code of a country: from alpha-2, alpha-3, its name in English, German, French, Spanish, Italian,
    /// Dutch, Portuguese or its own language, or a usual short form (UK, UAE). Case and accents do not count.
    /// </summary>
    /// <returns>Null when the text names no country.</returns>
    public static string? Normalize(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 80)
            return null;

        var trimmed = text.Trim();
        if (trimmed.Length == 2 && Names.ContainsKey(trimmed.ToUpperInvariant()))
            return trimmed.ToUpperInvariant();
        var folded = Key(trimmed);
        if (Codes.TryGetValue(folded, out var code))
            return code;
        return folded.StartsWith("the ", StringComparison.Ordinal) ? Codes.GetValueOrDefault(folded[4..]) : null;
    }

    /// <summary>Short English name of an alpha-2 code; a text that is no code comes back as it is.</summary>
    public static string EnglishName(string code) => Names.GetValueOrDefault(code.ToUpperInvariant(), code);

    private static string Key(string text) => TextFold.Fold(text).Replace(".", "", StringComparison.Ordinal);

    private static IEnumerable<(string Code, string Three, string Name)> Rows() =>
        CountryNames.English.Split(['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(row => (row[..2], row[3..6], row[7..]));

    private static FrozenDictionary<string, string> ReadNames() => Rows().ToFrozenDictionary(r => r.Code, r => r.Name, StringComparer.Ordinal);

    private static FrozenDictionary<string, string> ReadCodes()
    {
        var codes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (code, three, name) in Rows())
        {
            codes[Key(three)] = code;
            codes[Key(name)] = code;
        }

        foreach (var row in CountryNames.Others.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var name in row[3..].Split(',', StringSplitOptions.RemoveEmptyEntries))
                codes.TryAdd(Key(name), row[..2]);
        }

        return codes.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
