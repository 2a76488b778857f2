using System.Collections.Frozen;
using System.Globalization;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Amounts of money: <c>€50k</c>, <c>50.000 EUR</c>, <c>USD 1.2 million</c>, <c>3 Mio. Euro</c>, <c>budget of 50k</c>.</summary>
internal static class MoneyReader
{
    private const decimal Most = 1_000_000_000_000_000;

    private static readonly FrozenSet<string> Codes =
        "EUR USD GBP CHF SEK NOK DKK PLN CZK HUF RON BGN CAD AUD NZD JPY CNY HKD SGD INR KRW BRL MXN ARS CLP COP ZAR AED SAR QAR ILS TRY UAH THB MYR IDR PHP TWD ISK"
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Names = WordTable.Map(
        ("EUR", "eur euro euros"), ("USD", "usd dollar dollars dólares dollari bucks"), ("GBP", "gbp pounds quid"),
        ("CHF", "chf franken sfr"), ("INR", "inr rupees"), ("BRL", "reais"));

    private static readonly FrozenDictionary<string, string> Dollars = WordTable.Map(
        ("USD", "US"), ("AUD", "A AU"), ("CAD", "C CA"), ("NZD", "NZ"), ("SGD", "S"), ("HKD", "HK"), ("BRL", "R"), ("MXN", "MX"));

    private static readonly FrozenSet<string> BudgetWords = WordTable.Set("budget budgets presupuesto orçamento etat");

    public static void Read(TextTokens tokens, List<TextEntity> found)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!tokens.IsNumber(i) || tokens.IsClaimed(i) || !TryAmount(tokens, i, out var amount))
                continue;
            found.Add(tokens.Claim(TextEntityKind.Money, amount.Value, amount.From, amount.To));
            i = amount.To - 1;
        }
    }

    private static bool TryAmount(TextTokens tokens, int at, out (int From, int To, string Value) amount)
    {
        amount = default;
        if (!NumberReader.TryRead(tokens, at, out var low, out var next))
            return false;

        var from = at;
        var currency = CurrencyBefore(tokens, ref from);
        var scaleAt = next;
        var scale = NumberReader.Scale(tokens, ref next);
        var high = (decimal?)null;
        if (IsRange(tokens, next))
        {
            var second = next + 1;
            var repeated = currency is not null && IsCurrency(tokens, second) ? 1 : 0;
            if (NumberReader.TryRead(tokens, second + repeated, out var upper, out var end))
            {
                var upperScale = NumberReader.Scale(tokens, ref end);
                var after = end;
                if (currency is not null || CurrencyAfter(tokens, ref after) is not null)
                {
                    high = NumberReader.Scaled(tokens, second + repeated, upper, upperScale);
                    scale = scale == 1 && low < upper ? upperScale : scale;
                    next = end;
                }
            }
        }

        low = NumberReader.Scaled(tokens, at, low, scale);
        if (currency is null)
        {
            currency = CurrencyAfter(tokens, ref next, out var factor);
            low *= factor;
            high *= factor;
        }
        else if (scale != 1 && high is null && IsLoose(tokens, scaleAt))
        {
            // "$5 m high": a lone letter apart from its number is no size.
            low /= scale;
            next = scaleAt;
        }

        if (currency is null)
        {
            if (!AfterBudget(tokens, at) || low < 500 || IsDuration(tokens, next))
                return false;
            if (scale == 1 && low is >= 1990 and <= 2100)
                return false;
        }

        if (low > Most || high > Most || !tokens.IsFree(from, next))
            return false;
        var value = high is { } top && top > low ? $"{Text(low)}-{Text(top)}" : Text(low);
        amount = (from, next, currency is null ? value : $"{value} {currency}");
        return true;
    }

    private static string Text(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static bool IsRange(TextTokens tokens, int at) =>
        tokens.Is(at, '-') || tokens.Is(at, '–') || tokens.Is(at, '—') || tokens.Is(at, "to") || tokens.Is(at, "bis");

    private static bool IsLoose(TextTokens tokens, int at) => tokens[at].Length == 1 && !tokens.Touches(at) && !char.IsUpper(tokens.Span(at)[0]);

    private static bool IsCurrency(TextTokens tokens, int at) => Symbol(tokens.Span(at)) is not null || Code(tokens.Span(at)) is not null;

    private static string? CurrencyBefore(TextTokens tokens, ref int from)
    {
        var at = from - 1;
        if (at < 0 || tokens.IsClaimed(at) || tokens[from].Start - tokens[at].End > 1)
            return null;
        if (tokens.Is(at, '.') && tokens.Is(at - 1, "Fr"))
        {
            from = at - 1;
            return "CHF";
        }

        if (Symbol(tokens.Span(at)) is { } symbol)
        {
            from = at;
            if (symbol == "USD" && tokens.IsWord(at - 1) && tokens.Touches(at) && Dollars.Get(tokens.Span(at - 1)) is { } dollar)
            {
                from = at - 1;
                return dollar;
            }

            return symbol;
        }

        if (Code(tokens.Span(at)) is not { } code)
            return null;
        from = at;
        return code;
    }

    private static string? CurrencyAfter(TextTokens tokens, ref int next) => CurrencyAfter(tokens, ref next, out _);

    private static string? CurrencyAfter(TextTokens tokens, ref int next, out decimal factor)
    {
        factor = 1;
        var word = tokens.Span(next);
        if (next >= tokens.Count || tokens[next].Start - tokens[next - 1].End > 1)
            return null;

        // German and French accounts count in thousands: TEUR, T€, KEUR, M€.
        if (word.Length == 4 && word.EndsWith("EUR", StringComparison.Ordinal) && word[0] is 'T' or 'K' or 'M' or 'k')
        {
            factor = word[0] == 'M' ? 1_000_000 : 1_000;
            next++;
            return "EUR";
        }

        if (word is "T" && tokens.Is(next + 1, '€') && tokens.Touches(next + 1))
        {
            factor = 1_000;
            next += 2;
            return "EUR";
        }

        if (tokens.Is(next, "US") && (tokens.Is(next + 1, '$') || tokens.Is(next + 1, "dollars")))
        {
            next += 2;
            return "USD";
        }

        var currency = Symbol(word) ?? Code(word) ?? Names.Get(word);
        if (currency is not null)
            next++;
        return currency;
    }

    private static string? Symbol(ReadOnlySpan<char> sign) => sign is not [var c] ? null : c switch
    {
        '€' => "EUR",
        '$' => "USD",
        '£' => "GBP",
        '¥' => "JPY",
        '₹' => "INR",
        '₺' => "TRY",
        '₪' => "ILS",
        '₩' => "KRW",
        '₴' => "UAH",
        _ => null,
    };

    private static string? Code(ReadOnlySpan<char> word)
    {
        if (word.Length != 3 || !char.IsAsciiLetter(word[0]))
            return null;
        var code = word.ToString();
        return Codes.Contains(code) ? code : Names.GetValueOrDefault(code);
    }

    private static bool AfterBudget(TextTokens tokens, int at)
    {
        for (var i = at - 1; i >= 0 && i >= at - 5; i--)
        {
            if (tokens.Is(i, '.') || tokens.IsNumber(i))
                return false;
            if (BudgetWords.Has(tokens.Span(i)))
                return true;
        }

        return false;
    }

    private static bool IsDuration(TextTokens tokens, int at) => DateWords.Unit(tokens.Span(at)) != DateUnit.None || HeadCountReader.IsUnit(tokens, at);
}
