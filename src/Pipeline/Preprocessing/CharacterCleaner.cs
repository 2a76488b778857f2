using System.Globalization;
using System.Text;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Characters a reader does not see go, the others become NFC, and white space becomes what it looks like.</summary>
internal static class CharacterCleaner
{
    // Normalising is quadratic in the length of a run of combining marks; no script stacks more than a few.
    private const int MostMarksInARow = 10;

    /// <summary>Clean lines joined by <c>\n</c>: no blanks around them, single spaces inside, at most one empty line in a row.</summary>
    public static string Clean(string text) => CollapseSpace(Visible(text));

    private static string Visible(string text)
    {
        if (Ascii.IsValid(text) && !HasControls(text))
            return text;

        var kept = new StringBuilder(text.Length);
        var marks = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    if (!IsHidden(char.ConvertToUtf32(text[i], text[i + 1])))
                        kept.Append(text, i, 2);
                    i++;
                }

                // Half a pair is no character, and normalising would refuse it.
                continue;
            }

            var c = text[i];
            var category = CharUnicodeInfo.GetUnicodeCategory(c);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (c is '\u0085' or '\u2028' or '\u2029' or '\v' or '\f')
                kept.Append('\n');
            else if (c is '\n' or '\r' or '\t')
                kept.Append(c);
            else if (category == UnicodeCategory.SpaceSeparator)
                kept.Append(' ');
            else if (category is not (UnicodeCategory.Control or UnicodeCategory.Format) && !IsHidden(c) && marks <= MostMarksInARow)
                kept.Append(c);
        }

        return kept.ToString().Normalize(NormalizationForm.FormC);
    }

    private static bool HasControls(string text)
    {
        foreach (var c in text)
        {
            if (c is < ' ' and not ('\n' or '\r' or '\t') or '\u007F')
                return true;
        }

        return false;
    }

    private static bool IsHidden(int c) => c is
        >= 0xFE00 and <= 0xFE0F or // variation selectors
        >= 0xE0000 and <= 0xE0FFF or // tags and further selectors
        0x034F or >= 0x180B and <= 0x180F or // joiner, Mongolian selectors
        0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or // letters that draw nothing
        0xFFFE or 0xFFFF or
        >= 0x1D173 and <= 0x1D17A or >= 0x1BCA0 and <= 0x1BCA3; // format characters beyond the first plane

    private static string CollapseSpace(string text)
    {
        var result = new StringBuilder(text.Length);
        var lines = 0;
        var space = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '\r' when i + 1 < text.Length && text[i + 1] == '\n':
                    break;
                case '\n' or '\r':
                    lines++;
                    space = false;
                    break;
                case ' ' or '\t':
                    space = true;
                    break;
                default:
                    if (result.Length > 0)
                    {
                        if (lines > 0)
                            result.Append('\n', Math.Min(lines, 2));
                        else if (space)
                            result.Append(' ');
                    }

                    lines = 0;
                    space = false;
                    result.Append(c);
                    break;
            }
        }

        return result.ToString();
    }
}
