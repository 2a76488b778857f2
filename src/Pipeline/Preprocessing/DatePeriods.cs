using System.Globalization;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Months, quarters, years and their parts: "in March", "mid-December", "Q1 2027", "Ende des Jahres", "next month".</summary>
internal sealed class DatePeriods(TextTokens tokens, DateOnly today)
{
    private readonly record struct Period(DateOnly First, DateOnly Last);

    public static bool Day(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && text.Length <= 2 && value is >= 1 and <= 31;

    public static bool Make(int year, int month, int dayOfMonth, out DateOnly day)
    {
        var valid = month is >= 1 and <= 12 && year is >= 1900 and <= 2200 && dayOfMonth >= 1 && dayOfMonth <= DateTime.DaysInMonth(year, month);
        day = valid ? new DateOnly(year, month, dayOfMonth) : default;
        return valid;
    }

    /// <summary>The next such day, today included; 29 February waits for a leap year.</summary>
    public static bool Coming(DateOnly today, int dayOfMonth, int month, out DateOnly day)
    {
        for (var year = today.Year; year <= today.Year + 8; year++)
        {
            if (Make(year, month, dayOfMonth, out day) && day >= today)
                return true;
        }

        day = default;
        return false;
    }

    public static DateOnly Add(DateOnly day, DateUnit unit, int amount) => unit switch
    {
        DateUnit.Day => day.AddDays(amount),
        DateUnit.Week => day.AddDays(7 * amount),
        DateUnit.Month => day.AddMonths(amount),
        DateUnit.Quarter => day.AddMonths(3 * amount),
        _ => day.AddYears(amount),
    };

    public int MonthWord(int at) =>
        !tokens.IsWord(at) ? 0 : DateWords.Month(tokens.Span(at)) is > 0 and var month ? month : DateWords.ShortMonth(tokens.Span(at));

    public bool WithYear(ref int next, int dayOfMonth, int month, bool past, out DateOnly day)
    {
        if (tokens.Is(next, '.') && tokens.Touches(next) && (YearAt(next + 1, out _) > 0))
            next++;
        if (YearAt(next, out var after) is > 0 and var year)
        {
            next = after;
            return Make(year, month, dayOfMonth, out day);
        }

        if (!Coming(today, dayOfMonth, month, out day))
            return false;
        return !past || Make(day.Year - 1, month, dayOfMonth, out day);
    }

    public bool TryRead(int at, out DateOnly day, out int next)
    {
        day = default;
        next = at;
        var word = tokens.Span(at);
        if (word is "EOY" or "EOQ" or "EOM" or "EOW")
        {
            next = at + 1;
            day = Around(word[2] switch { 'Y' => DateUnit.Year, 'Q' => DateUnit.Quarter, 'M' => DateUnit.Month, _ => DateUnit.Week }, 0).Last;
            return true;
        }

        if (TryYearEnd(at, out day, out next))
            return true;

        var part = DateWords.Part(word);
        if (part != DatePart.None)
        {
            var target = at + 1;
            for (var skipped = 0; skipped < 3 && (tokens.Is(target, '-') || tokens.Is(target, '\'') || tokens.Is(target, '’') || DateWords.IsFiller(tokens.Span(target))); skipped++)
                target++;
            if (!TryPeriod(target, named: true, out var period, out next))
                return false;
            day = part switch
            {
                DatePart.Start => period.First,
                DatePart.End => period.Last,
                _ => period.Last.DayNumber - period.First.DayNumber <= 31 && period.First.Day == 1
                    ? period.First.AddDays(14)
                    : DateOnly.FromDayNumber((period.First.DayNumber + period.Last.DayNumber) / 2),
            };
            return true;
        }

        if (!TryPeriod(at, named: false, out var bare, out next))
            return false;
        day = bare.First;
        return true;
    }

    /// <summary>year-end, Jahresende, Monatsende, Quartalsende.</summary>
    private bool TryYearEnd(int at, out DateOnly day, out int next)
    {
        next = at + 1;
        var unit = DateUnit.None;
        if (tokens[at].Length is >= 8 and <= 13)
            unit = tokens.Span(at) switch { "Jahresende" or "jahresende" => DateUnit.Year, "Quartalsende" => DateUnit.Quarter, "Monatsende" => DateUnit.Month, _ => DateUnit.None };
        else if ((tokens.Is(at, "year") || tokens.Is(at, "month") || tokens.Is(at, "quarter")) && (tokens.Is(at + 1, "end") || (tokens.Is(at + 1, '-') && tokens.Is(at + 2, "end"))))
            (unit, next) = (DateWords.Unit(tokens.Span(at)), tokens.Is(at + 1, "end") ? at + 2 : at + 3);
        day = unit == DateUnit.None ? default : Around(unit, 0).Last;
        return unit != DateUnit.None;
    }

    /// <param name="named">After "end of" and the like, where a bare month, unit or year is a period too.</param>
    private bool TryPeriod(int at, bool named, out Period period, out int next)
    {
        period = default;
        next = at + 1;
        return TryMonth(at, named, ref period, ref next) || TryQuarter(at, ref period, ref next) || TryShifted(at, named, ref period, ref next)
            || TryYear(at, named, ref period, ref next);
    }

    private bool TryMonth(int at, bool named, ref Period period, ref int next)
    {
        var shift = DateWords.Shift(tokens.Span(at));
        var word = shift is null ? at : at + 1;
        if (MonthWord(word) is not (> 0 and var month) || tokens.Touches(word) && tokens.IsWord(word - 1))
            return false;

        var after = word + 1;
        if (tokens.Is(after, '.') && tokens.Touches(after) && YearAt(after + 1, out _) > 0)
            after++;
        if (YearAt(after, out var end) is > 0 and var year)
        {
            next = end;
            period = MonthOf(year, month);
            return true;
        }

        // "may" and "march" are verbs, and short forms are words: without a year only full names with a cue count.
        var capital = char.IsUpper(tokens.Span(word)[0]);
        var before = tokens.Span(word - 1);
        var cue = named || shift is not null || DateWords.LeadsIn(before) || DateWords.IsPast(before);
        if (DateWords.Month(tokens.Span(word)) == 0 || !cue || (!capital && tokens.Span(word) is "may" or "march" or "mars" or "august"))
            return false;

        next = word + 1;
        var coming = MonthOf(month >= today.Month ? today.Year : today.Year + 1, month);
        period = shift < 0 || DateWords.IsPast(before) ? MonthOf(month < today.Month ? today.Year : today.Year - 1, month) : coming;
        return true;
    }

    /// <summary>Q1 2027, Q3, T2 2027, H2 2026, first quarter of 2027.</summary>
    private bool TryQuarter(int at, ref Period period, ref int next)
    {
        var word = tokens.Span(at);
        var number = 0;
        var half = false;
        if (word is "Q" or "q" or "T" or "H" && tokens.Touches(at + 1) && tokens.Span(at + 1) is [>= '1' and <= '4' and var digit])
        {
            number = digit - '0';
            half = word is "H";
            next = at + 2;
        }
        else if (DateWords.Unit(tokens.Span(at + 1)) == DateUnit.Quarter && word.Length <= 8)
        {
            number = word switch { "first" or "erste" or "ersten" or "premier" or "primer" => 1, "second" or "zweiten" or "deuxième" or "segundo" => 2, "third" or "dritten" or "troisième" or "tercer" => 3, "fourth" or "vierten" or "cuarto" => 4, _ => 0 };
            next = at + 2;
        }

        if (number == 0 || (half && number > 2))
            return false;
        var year = YearAt(tokens.Is(next, '/') ? next + 1 : next, out var after);
        if (year > 0)
            next = after;
        else if (word is "T" or "H")
            return false;

        var months = half ? 6 : 3;
        var first = ((number - 1) * months) + 1;
        var start = new DateOnly(year > 0 ? year : today.Year, first, 1);
        if (year == 0 && start.AddMonths(months) <= today)
            start = start.AddYears(1);
        period = new Period(start, start.AddMonths(months).AddDays(-1));
        return true;
    }

    /// <summary>next month, la semaine prochaine, la semana que viene; after "end of the" the unit alone.</summary>
    private bool TryShifted(int at, bool named, ref Period period, ref int next)
    {
        var shift = DateWords.Shift(tokens.Span(at));
        var unitAt = shift is null ? at : at + 1;
        var unit = DateWords.Unit(tokens.Span(unitAt));
        if (unit is DateUnit.None or DateUnit.Day)
            return false;

        next = unitAt + 1;
        if (shift is null && DateWords.Shift(tokens.Span(next)) is { } after && after != 0 && !tokens.IsNumber(unitAt - 1))
        {
            shift = after;
            next++;
        }
        else if (shift is null && tokens.Is(next, "que") && (tokens.Is(next + 1, "viene") || tokens.Is(next + 1, "vem")))
        {
            shift = 1;
            next += 2;
        }

        if (shift is null ? !named : shift == 0 && !named)
            return false;
        period = Around(unit, shift ?? 0);
        return true;
    }

    private bool TryYear(int at, bool named, ref Period period, ref int next)
    {
        if (!named || YearAt(at, out var after) is not (> 0 and var year))
            return false;
        next = after;
        period = new Period(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
        return true;
    }

    private int YearAt(int at, out int after)
    {
        if (tokens.Is(at, ',') || tokens.Is(at, "of") || tokens.Is(at, "de") || tokens.Is(at, "del"))
            at++;
        after = at + 1;
        return tokens.IsNumber(at) && tokens[at].Length == 4 && int.TryParse(tokens.Span(at), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && year is >= 1990 and <= 2100 ? year : 0;
    }

    private Period Around(DateUnit unit, int shift)
    {
        var first = unit switch
        {
            DateUnit.Week => today.AddDays(-(((int)today.DayOfWeek + 6) % 7)),
            DateUnit.Month => new DateOnly(today.Year, today.Month, 1),
            DateUnit.Quarter => new DateOnly(today.Year, (((today.Month - 1) / 3) * 3) + 1, 1),
            _ => new DateOnly(today.Year, 1, 1),
        };
        first = Add(first, unit, shift);
        return new Period(first, Add(first, unit, 1).AddDays(-1));
    }

    private static Period MonthOf(int year, int month) =>
        new(new DateOnly(year, month, 1), new DateOnly(year, month, DateTime.DaysInMonth(year, month)));
}
