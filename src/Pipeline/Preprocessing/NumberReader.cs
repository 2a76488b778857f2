using System.Collections.Frozen;
using System.Globalization;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Numbers as people write them: <c>1,234.56</c>, <c>1.234,56</c>, <c>50 000</c>, <c>1'000</c>, <c>50k</c>, <c>2 Mio.</c></summary>
internal static class NumberReader
{
    private static readonly FrozenDictionary<string, decimal> Scales = WordTable.Map(
        (1_000m, "k thousand tsd tausend mille mil duizend mila"),
        (1_000_000m, "m mm mn mln mio million millions millionen millón millones milione milioni miljoen milhão milhões"),
        (1_000_000_000m, "b bn billion billions mrd milliarde milliarden milliard milliards miljard miliardo miliardi"));

    private static readonly FrozenDictionary<string, int> Small = WordTable.Map(
        (1, "one"), (2, "two zwei deux dos twee due dois"), (3, "three drei trois tres drie tre três"), (4, "four vier quatre cuatro"),
        (5, "five fünf cinq cinco vijf"), (6, "six sechs seis zes"), (7, "seven sieben sept siete"), (8, "eight acht huit ocho"), (9, "nine neun neuf nueve"),
        (10, "ten zehn dix diez tien"), (11, "eleven elf onze"), (12, "twelve zwölf douze doce twaalf"), (15, "fifteen fünfzehn quinze quince"),
        (20, "twenty zwanzig vingt veinte"), (30, "thirty dreißig trente treinta"), (50, "fifty fünfzig cinquante cincuenta"), (100, "hundred hundert cent cien"));

    /// <summary>A number written in digits, groups of three parted by a space included.</summary>
    /// <param name="next">The token after it.</param>
    public static bool TryRead(TextTokens tokens, int at, out decimal value, out int next)
    {
        value = 0;
        next = at + 1;
        if (!tokens.IsNumber(at) || tokens.IsClaimed(at) || !TryParse(tokens.Span(at), out value, out _))
            return false;

        if (tokens[at].Length > 3 || tokens.Span(at).ContainsAny('.', ','))
            return true;
        while (tokens.IsNumber(next) && tokens[next].Length == 3 && tokens[next].Start == tokens[next - 1].End + 1
               && tokens.Text[tokens[next].Start - 1] == ' ' && value < 1_000_000_000)
        {
            value = (value * 1000) + int.Parse(tokens.Span(next), CultureInfo.InvariantCulture);
            next++;
        }

        return true;
    }

    /// <summary>The word of size after a number (<c>k</c>, <c>Mio.</c>), or 1.</summary>
    public static decimal Scale(TextTokens tokens, ref int next)
    {
        if (!tokens.IsWord(next) || Scales.Get(tokens.Span(next)) is not (> 0 and var scale))
            return 1;
        next++;
        if (tokens.Is(next, '.') && tokens.Touches(next) && tokens[next - 1].Length is 3)
            next++;
        return scale;
    }

    /// <summary>"1.250 million" is one and a quarter, though "1.250" alone is a thousand.</summary>
    public static decimal Scaled(TextTokens tokens, int at, decimal value, decimal scale)
    {
        if (scale >= 1_000_000 && TryParse(tokens.Span(at), out _, out var asDecimal))
            value = asDecimal;
        return value * scale;
    }

    public static bool TryWord(ReadOnlySpan<char> word, out int value)
    {
        value = Small.Get(word);
        return value > 0;
    }

    /// <param name="asDecimal">The same with a single separator read as the decimal sign.</param>
    private static bool TryParse(ReadOnlySpan<char> text, out decimal value, out decimal asDecimal)
    {
        value = asDecimal = 0;
        if (text.Length > 18)
            return false;

        var last = text.LastIndexOfAny(".,'\u2019");
        if (last < 0)
        {
            value = asDecimal = long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
            return true;
        }

        var sign = text[last];
        var same = text[..last].Contains(sign);
        var grouped = same || sign is '\'' or '\u2019' || (last is >= 1 and <= 3 && text.Length - last - 1 == 3 && text[0] != '0');
        var mixed = text[..last].ContainsAny(".,'") && !same;
        var whole = mixed || !grouped ? text[..last] : text;
        if (!Join(whole, out var number))
            return false;

        value = number;
        if (mixed || !grouped)
            value += Fraction(text[(last + 1)..]);
        asDecimal = same || mixed || !grouped || sign is '\'' or '\u2019' || !Join(text[..last], out var head) ? value : head + Fraction(text[(last + 1)..]);
        return true;
    }

    private static decimal Fraction(ReadOnlySpan<char> digits) =>
        decimal.Parse($"0.{digits}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    /// <summary>Groups of three after a first of one to three, or no groups at all.</summary>
    private static bool Join(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        var group = 0;
        var groups = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                value = (value * 10) + (text[i] - '0');
                group++;
                continue;
            }

            if (groups > 0 ? group != 3 : i < text.Length && group > 3)
                return false;
            groups++;
            group = 0;
        }

        return true;
    }
}
