using System.Collections.Frozen;
using System.Globalization;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>Numbers of people or seats: <c>140 people</c>, <c>team of 12</c>, <c>50-100 employees</c>, <c>120 Mitarbeiter</c>.</summary>
internal static class HeadCountReader
{
    private const decimal Most = 10_000_000;

    private static readonly FrozenSet<string> Units = WordTable.Set(
        "people persons employees employee staff users user seats seat licenses licences headcount heads fte ftes colleagues agents reps representatives salespeople developers engineers workers members operators drivers pickers technicians consultants students teachers",
        "person man strong mitarbeiter mitarbeitern mitarbeitende mitarbeitenden mitarbeiterinnen leute leuten personen beschäftigte beschäftigten angestellte angestellten nutzer nutzern benutzer benutzern anwender plätze plätzen arbeitsplätze lizenzen kollegen kolleginnen köpfe",
        "employés employé salariés salarié personnes collaborateurs utilisateurs licences employees postes",
        "empleados empleadas empleado personas trabajadores usuarios licencias puestos asientos",
        "dipendenti addetti persone utenti licenze collaboratori",
        "medewerkers werknemers mensen gebruikers licenties collega's man",
        "funcionários funcionarios pessoas colaboradores usuários utilizadores licenças trabalhadores");

    private static readonly FrozenSet<string> Groups = WordTable.Set(
        "team teams company staff workforce headcount organisation organization department crew group firma unternehmen belegschaft équipe entreprise effectif equipo empresa plantilla squadra azienda bedrijf ploeg equipe");

    private static readonly FrozenSet<string> Of = WordTable.Set("of von mit de di van d with");
    private static readonly FrozenSet<string> About = WordTable.Set("about around roughly approximately approx circa ca over some nearly almost etwa rund über knapp environ unos unas circa ongeveer cerca ungefähr");

    private static readonly FrozenSet<string> NotBetween = WordTable.Set(
        "of and or for in per the to a at on by from with is are was our your und oder für pro im mit auf je et ou pour par dans des les y o para por en con el la los e di per il a en of voor met days day weeks week months month years year hours hour minutes tage wochen monate jahre jours semaines mois ans días semanas meses años million percent countries locations sites warehouses orders times questions kunden customers clients");

    public static void Read(TextTokens tokens, List<TextEntity> found)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (TryBeforeUnit(tokens, i, out var count) || TryAfterGroup(tokens, i, out count))
            {
                found.Add(tokens.Claim(TextEntityKind.HeadCount, count.Value, count.From, count.To));
                i = count.To - 1;
            }
        }
    }

    public static bool IsUnit(TextTokens tokens, int at) => Units.Has(tokens.Span(at));

    /// <summary>"140 full-time employees", "50-100 people", "200-seat".</summary>
    private static bool TryBeforeUnit(TextTokens tokens, int at, out (int From, int To, string Value) count)
    {
        count = default;
        if (!TryCount(tokens, at, out var value, out var next))
            return false;

        // "50-person": the hyphen belongs to the unit.
        if (tokens.Is(next, '-') && tokens.Touches(next))
            next++;
        for (var between = 0; between <= 3; between++)
        {
            if (IsUnit(tokens, next))
            {
                count = (at, UnitEnd(tokens, next), value);
                return tokens.IsFree(at, count.To);
            }

            if (tokens.Is(next, '-') && between > 0)
            {
                next++;
                continue;
            }

            if (!tokens.IsWord(next) || between == 3 || tokens[next].Length > 20 || NotBetween.Has(tokens.Span(next)))
                return false;
            next++;
        }

        return false;
    }

    /// <summary>"Mitarbeiter:innen", "Mitarbeiter*innen".</summary>
    private static int UnitEnd(TextTokens tokens, int unit) =>
        tokens.Touches(unit + 1) && (tokens.Is(unit + 1, ':') || tokens.Is(unit + 1, '*') || tokens.Is(unit + 1, '/')) && tokens.Is(unit + 2, "innen") && tokens.Touches(unit + 2)
            ? unit + 3
            : unit + 1;

    /// <summary>"team of 12", "headcount: 140", "employees: 140".</summary>
    private static bool TryAfterGroup(TextTokens tokens, int at, out (int From, int To, string Value) count)
    {
        count = default;
        var group = Groups.Has(tokens.Span(at));
        if (!group && !IsUnit(tokens, at))
            return false;

        var next = at + 1;
        if (tokens.Is(next, ':') || tokens.Is(next, '='))
            next++;
        else if (group && Of.Has(tokens.Span(next)))
            next++;
        else
            return false;
        while (About.Has(tokens.Span(next)) && next < at + 4)
            next++;

        var spelled = false;
        if (!TryCount(tokens, next, out var value, out var end))
        {
            spelled = group && tokens.IsWord(next) && NumberReader.TryWord(tokens.Span(next), out var small) && (value = Text(small)).Length > 0;
            if (!spelled)
                return false;
            end = next + 1;
        }

        // "company of 20 years", "team with 3 warehouses": the number counts something else.
        if (tokens.IsWord(end) && !IsUnit(tokens, end) && !tokens.Touches(end) && DateWords.Unit(tokens.Span(end)) != DateUnit.None)
            return false;
        if (!tokens.Is(at + 1, "of") && !tokens.Is(at + 1, ':') && tokens.IsWord(end) && !IsUnit(tokens, end) && !NotBetween.Has(tokens.Span(end)))
            return false;
        count = (at, IsUnit(tokens, end) ? UnitEnd(tokens, end) : end, value);
        return tokens.IsFree(at, count.To);
    }

    private static bool TryCount(TextTokens tokens, int at, out string value, out int next)
    {
        value = "";
        if (!NumberReader.TryRead(tokens, at, out var low, out next))
            return false;

        var scale = tokens.Touches(next) || tokens.Is(next, "thousand") ? NumberReader.Scale(tokens, ref next) : 1;
        decimal? high = null;
        var joined = tokens.Is(next, '-') || tokens.Is(next, '–') || tokens.Is(next, '—') || tokens.Is(next, "to") || tokens.Is(next, "bis") || tokens.Is(next, "à") || tokens.Is(next, "a")
            || ((tokens.Is(next, "and") || tokens.Is(next, "und")) && (tokens.Is(at - 1, "between") || tokens.Is(at - 1, "zwischen")));
        if (joined && NumberReader.TryRead(tokens, next + 1, out var upper, out var end))
        {
            var upperScale = tokens.Touches(end) ? NumberReader.Scale(tokens, ref end) : 1;
            high = upper * upperScale;
            if (scale == 1 && low < upper)
                scale = upperScale;
            next = end;
        }

        if (tokens.Is(next, '+'))
            next++;
        low *= scale;
        if (low is < 1 or > Most || low != decimal.Truncate(low) || (high is { } h && (h <= low || h > Most || h != decimal.Truncate(h))))
            return false;
        value = high is { } top ? $"{Text(low)}-{Text(top)}" : Text(low);
        return true;
    }

    private static string Text(decimal value) => value.ToString("0", CultureInfo.InvariantCulture);
}
