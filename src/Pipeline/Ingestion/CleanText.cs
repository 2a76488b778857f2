using System.Globalization;
using System.Text;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Takes out what nobody sees and nobody means: control characters, hidden Unicode, blanks at the ends.</summary>
internal static class CleanText
{
    /// <summary>One line: any run of white space becomes one blank.</summary>
    public static string Line(string text) => IsPlain(text) ? text : Clean(text, lines: false);

    /// <summary>Running text: line ends (as LF), tabs and joiners inside words or emoji stay.</summary>
    public static string Lines(string text) => IsPlain(text) ? text : Clean(text, lines: true);

    private static bool IsPlain(string text)
    {
        var before = ' ';
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' || (c == ' ' && before == ' '))
                return false;
            before = c;
        }
        return text.Length == 0 || before != ' ';
    }

    private static string Clean(string text, bool lines)
    {
        var clean = new StringBuilder(text.Length);
        var pending = false;
        foreach (var rune in text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').EnumerateRunes())
        {
            if (lines && rune.Value is '\n' or '\t')
            {
                clean.Append((char)rune.Value);
                continue;
            }
            if (Rune.IsWhiteSpace(rune))
            {
                if (lines)
                    clean.Append(' ');
                pending = !lines;
                continue;
            }
            if (IsHidden(rune, lines))
                continue;
            if (pending && clean.Length > 0)
                clean.Append(' ');
            pending = false;
            clean.Append(rune.ToString());
        }
        return clean.ToString().Trim().Normalize(NormalizationForm.FormC);
    }

    private static bool IsHidden(Rune rune, bool lines) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Surrogate => true,

        // Zero-width joiners shape words of several scripts and emoji; in names, addresses and the like they only hide differences.
        UnicodeCategory.Format => !(lines && rune.Value is 0x200C or 0x200D),
        UnicodeCategory.OtherNotAssigned => rune.Value is 0xFFFE or 0xFFFF,
        _ => false,
    };
}
