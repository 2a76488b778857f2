using System.Collections.Frozen;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Parts clean text into sentences. Nothing is lost: joined by spaces they are the text again, up to white space.</summary>
public static class SentenceSplitter
{
    private static readonly FrozenSet<string> Abbreviations = WordTable.Set(
        "mr mrs ms dr prof st sr jr sra dra mme mlle bzw ca inkl exkl zzgl ggf evtl bspw vgl approx e.g i.e vs dept ing dipl av avda",
        "sig sigg dott mevr dhr evt incl excl u.a z.b d.h p.ex m.e s.o u.s");

    private static readonly FrozenSet<string> BeforeNumbers = WordTable.Set("no nr art abs max min tel fig vol p pp núm num pág pag str est par mob");

    /// <summary>Sentences in order, trimmed, none empty.</summary>
    /// <param name="text">Text as <see cref="TextCleaner"/> leaves it.</param>
    public static IReadOnlyList<string> Split(string text)
    {
        var sentences = new List<Range>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var end = text[i] switch
            {
                '\n' => EndsAtLine(text, i) ? i : -1,
                '.' or '!' or '?' or '…' => EndOfStop(text, start, ref i),
                '。' or '！' or '？' => i + 1,
                _ => -1,
            };
            if (end < 0)
                continue;
            Add(sentences, text, start, end);
            start = end;
        }

        Add(sentences, text, start, text.Length);
        return sentences.ConvertAll(range => text[range].Trim().Replace("\n\n", "\n", StringComparison.Ordinal).Replace('\n', ' '));
    }

    private static void Add(List<Range> sentences, string text, int start, int end)
    {
        var sentence = text.AsSpan(start, end - start).Trim();
        if (sentence.IsEmpty)
            return;

        // A mark that stands alone ("- ", ")") belongs to its neighbour.
        if (sentences.Count > 0 && sentence.Length <= 3 && !sentence.ContainsAnyLetterOrDigit())
            sentences[^1] = sentences[^1].Start..end;
        else
            sentences.Add(start..end);
    }

    /// <summary>Mail programs wrap lines: only an empty line, or a next line that begins anew, ends a sentence.</summary>
    private static bool EndsAtLine(string text, int at)
    {
        var next = at + 1;
        return next >= text.Length || text[next] == '\n' || (at > 0 && text[at - 1] is ':' or '.' or '!' or '?') || !char.IsLower(text[next]);
    }

    private static int EndOfStop(string text, int start, ref int i)
    {
        var stop = i;
        while (i + 1 < text.Length && text[i + 1] is '.' or '!' or '?' or '…')
            i++;
        while (i + 1 < text.Length && text[i + 1] is '"' or '\'' or ')' or ']' or '»' or '”' or '’' or '“')
            i++;
        if (i + 1 == text.Length)
            return i + 1;
        if (!char.IsWhiteSpace(text[i + 1]))
            return -1;

        var next = i + 2;
        while (next < text.Length && text[next] is '"' or '\'' or '(' or '[' or '«' or '“' or '„' or '¿' or '¡')
            next++;
        if (text[stop] != '.' || i > stop)
            return next < text.Length && char.IsLower(text[next]) ? -1 : i + 1;
        return next < text.Length && (char.IsLower(text[next]) || StaysOpen(text, start, stop, next)) ? -1 : i + 1;
    }

    /// <summary>Whether the full stop belongs to the word before it: an abbreviation, an initial, or a day before its month.</summary>
    private static bool StaysOpen(string text, int start, int stop, int next)
    {
        var begin = stop;
        while (begin > start && stop - begin < 12 && (char.IsLetterOrDigit(text[begin - 1]) || text[begin - 1] == '.'))
            begin--;
        if (begin > start && !(char.IsWhiteSpace(text[begin - 1]) || text[begin - 1] is '(' or '"' or '„' or '“'))
            return false;

        var word = text[begin..stop];
        if (word.Length == 0)
            return false;
        if (word.All(char.IsAsciiDigit))
            return word.Length <= 2 && (begin == start || DateWords.MonthAt(text, next) > 0);
        if (word.Length == 1 && word != "I")
            return true;
        return Abbreviations.Contains(word) || (next < text.Length && char.IsDigit(text[next]) && BeforeNumbers.Contains(word));
    }

    private static bool ContainsAnyLetterOrDigit(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c))
                return true;
        }

        return false;
    }
}
