using System.Globalization;
using System.Text;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>The form in which words are compared: lower case, no accents, hyphens and odd spaces as one space.</summary>
internal static class TextFold
{
    public static string Fold(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";

        var plain = System.Text.Ascii.IsValid(text) ? text : Decompose(text);
        var folded = new StringBuilder(plain.Length);
        var afterSpace = true;
        foreach (var c in plain)
        {
            if (char.IsWhiteSpace(c) || c is '-' or '_' or '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2014')
            {
                if (!afterSpace)
                    folded.Append(' ');
                afterSpace = true;
                continue;
            }

            afterSpace = false;
            switch (c)
            {
                case '\u2019' or '\u2018' or '`' or '\u00B4': folded.Append('\''); break;
                case 'ß': folded.Append("ss"); break;
                case 'æ' or 'Æ': folded.Append("ae"); break;
                case 'œ' or 'Œ': folded.Append("oe"); break;
                case 'ø' or 'Ø': folded.Append('o'); break;
                case 'ł' or 'Ł': folded.Append('l'); break;
                case 'đ' or 'Đ': folded.Append('d'); break;
                case 'ı': folded.Append('i'); break;
                default: folded.Append(char.ToLowerInvariant(c)); break;
            }
        }

        if (folded.Length > 0 && folded[^1] == ' ')
            folded.Length--;
        return folded.ToString();
    }

    /// <summary>Runs of letters and digits of a folded text, with the signs that belong to names (<c>c++</c>, <c>c#</c>).</summary>
    public static List<string> Words(string folded)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= folded.Length; i++)
        {
            var inside = i < folded.Length && (char.IsLetterOrDigit(folded[i]) || (start >= 0 && folded[i] is '+' or '#'));
            if (inside && start < 0)
            {
                start = i;
            }
            else if (!inside && start >= 0)
            {
                words.Add(folded[start..i]);
                start = -1;
            }
        }

        return words;
    }

    /// <summary>Whether a folded phrase stands in a folded text as whole words; its last word may carry a plural s.</summary>
    public static bool HasPhrase(string text, string phrase) => IndexOfPhrase(text, phrase) >= 0;

    /// <inheritdoc cref="HasPhrase"/>
    public static int IndexOfPhrase(string text, string phrase)
    {
        if (phrase.Length == 0)
            return -1;

        for (var at = text.IndexOf(phrase, StringComparison.Ordinal); at >= 0;
             at = text.IndexOf(phrase, at + 1, StringComparison.Ordinal))
        {
            var begins = !char.IsLetterOrDigit(phrase[0]) || at == 0 || !char.IsLetterOrDigit(text[at - 1]);
            if (begins && Ends(text, at + phrase.Length, phrase))
                return at;
        }

        return -1;
    }

    private static bool Ends(string text, int end, string phrase)
    {
        if (end == text.Length || !char.IsLetterOrDigit(phrase[^1]))
            return true;

        // "c" must not be found in "c++" or "c#".
        if (phrase.Length == 1 && text[end] is '+' or '#')
            return false;
        if (!char.IsLetterOrDigit(text[end]))
            return true;

        return phrase.Length >= 4 && text[end] == 's' && char.IsLetter(phrase[^1])
            && (end + 1 == text.Length || !char.IsLetterOrDigit(text[end + 1]));
    }

    private static string Decompose(string text)
    {
        var marked = CharacterCleaner.Clean(text).Normalize(NormalizationForm.FormKD);
        var plain = new StringBuilder(marked.Length);
        foreach (var c in marked)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                plain.Append(c);
        }

        return plain.ToString();
    }
}
