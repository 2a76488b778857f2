using System.Collections.Frozen;
using System.Globalization;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Matching;

/// <summary>How large the companies are: "50 to 500 employees", "more than 200 people", "mid-sized", "start-ups". Numbers outweigh words.</summary>
internal static class SentenceSizes
{
    /// <summary>Numbers of these are numbers of a company's people; seats and drivers are not.</summary>
    private static readonly WordPatterns People = new(
        "people|persons|person|employee*|staff|headcount|fte|ftes|workers|workforce|mitarbeit*|leute|leuten|beschaftigte*|angestellte*|salarie*|employes|collaborateurs|personnes|empleados|empleadas|trabajadores|personas|dipendenti|medewerkers|werknemers|funcionarios|strong|company|companies|team|teams");

    private static readonly (WordPatterns Words, double? Min, double? Max)[] Names =
    [
        (new("small and mid*|small and medium*|small to mid*|small to medium*|small or mid*|smb|smbs|sme|smes|kmu|kmus|pme|pmes|pyme|pymes"), 10, 250),
        (new("mid sized|mid size|midsize*|mid market|midmarket|medium sized|medium size|medium businesses|medium companies|mittelstand*|mittelgross*|mittlere|eti|medianas|mid cap"), 50, 1_000),
        (new("start up|start ups|startup|startups|early stage"), 1, 50),
        (new("scale up|scale ups|scaleup|scaleups"), 50, 500),
        (new("small businesses|small business|small companies|small firms|small manufacturers|small shops|kleine unternehmen|kleinunternehmen|petites entreprises|pequenas empresas"), 1, 50),
        (new("enterprise|enterprises|large companies|large businesses|large organisations|large organizations|large corporations|corporations|corporates|big companies|konzern*|grossunternehmen|grandes entreprises|grands groupes|grandes empresas|multinational*"), 1_000, null),
    ];

    private static readonly FrozenSet<string> AtLeast = WordTable.Set("than least over above from beyond exceeding ab mindestens uber plus minimum mas");
    private static readonly FrozenSet<string> AtMost = WordTable.Set("under below max maximum hochstens unter bis maximal moins menos hasta");

    public static IEnumerable<IcpCriterion> Read(SentenceWords words)
    {
        var range = Counted(words);
        range ??= Named(words);
        return range is var (min, max) ? [new IcpCriterion { Kind = CriterionKind.EmployeeCount, Min = min, Max = max, Weight = 20 }] : [];
    }

    private static (double? Min, double? Max)? Counted(SentenceWords words)
    {
        var tokens = new TextTokens(words.Text);
        var entities = new List<TextEntity>();
        HeadCountReader.Read(tokens, entities);
        foreach (var entity in entities.OrderBy(e => e.Start))
        {
            var end = entity.Start + entity.Text.Length;
            var inside = TextFold.Words(TextFold.Fold(entity.Text));
            if (People.Find(inside) < 0)
                continue;

            words.UseText(entity.Start, end);
            var before = TextFold.Words(TextFold.Fold(words.Text[..entity.Start]));
            var after = TextFold.Words(TextFold.Fold(words.Text[end..]));
            return RangeOf(entity, before, after);
        }

        return null;
    }

    private static (double? Min, double? Max) RangeOf(TextEntity entity, List<string> before, List<string> after)
    {
        var bounds = entity.Value.Split('-');
        var low = double.Parse(bounds[0], CultureInfo.InvariantCulture);
        if (bounds.Length == 2)
            return (low, double.Parse(bounds[1], CultureInfo.InvariantCulture));

        var (last, previous) = (before.Count > 0 ? before[^1] : "", before.Count > 1 ? before[^2] : "");
        var less = (last is "than" && previous is "less" or "fewer" or "smaller" or "not more" or "no more") || (last is "to" && previous == "up") || (last is "most" && previous == "at")
            || (last is "als" && previous is "weniger") || (last is "de" && previous is "moins" or "menos") || AtMost.Contains(last);
        if (less || (after is ["or", "less" or "fewer", ..]) || after is ["at", "most", ..])
            return (null, low);
        if (AtLeast.Contains(last) || entity.Text.Contains('+', StringComparison.Ordinal) || after is ["or", "more", ..] || after is ["and", "more" or "up" or "above", ..]
            || (last is "als" && previous is "mehr") || (last is "de" && previous is "plus" or "mas"))
            return (low, null);

        // A single number is about that many.
        return (Math.Floor(low / 2), low * 2);
    }

    private static (double? Min, double? Max)? Named(SentenceWords words)
    {
        (double? Min, double? Max)? range = null;
        for (var i = 0; i < words.Count; i++)
        {
            var run = words.Run(i, 4);
            foreach (var (names, min, max) in Names)
            {
                if (names.Find(run) != 0 || words.IsDenied(i))
                    continue;
                range = range is var (low, high) ? (Math.Min(low ?? 0, min ?? 0), high is null || max is null ? null : Math.Max(high.Value, max.Value)) : (min, max);
                words.Use(i, i + 1);
                break;
            }
        }

        return range;
    }
}
