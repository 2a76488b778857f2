using System.Collections.Frozen;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>A word of a sentence.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Folded">As words are compared.</param>
/// <param name="Break">The strongest sign between it and the word before: a space, a comma (<c>,</c>), or the end of a clause (<c>.</c>).</param>
internal readonly record struct SentenceWord(string Text, string Folded, int Start, int End, char Break);

/// <summary>A sentence cut into words, with what was understood already crossed out, and what it says no to.</summary>
internal sealed class SentenceWords
{
    private static readonly FrozenSet<string> Noes = WordTable.Set(
        "no not never except excluding exclude excludes without avoid don't dont doesn't aren't isn't keine keinen keiner kein nicht ausser ausgenommen ohne sauf pas hors aucun aucune excepto sin nunca geen niet behalve senza tranne");

    private static readonly FrozenSet<string> Onlys = WordTable.Set("only must exclusively nur ausschliesslich uniquement solo solamente alleen soltanto");

    // Behind a no, these begin something that is wanted again.
    private static readonly FrozenSet<string> Turns = WordTable.Set("but who that which with aber sondern die mit mais qui avec pero con que met");
    private static readonly FrozenSet<string> TurnsAfterComma = WordTable.Set("in from mostly mainly ideally preferably usually typically based located am meist vor aus especially");

    private readonly List<SentenceWord> words = [];
    private readonly bool[] used;
    private readonly bool[] denied;

    public SentenceWords(string text)
    {
        Text = text;
        Cut(text);
        used = new bool[words.Count];
        denied = new bool[words.Count];
        var no = false;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word.Break == '.' || Turns.Contains(word.Folded) || (word.Break == ',' && TurnsAfterComma.Contains(word.Folded)))
                no = false;
            if (Noes.Contains(word.Folded))
                no = Word(i + 1) != "only";
            denied[i] = no;
        }
    }

    public string Text { get; }

    public int Count => words.Count;

    public SentenceWord this[int at] => words[at];

    /// <summary>Folded; empty outside of the sentence.</summary>
    public string Word(int at) => at >= 0 && at < words.Count ? words[at].Folded : "";

    public bool IsFree(int at) => at >= 0 && at < words.Count && !used[at];

    /// <summary>Whether the sentence says no to what stands here.</summary>
    public bool IsDenied(int at) => denied[at];

    /// <summary>Whether the sentence insists on what stands here.</summary>
    public bool IsInsisted(int at)
    {
        for (var i = at - 1; i >= Math.Max(0, at - 5) && words[i + 1].Break != '.'; i--)
        {
            if (Onlys.Contains(words[i].Folded))
                return true;
        }

        return false;
    }

    public void Use(int from, int to)
    {
        for (var i = from; i < to; i++)
            used[i] = true;
    }

    /// <summary>Crosses out the words in a stretch of the text.</summary>
    public void UseText(int start, int end)
    {
        for (var i = 0; i < words.Count; i++)
            used[i] |= words[i].Start < end && words[i].End > start;
    }

    /// <summary>Free folded words from here on, to the next sign or the <paramref name="most"/>-th.</summary>
    public List<string> Run(int at, int most)
    {
        var run = new List<string>(most);
        for (var i = at; i < at + most && IsFree(i) && (i == at || words[i].Break == ' '); i++)
            run.Add(words[i].Folded);
        return run;
    }

    private void Cut(string text)
    {
        var sign = '.';
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                sign = text[i] switch
                {
                    '.' or ';' or '!' or '?' or ':' or '(' or ')' or '\n' => '.',
                    ',' or '/' when sign != '.' => ',',
                    _ => sign,
                };
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] is '+' or '#'
                || (text[i] is '\'' or '’' or '&' or '.' && i + 1 < text.Length && char.IsLetterOrDigit(text[i + 1]))))
                i++;
            words.Add(new(text[start..i], TextFold.Fold(text[start..i]), start, i, sign));
            sign = ' ';
        }
    }
}
