using System.Globalization;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>
/// Days that a text names, in figures or words, seen from the day it was written. A period gives one day: its first,
/// its last after "end of", its middle after "mid". Days and months without a year are the next to come.
/// </summary>
internal sealed class DateReader
{
    private readonly TextTokens tokens;
    private readonly DateOnly today;
    private readonly bool monthFirst;
    private readonly DatePeriods periods;

    /// <param name="tokens">The text.</param>
    /// <param name="today">Day the text was written.</param>
    /// <param name="monthFirst">Whether 5/12 is the twelfth of May, as in the United States.</param>
    public DateReader(TextTokens tokens, DateOnly today, bool monthFirst)
    {
        (this.tokens, this.today, this.monthFirst) = (tokens, today, monthFirst);
        periods = new DatePeriods(tokens, today);
    }

    public void Read(List<TextEntity> found)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!TryRead(i, out var day, out var next) || day.Year is < 1900 or > 2200)
                continue;
            found.Add(tokens.Claim(TextEntityKind.Date, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), i, next));
            i = next - 1;
        }
    }

    private bool TryRead(int at, out DateOnly day, out int next)
    {
        if (tokens.IsNumber(at))
            return TryFigures(at, out day, out next) || TryDayMonth(at, out day, out next);
        day = default;
        next = at;
        return tokens.IsWord(at)
            && (TryMonthDay(at, out day, out next) || TryWeekday(at, out day, out next) || TryDistance(at, out day, out next)
                || TryDayWord(at, out day, out next) || periods.TryRead(at, out day, out next));
    }

    /// <summary>2026-12-05, 5.12.2026, 12/05/2026, 05-12-2026, and "am 15.12."</summary>
    private bool TryFigures(int at, out DateOnly day, out int next)
    {
        day = default;
        next = at + 1;
        var text = tokens.Span(at);
        if (text.Count('.') == 2)
        {
            var first = text.IndexOf('.');
            var second = text.LastIndexOf('.');
            return text.Length <= 10 && Make(text[(second + 1)..], text[(first + 1)..second], text[..first], out day);
        }

        if (text.Count('.') == 1 && text.Length <= 5 && tokens.Is(next, '.') && tokens.Touches(next) && !tokens.Touches(next + 1) && at > 0
            && tokens.Span(at - 1) is "am" or "zum" or "bis" or "ab" or "vom" or "den" or "dem" or "spätestens")
        {
            var dot = text.IndexOf('.');
            next = at + 2;
            return DatePeriods.Day(text[..dot], out var d) && DatePeriods.Day(text[(dot + 1)..], out var m) && DatePeriods.Coming(today, d, m, out day);
        }

        if (at + 4 >= tokens.Count || !tokens.IsNumber(at + 2) || !tokens.IsNumber(at + 4) || tokens.Span(at + 1) is not [var sign] || sign is not ('-' or '/')
            || !tokens.Is(at + 3, sign) || tokens[at + 4].End - tokens[at].Start > 10 || (tokens.Touches(at + 5) && tokens.Is(at + 5, sign)))
            return false;

        next = at + 5;
        var a = tokens.Span(at);
        var b = tokens.Span(at + 2);
        var c = tokens.Span(at + 4);
        if (a.Length == 4)
            return Make(a, b, c, out day);
        if (sign == '/' && monthFirst)
            return Make(c, a, b, out day) || Make(c, b, a, out day);
        return Make(c, b, a, out day) || (sign == '/' && Make(c, a, b, out day));
    }

    private static bool Make(ReadOnlySpan<char> year, ReadOnlySpan<char> month, ReadOnlySpan<char> dayOfMonth, out DateOnly day)
    {
        day = default;
        if (year.Length is not (2 or 4) || !int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y)
            || !DatePeriods.Day(month, out var m) || !DatePeriods.Day(dayOfMonth, out var d))
            return false;
        return DatePeriods.Make(y < 100 ? 2000 + y : y, m, d, out day);
    }

    /// <summary>5 December, 5th of December 2026, 5. Dezember, 5 de diciembre de 2026, 1er mars.</summary>
    private bool TryDayMonth(int at, out DateOnly day, out int next)
    {
        day = default;
        next = at + 1;
        if (!DatePeriods.Day(tokens.Span(at), out var d))
            return false;
        if (tokens.Touches(next) && (tokens.Span(next) is "st" or "nd" or "rd" or "th" or "er" or "." or "º" or "°"))
            next++;
        if (tokens.Is(next, "of") || tokens.Is(next, "de"))
            next++;
        if (periods.MonthWord(next) is not (> 0 and var month) || tokens.IsNumber(next + 1) && tokens[next + 1].Length <= 2 && tokens.Is(next, "mar"))
            return false;
        next++;
        return periods.WithYear(ref next, d, month, IsPast(at), out day);
    }

    /// <summary>December 5th, 2026; Dec. 5.</summary>
    private bool TryMonthDay(int at, out DateOnly day, out int next)
    {
        day = default;
        next = at + 1;
        if (periods.MonthWord(at) is not (> 0 and var month) || !char.IsUpper(tokens.Span(at)[0]))
            return false;
        if (tokens.Is(next, '.') && tokens.Touches(next))
            next++;
        if (!tokens.IsNumber(next) || !DatePeriods.Day(tokens.Span(next), out var d))
            return false;
        next++;
        if (tokens.Touches(next) && (tokens.Span(next) is "st" or "nd" or "rd" or "th"))
            next++;
        else if (tokens.Touches(next) && tokens.IsWord(next))
            return false;
        return periods.WithYear(ref next, d, month, IsPast(at), out day);
    }

    /// <summary>Tuesday, next Tuesday, mardi prochain, el martes que viene.</summary>
    private bool TryWeekday(int at, out DateOnly day, out int next)
    {
        day = default;
        next = at + 1;
        var shift = DateWords.Shift(tokens.Span(at));
        var word = shift is null ? at : at + 1;
        var weekday = DateWords.Weekday(tokens.Span(word));
        if (weekday == 0 || (tokens.Is(word + 1, '.') && tokens.Touches(word + 2)))
            return false;

        next = word + 1;
        if (shift is null && DateWords.Shift(tokens.Span(next)) is { } after && DateWords.Unit(tokens.Span(next + 1)) == DateUnit.None
            && DateWords.Weekday(tokens.Span(next + 1)) == 0 && !tokens.Is(next, "this"))
        {
            shift = after;
            next++;
        }

        // "Monday, 7 December": the day of the month says it better.
        if (tokens.Is(next, ',') && (tokens.IsNumber(next + 1) || periods.MonthWord(next + 1) > 0))
            return false;

        var ahead = (weekday - (int)today.DayOfWeek + 7) % 7;
        ahead = ahead == 0 ? 7 : ahead;
        day = today.AddDays(shift < 0 ? ahead - 7 : ahead);
        if (shift < 0 && day >= today)
            day = day.AddDays(-7);
        return true;
    }

    /// <summary>In 2 weeks, in drei Monaten, dans 10 jours, within the next 3 months.</summary>
    private bool TryDistance(int at, out DateOnly day, out int next)
    {
        day = default;
        next = at + 1;
        if (tokens.Span(at) is not ("in" or "In" or "within" or "Within" or "innerhalb" or "dans" or "Dans" or "en" or "tra" or "fra" or "over" or "em" or "dentro" or "binnen" or "entro"))
            return false;
        for (var skipped = 0; skipped < 3 && tokens.IsWord(next)
             && tokens.Span(next) is "the" or "next" or "von" or "der" or "nächsten" or "les" or "prochains" or "de" or "about" or "ca" or "etwa" or "los" or "próximos"; skipped++)
            next++;
        int amount;
        if (tokens.IsNumber(next) && tokens[next].Length <= 3 && !tokens.Span(next).ContainsAny('.', ','))
            amount = int.Parse(tokens.Span(next), CultureInfo.InvariantCulture);
        else if (tokens.Span(next) is "a" or "einem" or "einer" or "un" or "une" or "una" or "een" or "um" or "uma")
            amount = 1;
        else if (!tokens.IsWord(next) || !NumberReader.TryWord(tokens.Span(next), out amount))
            return false;
        next++;
        if (tokens.Is(next, '-') && tokens.IsNumber(next + 1) && tokens[next + 1].Length <= 3 && int.TryParse(tokens.Span(next + 1), out var upper))
        {
            amount = upper;
            next += 2;
        }

        var unit = DateWords.Unit(tokens.Span(next));
        next++;
        if (unit == DateUnit.None || amount is < 1 or > 400)
            return false;
        day = DatePeriods.Add(today, unit, amount);
        return true;
    }

    private bool TryDayWord(int at, out DateOnly day, out int next)
    {
        next = at + 1;
        var ahead = tokens[at].Length is < 5 or > 10 ? -1 : tokens.Span(at) switch
        {
            "today" or "Today" or "heute" or "Heute" or "vandaag" => 0,
            "tomorrow" or "Tomorrow" or "demain" or "domani" or "Demain" or "amanhã" => 1,
            "morgen" when !tokens.IsWord(at - 1) || tokens.Span(at - 1) is not ("guten" or "Guten" or "goede" or "Goede" or "am" or "jeden" or "elke") => 1,
            "mañana" or "Mañana" when !tokens.Is(at - 1, "la") && !tokens.Is(at - 1, "las") => 1,
            "übermorgen" or "overmorgen" => 2,
            _ => -1,
        };
        day = ahead < 0 ? default : today.AddDays(ahead);
        if (ahead == 1 && tokens.Is(at, "tomorrow") && tokens.Is(at - 1, "after") && tokens.Is(at - 2, "day"))
            day = today.AddDays(2);
        return ahead >= 0;
    }

    private bool IsPast(int at) => at > 0 && DateWords.IsPast(tokens.Span(at - 1));
}
