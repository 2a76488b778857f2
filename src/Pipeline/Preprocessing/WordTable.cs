using System.Collections.Frozen;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Tables of words, written as lines of words parted by spaces; letter case does not count.</summary>
internal static class WordTable
{
    public static FrozenSet<string> Set(params string[] words) =>
        words.SelectMany(w => w.Split(' ')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static FrozenDictionary<string, T> Map<T>(params (T Value, string Words)[] rows) =>
        rows.SelectMany(row => row.Words.Split(' '), (row, word) => (word, row.Value))
            .ToFrozenDictionary(pair => pair.word, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    public static bool Has(this FrozenSet<string> words, ReadOnlySpan<char> word) =>
        word.Length is > 0 and <= 20 && words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    public static T? Get<T>(this FrozenDictionary<string, T> words, ReadOnlySpan<char> word) =>
        word.Length is > 0 and <= 20 && words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var value) ? value : default;
}
