using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Scoring;

/// <summary>Turns the text of a tenant's own column into a number or a word, or into nothing.</summary>
internal static partial class FeatureText
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(".,' \u00a0\u202f");

    private static readonly SearchValues<char> Simple = SearchValues.Create("0123456789.");

    /// <summary>Longer texts are prose, not categories.</summary>
    public const int LongestWord = 80;

    /// <summary>The value as a feature; null when there is none, or when it is prose or personal (an address, a phone number).</summary>
    public static FeatureValue? Read(string? text)
    {
        if (text is null)
            return null;
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty || trimmed.Length > LongestWord || trimmed.Contains('@') || IsBlankWord(trimmed))
            return null;
        if (TryNumber(trimmed, out var number))
            return FeatureValue.Of(number);
        return IsPhoneLike(trimmed) ? null : FeatureValue.Of(Word(trimmed));
    }

    /// <summary>Lower case, inner white space as single blanks: <c>" Real  Estate"</c> and <c>real estate</c> are one word.</summary>
    public static string Word(ReadOnlySpan<char> text)
    {
        var word = new StringBuilder(text.Length);
        foreach (var letter in text.Trim())
        {
            if (!char.IsWhiteSpace(letter))
                word.Append(char.ToLowerInvariant(letter));
            else if (word[^1] != ' ')
                word.Append(' ');
        }

        return word.ToString();
    }

    /// <summary>
    /// Reads <c>1234.5</c>, <c>1,234.5</c>, <c>1.234,5</c>, <c>12,5</c>, <c>1 234</c>, <c>12 %</c>, <c>€ 5.000,00</c>. With a single
    /// separator a point is decimal, and a comma is decimal unless exactly three digits follow. Numbers that begin
    /// with a needless zero (post codes, article numbers) stay words.
    /// </summary>
    public static bool TryNumber(ReadOnlySpan<char> text, out double number)
    {
        number = 0;
        text = text.Trim().TrimStart("€$£").TrimEnd("€$£%").Trim();
        if (text.IsEmpty || text.Length > 40 || !(char.IsAsciiDigit(text[^1]) && (char.IsAsciiDigit(text[0]) || text[0] == '-')))
            return false;
        if (!text.ContainsAnyExcept(Simple) && text.Count('.') <= 1 && (text[0] != '0' || text.Length == 1 || text[1] == '.'))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        string plain;
        if (Grouped().IsMatch(text) && !IsDecimalPoint(text))
            plain = WithoutGroups(text);
        else if (Plain().IsMatch(text))
            plain = text.ToString().Replace(',', '.');
        else
            return false;
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }

    // Not 0123; 1.5e-3 is allowed.
    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)([.,][0-9]+)?([eE][+-]?[0-9]{1,3})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^-?[1-9][0-9]{0,2}(?<group>[.,' \u00a0\u202f])[0-9]{3}(\k<group>[0-9]{3})*((?!\k<group>)[.,][0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped();

    /// <summary>True for <c>1.234</c>: one point and nothing else.</summary>
    private static bool IsDecimalPoint(ReadOnlySpan<char> text) =>
        text.Count('.') == 1 && text.IndexOfAny(Separators) == text.LastIndexOfAny(Separators);

    private static string WithoutGroups(ReadOnlySpan<char> text)
    {
        var group = text[text.IndexOfAny(Separators)];
        return text.ToString().Replace(group.ToString(), "", StringComparison.Ordinal).Replace(',', '.');
    }

    private static bool IsBlankWord(ReadOnlySpan<char> text) =>
        text is "-" or "?" || text.Equals("n/a", StringComparison.OrdinalIgnoreCase)
        || text.Equals("null", StringComparison.OrdinalIgnoreCase) || text.Equals("nan", StringComparison.OrdinalIgnoreCase);

    private static bool IsPhoneLike(ReadOnlySpan<char> text)
    {
        var digits = 0;
        foreach (var letter in text)
        {
            if (char.IsAsciiDigit(letter))
                digits++;
            else if (letter is not (' ' or '+' or '-' or '(' or ')' or '/' or '.'))
                return false;
        }

        // An ISO date has eight digits; phone numbers with their prefix have more.
        return digits >= 9;
    }
}
