using System.Globalization;
using System.Text;

namespace LeadGen.Pipeline.Embedding;

/// <summary>
/// Cuts a text into words as BERT's uncased models do before WordPiece: control characters dropped, accents removed, lower case,
/// cut at white space, each punctuation mark and each Chinese character a word of its own.
/// </summary>
internal static class BertWords
{
    public static IEnumerable<string> Of(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in WellFormedText.Of(text).Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (IsSpace(rune) || StandsAlone(rune))
            {
                if (word.Length > 0)
                {
                    yield return word.ToString();
                    word.Clear();
                }

                if (!IsSpace(rune))
                {
                    yield return rune.ToString();
                }
            }
            else if (!IsDropped(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private static bool IsSpace(Rune rune) =>
        rune.Value is '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsDropped(Rune rune) =>
        rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    // BERT counts all of ASCII's signs as punctuation ($, +, ^ too), but of other signs only those that Unicode calls so.
    private static bool StandsAlone(Rune rune) =>
        rune.IsAscii ? rune.Value > ' ' && rune.Value < 0x7F && !Rune.IsLetterOrDigit(rune) : Rune.IsPunctuation(rune) || IsChinese(rune.Value);

    private static bool IsChinese(int value) =>
        value is (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);
}
