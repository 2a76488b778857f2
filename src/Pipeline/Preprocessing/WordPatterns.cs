using System.Collections.Frozen;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>
/// Alternatives, parted by <c>|</c>, to look for among the words of a text: a word, the beginning (<c>word*</c>), end
/// (<c>*word</c>) or middle (<c>*word*</c>) of one, a sequence of those, <c>*</c> alone for any one word.
/// </summary>
internal sealed class WordPatterns
{
    private readonly FrozenSet<string> single;
    private readonly string[] begins;
    private readonly string[] holds;
    private readonly string[] ends;
    private readonly string[][] sequences;

    public WordPatterns(string patterns)
    {
        var all = patterns.Split('|');
        single = all.Where(p => !p.Contains(' ', StringComparison.Ordinal) && !p.Contains('*', StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);
        var starred = all.Where(p => !p.Contains(' ', StringComparison.Ordinal) && p.Contains('*', StringComparison.Ordinal)).ToList();
        begins = [.. starred.Where(p => p[0] != '*' && p[^1] == '*').Select(p => p[..^1])];
        ends = [.. starred.Where(p => p[0] == '*' && p[^1] != '*').Select(p => p[1..])];
        holds = [.. starred.Where(p => p.Length > 1 && p[0] == '*' && p[^1] == '*').Select(p => p[1..^1])];
        sequences = [.. all.Where(p => p.Contains(' ', StringComparison.Ordinal)).Select(p => p.Split(' '))];
    }

    /// <summary>Index of the first word that an alternative begins at, or −1.</summary>
    public int Find(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Matches(words[i]) || SequenceAt(words, i) > 0)
                return i;
        }

        return -1;
    }

    /// <summary>The words without those that an alternative covers.</summary>
    public List<string> Without(List<string> words)
    {
        var kept = new List<string>(words.Count);
        for (var i = 0; i < words.Count;)
        {
            var length = Math.Max(SequenceAt(words, i), Matches(words[i]) ? 1 : 0);
            if (length == 0)
                kept.Add(words[i++]);
            i += length;
        }

        return kept;
    }

    private bool Matches(string word)
    {
        if (single.Contains(word))
            return true;
        foreach (var begin in begins)
        {
            if (word.StartsWith(begin, StringComparison.Ordinal))
                return true;
        }

        foreach (var end in ends)
        {
            if (word.EndsWith(end, StringComparison.Ordinal))
                return true;
        }

        foreach (var part in holds)
        {
            if (word.Contains(part, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private int SequenceAt(List<string> words, int at)
    {
        foreach (var sequence in sequences)
        {
            if (at + sequence.Length > words.Count)
                continue;
            var k = 0;
            while (k < sequence.Length && Fits(words[at + k], sequence[k]))
                k++;
            if (k == sequence.Length)
                return k;
        }

        return 0;
    }

    private static bool Fits(string word, string pattern) =>
        pattern == "*" || (pattern[^1] == '*' ? word.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : word == pattern);
}
