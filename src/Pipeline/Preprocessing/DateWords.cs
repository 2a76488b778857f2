using System.Collections.Frozen;

namespace LeadGen.Pipeline.Preprocessing;

internal enum DateUnit
{
    None,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// <summary>Part of a month, quarter or year that is meant.</summary>
internal enum DatePart
{
    None,
    Start,
    Middle,
    End,
}

/// <summary>Words of time in the seven languages.</summary>
internal static class DateWords
{
    private static readonly FrozenDictionary<string, int> Months = WordTable.Map(
        (1, "january januar jänner janvier enero gennaio januari janeiro"),
        (2, "february februar février fevrier febrero febbraio februari fevereiro"),
        (3, "march märz maerz mars marzo maart março"),
        (4, "april avril abril aprile"),
        (5, "may mai mayo maggio mei maio"),
        (6, "june juni juin junio giugno junho"),
        (7, "july juli juillet julio luglio julho"),
        (8, "august août aout agosto augustus"),
        (9, "september septembre septiembre settembre setembro"),
        (10, "october oktober octobre octubre ottobre outubro"),
        (11, "november novembre noviembre novembro"),
        (12, "december dezember décembre decembre diciembre dicembre dezembro"));

    /// <summary>Short forms, which need a day or a year beside them.</summary>
    private static readonly FrozenDictionary<string, int> ShortMonths = WordTable.Map(
        (1, "jan janv ene gen"), (2, "feb févr fév fev"), (3, "mar mär mrt mrz"), (4, "apr avr abr"), (5, "mag"), (6, "jun giu"), (7, "jul juil lug"),
        (8, "aug"), (9, "sep sept"), (10, "oct okt ott"), (11, "nov"), (12, "dec dez déc dic"));

    private static readonly FrozenDictionary<string, int> Weekdays = WordTable.Map(
        (1, "monday montag lundi lunes lunedì maandag"), (2, "tuesday dienstag mardi martes martedì dinsdag"),
        (3, "wednesday mittwoch mercredi miércoles miercoles mercoledì woensdag"), (4, "thursday donnerstag jeudi jueves giovedì donderdag"),
        (5, "friday freitag vendredi viernes venerdì vrijdag"), (6, "saturday samstag sonnabend samedi sábado sabato zaterdag"),
        (7, "sunday sonntag dimanche domingo domenica zondag"));

    private static readonly FrozenDictionary<string, DateUnit> Units = WordTable.Map(
        (DateUnit.Day, "day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen"),
        (DateUnit.Week, "week weeks woche wochen semaine semaines semana semanas settimana settimane weken"),
        (DateUnit.Month, "month months monat monate monaten monats mois mes meses mese mesi maand maanden mês"),
        (DateUnit.Quarter, "quarter quarters quartal quartals quartale trimestre trimestres kwartaal"),
        (DateUnit.Year, "year years jahr jahre jahren jahres an ans année annee años año anno anni jaar ano anos"));

    private static readonly FrozenDictionary<string, DatePart> Parts = WordTable.Map(
        (DatePart.Start, "beginning start early anfang beginn début debut principios inicio comienzos inizio begin início"),
        (DatePart.Middle, "mid middle mitte mi mediados metà medio halverwege half meados"),
        (DatePart.End, "end late ende fin finales final fine eind einde fim"));

    private static readonly FrozenDictionary<string, int?> Next = WordTable.Map<int?>(
        (1, "next coming nächste nächsten nächster nächstes kommende kommenden prochain prochaine próximo próxima proximo proxima prossimo prossima volgende komende upcoming"),
        (0, "this diesen diesem dieses diese current ce cette este esta questo questa deze dit lfd laufenden"),
        (-1, "last previous letzten letzte letztes letzter vergangenen dernier dernière pasado pasada último scorso scorsa vorige passado passada"));

    private static readonly FrozenSet<string> Inside = WordTable.Set("in by until till before from around im bis ab vor en pour dès avant à para desde hasta antes a per entro da entro dal vanaf voor tot em até zum within during since seit depuis end for starting");

    private static readonly FrozenSet<string> Past = WordTable.Set("last since ago seit depuis desde letzten letzter dernier pasado sinds vorige scorso");
    private static readonly FrozenSet<string> Fillers = WordTable.Set("of the de des del der d la le du l van het di do da dell el the los een");

    public static int Month(ReadOnlySpan<char> word) => Months.Get(word);

    public static int ShortMonth(ReadOnlySpan<char> word) => ShortMonths.Get(word);

    /// <summary>1 Monday to 7 Sunday, or 0.</summary>
    public static int Weekday(ReadOnlySpan<char> word) => Weekdays.Get(word);

    public static DateUnit Unit(ReadOnlySpan<char> word) => Units.Get(word);

    public static DatePart Part(ReadOnlySpan<char> word) => Parts.Get(word);

    /// <summary>1 next, 0 this, −1 last; null for any other word.</summary>
    public static int? Shift(ReadOnlySpan<char> word) => Next.Get(word);

    /// <summary>Words before a bare month or year that make it a date ("in March").</summary>
    public static bool LeadsIn(ReadOnlySpan<char> word) => Inside.Has(word);

    public static bool IsPast(ReadOnlySpan<char> word) => Past.Has(word);

    public static bool IsFiller(ReadOnlySpan<char> word) => Fillers.Has(word);

    /// <summary>Month whose name, long or short, begins at a place in a text, or 0.</summary>
    public static int MonthAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < 14 && char.IsLetter(text[end]))
            end++;
        var word = text.AsSpan(at, end - at);
        return Month(word) is > 0 and var month ? month : ShortMonth(word);
    }
}
