using System.Globalization;

namespace LeadGen.Pipeline.Intent;

/// <summary>A group of phrases of the lexicon; one feature of the classifier.</summary>
/// <param name="Kind">The kind for which it speaks, null for none in particular.</param>
/// <param name="Name">Of the group within its kind.</param>
internal sealed record IntentCueGroup(IntentKind? Kind, string Name);

/// <summary>Where a group was first found.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="Start">Offset of the phrase in the text, in UTF-16 units.</param>
/// <param name="End">Offset behind it.</param>
internal readonly record struct IntentCueMatch(int Group, int Start, int End);

/// <summary>The lexicon of phrases that speak for a kind, in four languages (<c>Training/cues.txt</c>).</summary>
internal sealed class IntentCues
{
    private const string Resource = "LeadGen.Pipeline.Intent.Training.cues.txt";
    private const int PrefixKey = 2;

    private static readonly Lazy<IntentCues> Loaded = new(Load);

    private readonly Dictionary<string, List<(int Group, IntentPhrase Phrase)>> byWord = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(int Group, IntentPhrase Phrase)>> byPrefix = new(StringComparer.Ordinal);
    private readonly List<IntentCueGroup> groups = [];

    private IntentCues()
    {
    }

    public static IntentCues Default => Loaded.Value;

    public IReadOnlyList<IntentCueGroup> Groups => groups;

    /// <exception cref="FormatException">A line is not in the notation.</exception>
    public static IntentCues Parse(TextReader text)
    {
        var cues = new IntentCues();
        for (var line = text.ReadLine(); line is not null; line = text.ReadLine())
        {
            if (line.Length == 0 || line.StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            if (line[0] == '[')
            {
                var name = line.Trim('[', ']').Split(':', 2, StringSplitOptions.TrimEntries);
                cues.groups.Add(new IntentCueGroup(name[0] == "*" ? null : Enum.Parse<IntentKind>(name[0]), name[1]));
            }
            else
            {
                cues.Add(IntentPhrase.Parse(line));
            }
        }

        return cues;
    }

    /// <summary>The first match of every group that is found, in no particular order.</summary>
    public List<IntentCueMatch> Find(List<IntentWord> words)
    {
        var found = new List<IntentCueMatch>();
        var seen = new bool[groups.Count];
        for (var at = 0; at < words.Count; at++)
        {
            var word = words[at].Text;
            if (byWord.TryGetValue(word, out var phrases))
            {
                Try(phrases, words, at, seen, found);
            }

            if (word.Length >= PrefixKey
                && byPrefix.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word.AsSpan(0, PrefixKey), out phrases))
            {
                Try(phrases, words, at, seen, found);
            }
        }

        return found;
    }

    private static void Try(
        List<(int Group, IntentPhrase Phrase)> phrases, List<IntentWord> words, int at, bool[] seen, List<IntentCueMatch> found)
    {
        foreach (var (group, phrase) in phrases)
        {
            if (!seen[group] && phrase.Match(words, at) is var end && end > at)
            {
                seen[group] = true;
                found.Add(new IntentCueMatch(group, words[at].Start, words[end - 1].End));
            }
        }
    }

    private static IntentCues Load()
    {
        using var stream = typeof(IntentCues).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The program was built without {Resource}."));
        using var reader = new StreamReader(stream);
        return Parse(reader);
    }

    private void Add(IntentPhrase phrase)
    {
        foreach (var beginning in phrase.Beginnings.Distinct())
        {
            var (index, key) = beginning[^1] == '*'
                ? (byPrefix, beginning.Length > PrefixKey
                    ? beginning[..PrefixKey]
                    : throw new FormatException($"'{beginning}' is too short a prefix."))
                : (byWord, beginning);
            if (!index.TryGetValue(key, out var phrases))
            {
                index.Add(key, phrases = []);
            }

            phrases.Add((groups.Count - 1, phrase));
        }
    }
}
