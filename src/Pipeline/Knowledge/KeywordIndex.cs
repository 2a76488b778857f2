using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using LeadGen.Pipeline.Outreach.Grounding;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Knowledge;

/// <summary>
/// Finds pieces by the words that they share with a question: what a vector blurs (names, numbers, terms) counts here by how rare it is. Scores
/// are Okapi BM25 (k1 = 1.2, b = 0.75) over stems, brought to 0 to 1. Built once, then asked by several threads at once; a question costs as
/// much as its words are frequent, at most once through all words of all pieces.
/// </summary>
public sealed partial class KeywordIndex
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.75;

    /// <summary>The BM25 score that counts half: about two rare words.</summary>
    private const double Half = 3;

    /// <summary>A question of more words is a message: its score is that of this many, so that length alone finds nothing.</summary>
    private const int QuestionWords = 12;

    private const int MostTimes = 255;

    private readonly List<Guid> ids = [];
    private readonly List<int> lengths = [];

    /// <summary>For each word the pieces that have it: place in the upper 24 bits, how often in the lower 8. Four bytes for a word of a piece.</summary>
    private readonly Dictionary<string, int[]> postings;

    private readonly double meanLength;

    /// <param name="pieces">Each with all the words that it is found by, headings included; at most 2^23.</param>
    public KeywordIndex(IEnumerable<(Guid Id, string Text)> pieces)
    {
        var open = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var forms = new Dictionary<string, string?>(StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, text) in pieces)
        {
            counts.Clear();
            foreach (var word in Words(text, forms))
                CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _)++;
            foreach (var (word, times) in counts)
            {
                if (!open.TryGetValue(word, out var list))
                    open[word] = list = [];
                list.Add((ids.Count << 8) | Math.Min(times, MostTimes));
            }

            ids.Add(id);
            lengths.Add(counts.Values.Sum());
        }

        meanLength = lengths.Count == 0 ? 1 : Math.Max(1, lengths.Average());
        postings = open.ToDictionary(o => o.Key, o => o.Value.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>How well each piece that shares words with the question answers it: above 0, below 1. Pieces that share none are not in it.</summary>
    public IReadOnlyDictionary<Guid, double> Score(string question)
    {
        var words = Words(question, []).Distinct(StringComparer.Ordinal).ToList();
        var (sums, found) = (new double[ids.Count], 0);
        foreach (var list in words.Select(w => postings.GetValueOrDefault(w)).OfType<int[]>())
        {
            var rarity = Math.Log(1 + ((ids.Count - list.Length + 0.5) / (list.Length + 0.5)));
            foreach (var posting in list)
            {
                var (piece, times) = (posting >> 8, posting & MostTimes);
                found += sums[piece] == 0 ? 1 : 0;
                sums[piece] += rarity * times * (Saturation + 1) / (times + (Saturation * (1 - LengthWeight + (LengthWeight * lengths[piece] / meanLength))));
            }
        }

        var scale = Math.Min(1, (double)QuestionWords / Math.Max(1, words.Count));
        var scores = new Dictionary<Guid, double>(found);
        for (var piece = 0; piece < sums.Length && found > 0; piece++)
        {
            if (sums[piece] > 0)
                scores[ids[piece]] = sums[piece] * scale / ((sums[piece] * scale) + Half);
        }

        return scores;
    }

    /// <param name="forms">Words as they came, and their stems; null for those that say nothing. The same word is worked out once.</param>
    private static List<string> Words(string text, Dictionary<string, string?> forms)
    {
        var words = new List<string>();
        foreach (var match in Tokens().EnumerateMatches(text = TextFold.Fold(text)))
        {
            var word = text.AsSpan(match.Index, match.Length).Trim('\'').ToString();
            if (!forms.TryGetValue(word, out var form))
                forms[word] = form = word.Length > 1 && !WordForms.IsStop(word) ? WordForms.Stem(word) : null;
            if (form is not null)
                words.Add(form);
        }

        return words;
    }

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}']*")]
    private static partial Regex Tokens();
}
