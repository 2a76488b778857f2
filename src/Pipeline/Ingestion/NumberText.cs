using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Counts and amounts as people write them.</summary>
/// <remarks>
/// Groups of three digits behind <c>,</c>, <c>.</c>, <c>'</c> or a blank are thousands (<c>1,200</c> and <c>1.200</c> are both 1200); any
/// other <c>,</c> or <c>.</c> is the decimal sign. A range gives its middle, an open one (<c>10k+</c>, <c>&gt; 500</c>) its bound,
/// <c>&lt; 10</c> half of it. <c>k</c>, <c>m</c>, <c>mn</c>, <c>mio</c>, <c>million</c>, <c>b</c>, <c>bn</c>, <c>mrd</c>, <c>billion</c> multiply.
/// </remarks>
internal static partial class NumberText
{
    private static readonly SearchValues<char> _groupSigns = SearchValues.Create(",.'’ \u00A0\u202F");

    /// <summary>A head count: whole, 0 to 10 million.</summary>
    public static bool TryHeadCount(string text, out int count)
    {
        count = 0;
        var bare = HeadCountWords().Replace(text, " ");
        if (!TryAmount(bare, out var amount) || amount > 10_000_000 || (amount != decimal.Truncate(amount) && !IsRange(bare)))
            return false;
        count = (int)decimal.Round(amount, MidpointRounding.AwayFromZero);
        return true;
    }

    /// <summary>Money in whole units, currency left out; 0 to 10^15.</summary>
    public static bool TryMoney(string text, out long amount)
    {
        amount = 0;
        if (!TryAmount(Currency().Replace(text, " "), out var value) || value > 1_000_000_000_000_000m)
            return false;
        amount = (long)decimal.Round(value, MidpointRounding.AwayFromZero);
        return true;
    }

    private static bool IsRange(string text) => Range().IsMatch(text.Trim()) || text.Contains('<', StringComparison.Ordinal);

    private static bool TryAmount(string text, out decimal amount)
    {
        amount = 0;
        var bare = text.Trim();
        if (bare.Length is 0 or > 60)
            return false;
        var range = Range().Match(bare);
        if (range.Success)
        {
            // "5-10m" means five to ten million.
            var (from, fromUnit) = (range.Groups["from"].Value, range.Groups["fu"].Value);
            var unit = range.Groups["tu"].Value;
            if (!TryOne(from, fromUnit.Length > 0 ? fromUnit : unit, out var low) || !TryOne(range.Groups["to"].Value, unit, out var high) || low > high)
                return false;
            amount = (low + high) / 2;
            return true;
        }
        var one = One().Match(bare);
        if (!one.Success || !TryOne(one.Groups["n"].Value, one.Groups["u"].Value, out amount))
            return false;
        if (one.Groups["sign"].Value is "<" or "≤" or "<=")
            amount /= 2;
        return true;
    }

    private static bool TryOne(string digits, string unit, out decimal value)
    {
        value = 0;
        var factor = unit.ToLowerInvariant().TrimEnd('.') switch
        {
            "" => 1m,
            "k" or "tsd" or "thousand" => 1_000m,
            "m" or "mn" or "mm" or "mio" or "mill" or "million" or "millions" or "millionen" => 1_000_000m,
            "b" or "bn" or "mrd" or "md" or "billion" or "billions" or "milliarden" => 1_000_000_000m,
            _ => 0m,
        };
        if (factor == 0 || !TryPlain(digits, out var plain) || plain > 1_000_000_000_000_000m)
            return false;
        value = plain * factor;
        return true;
    }

    private static bool TryPlain([NotNullWhen(true)] string? digits, out decimal value)
    {
        var text = digits!.Trim();
        if (Grouped().IsMatch(text))
        {
            var last = text.AsSpan().LastIndexOfAny(",.");
            var group = text.AsSpan().IndexOfAny(_groupSigns);

            // Two signs: the last one is the decimal sign when it differs from the first.
            var hasDecimals = last > group && text[last] != text[group];
            var whole = hasDecimals ? text[..last] : text;
            text = string.Concat(whole.Where(char.IsAsciiDigit)) + (hasDecimals ? "." + text[(last + 1)..] : "");
        }
        else
        {
            text = text.Replace(',', '.');
        }
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    [GeneratedRegex(@"^\d{1,3}([,.'’ \u00A0\u202F])\d{3}(\1\d{3})*([.,]\d{1,2})?$")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^(?<from>\d[\d,.'’]*)\s*(?<fu>[A-Za-z]*)\.?\s*(?:-|–|—|to|bis|à)\s*(?<to>\d[\d,.'’]*)\s*(?<tu>[A-Za-z]*)\.?$", RegexOptions.IgnoreCase)]
    private static partial Regex Range();

    [GeneratedRegex(@"^(?<sign>[<>≤≥~]=?|)\s*(?<n>\d[\d,.'’ \u00A0\u202F]*?)\s*(?<u>[A-Za-z]*)\.?\s*\+?$")]
    private static partial Regex One();

    [GeneratedRegex(@"\b(employees?|people|persons?|staff|fte|mitarbeiter(innen)?|employés|empleados|ca\.?|approx\.?|about|over|more than|über)(?=\s|\d|$)", RegexOptions.IgnoreCase)]
    private static partial Regex HeadCountWords();

    [GeneratedRegex(@"[€$£¥₹]|\b(US|A|C)\$|\b(usd|eur|gbp|chf|inr|jpy|cad|aud|sek|nok|dkk|pln|brl|cny)\b|(?<=\d)\s*(usd|eur|gbp|chf)\b|\bca\.?(?=\s|\d)", RegexOptions.IgnoreCase)]
    private static partial Regex Currency();
}
