using System.Globalization;
using System.Text;

namespace LeadGen.Pipeline.Intent;

/// <summary>A word as the classifier compares it, and where it stands in the text.</summary>
/// <param name="Text">Lower case without accents; or one of the marks of <see cref="IntentWords"/>.</param>
/// <param name="Start">Offset in UTF-16 units.</param>
/// <param name="End">Offset behind it.</param>
internal readonly record struct IntentWord(string Text, int Start, int End)
{
    /// <summary>Whether a phrase may not run across it.</summary>
    public bool EndsSentence => Text is IntentWords.Stop or IntentWords.Question;
}

/// <summary>
/// Cuts a text into words that differ as little as possible between writers: case, accents, contractions, chat spellings and
/// the values of numbers are levelled.
/// </summary>
internal static class IntentWords
{
    public const string Stop = ".";
    public const string Question = "?";
    public const string Number = "#";
    public const string Address = "@";
    public const string Currency = "¤";

    private static readonly string[] Folds = [.. Enumerable.Range(0, 0x250).Select(code => Fold((char)code))];

    private static readonly Dictionary<string, string[]> Spellings = new(StringComparer.Ordinal)
    {
        ["dont"] = ["do", "not"],
        ["doesnt"] = ["does", "not"],
        ["didnt"] = ["did", "not"],
        ["cant"] = ["can", "not"],
        ["cannot"] = ["can", "not"],
        ["wont"] = ["will", "not"],
        ["isnt"] = ["is", "not"],
        ["arent"] = ["are", "not"],
        ["wasnt"] = ["was", "not"],
        ["havent"] = ["have", "not"],
        ["hasnt"] = ["has", "not"],
        ["wouldnt"] = ["would", "not"],
        ["couldnt"] = ["could", "not"],
        ["ive"] = ["i", "have"],
        ["youre"] = ["you", "are"],
        ["whats"] = ["what", "is"],
        ["lets"] = ["let", "us"],
        ["wanna"] = ["want", "to"],
        ["gonna"] = ["going", "to"],
        ["pls"] = ["please"],
        ["plz"] = ["please"],
        ["plse"] = ["please"],
        ["u"] = ["you"],
        ["ur"] = ["your"],
        ["thx"] = ["thanks"],
        ["thanx"] = ["thanks"],
        ["tks"] = ["thanks"],
        ["wat"] = ["what"],
        ["msg"] = ["message"],
        ["mtg"] = ["meeting"],
        ["appt"] = ["appointment"],
        ["tmrw"] = ["tomorrow"],
        ["info"] = ["information"],
        ["favour"] = ["favor"],
        ["licence"] = ["license"],
        ["licences"] = ["licenses"],
    };

    public static List<IntentWord> Split(string text)
    {
        var words = new List<IntentWord>(text.Length / 4 + 4);
        var buffer = new StringBuilder(24);
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsLetter(c))
            {
                at = AddressEnd(text, at) is var end && end > at ? Add(words, Address, at, end) : AddWord(text, at, words, buffer);
            }
            else if (char.IsAsciiDigit(c))
            {
                var end = at + 1;
                while (end < text.Length && (char.IsAsciiDigit(text[end])
                    || (text[end] is '.' or ',' or ':' or '/' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
                {
                    end++;
                }

                at = Add(words, Number, at, end);
            }
            else
            {
                at = AddMark(text, at, words);
            }
        }

        return words;
    }

    private static int Add(List<IntentWord> words, string word, int start, int end)
    {
        words.Add(new IntentWord(word, start, end));
        return end;
    }

    private static int AddMark(string text, int at, List<IntentWord> words)
    {
        var c = text[at];
        var mark = c switch
        {
            '?' or '¿' => c == '?' ? Question : null,
            '.' or '!' or ';' when at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1]) => Stop,
            '\n' when at + 1 < text.Length && text[at + 1] == '\n' => Stop,
            _ when CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol => Currency,
            _ => null,
        };
        if (mark is not null && !(mark == Stop && words.Count > 0 && words[^1].Text == Stop))
        {
            words.Add(new IntentWord(mark, at, at + 1));
        }

        return at + 1;
    }

    /// <summary>The end of a mail or web address that begins here, or <paramref name="start"/>.</summary>
    private static int AddressEnd(string text, int start)
    {
        var end = start;
        var isAddress = false;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not (',' or ';' or ')' or '>' or '"'))
        {
            isAddress |= text[end] == '@' || (text[end] == '/' && end > start && text[end - 1] == '/');
            end++;
        }

        isAddress |= end - start > 4 && text.AsSpan(start, 4).Equals("www.", StringComparison.OrdinalIgnoreCase);
        while (isAddress && end > start && text[end - 1] is '.' or '!' or '?')
        {
            end--;
        }

        return isAddress ? end : start;
    }

    private static int AddWord(string text, int start, List<IntentWord> words, StringBuilder buffer)
    {
        var at = Letters(text, start, buffer);
        if (buffer.Length == 1 && buffer[0] == 'e' && at + 4 < text.Length && text[at] == '-' && text[at + 1] is 'm' or 'M')
        {
            // "e-mail" is one word however it is written.
            var rest = new StringBuilder(8);
            at = Letters(text, at + 1, rest);
            buffer.Append(rest);
        }

        var word = buffer.ToString();
        if (at + 1 < text.Length && text[at] is '\'' or '’' or '`' && char.IsLetter(text[at + 1]))
        {
            var suffixEnd = Letters(text, at + 1, buffer);
            return AddContraction(words, word, buffer.ToString(), start, suffixEnd);
        }

        if (Spellings.TryGetValue(word, out var spelled))
        {
            foreach (var part in spelled)
            {
                words.Add(new IntentWord(part, start, at));
            }

            return at;
        }

        return Add(words, word, start, at);
    }

    private static int AddContraction(List<IntentWord> words, string word, string suffix, int start, int end)
    {
        (string First, string? Second) parts = suffix switch
        {
            "t" when word.EndsWith('n') => (word switch { "can" => "can", "won" => "will", "shan" => "shall", _ => word[..^1] }, "not"),
            "d" => (word, "would"),
            "ll" => (word, "will"),
            "m" => (word, "am"),
            "re" => (word, "are"),
            "ve" => (word, "have"),
            "s" when word == "let" => (word, "us"),
            "s" => (word, word is "what" or "it" or "that" or "he" or "she" or "where" or "who" or "how" or "there" ? "is" : null),
            _ => (word, suffix),
        };
        words.Add(new IntentWord(parts.First, start, end));
        if (parts.Second is not null)
        {
            words.Add(new IntentWord(parts.Second, start, end));
        }

        return end;
    }

    private static int Letters(string text, int at, StringBuilder buffer)
    {
        buffer.Clear();
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsLetter(c))
            {
                if (c < Folds.Length)
                {
                    buffer.Append(Folds[c]);
                }
                else
                {
                    buffer.Append(char.ToLowerInvariant(c));
                }
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                break;
            }

            at++;
        }

        return at;
    }

    private static string Fold(char c)
    {
        var lower = char.ToLowerInvariant(c);
        return lower switch
        {
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'ł' => "l",
            _ => char.IsLetter(lower) ? lower.ToString().Normalize(NormalizationForm.FormD)[..1] : lower.ToString(),
        };
    }
}
