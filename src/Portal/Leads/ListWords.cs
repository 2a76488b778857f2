using System.Globalization;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Leads;

/// <summary>Conditions and values of lists in words.</summary>
internal static class ListWords
{
    public static string Stage(LeadStage stage) => stage switch
    {
        LeadStage.Received => "Waiting",
        LeadStage.Scored => "Scored",
        _ => "Not readable",
    };

    public static string Capital(Department department)
    {
        var word = Wording.Department(department);
        return word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
    }

    /// <summary>A value that needs no look into the database; null for names that the database has.</summary>
    public static string? Value(string field, string value) => field switch
    {
        "intent" => Enum.TryParse<IntentKind>(value, out var kind) ? Wording.Intent(kind) : value,
        "stage" => Enum.TryParse<LeadStage>(value, out var stage) ? Stage(stage) : value,
        "seniority" => Enum.TryParse<Seniority>(value, out var level) ? Wording.Level(level) : value,
        "department" => Enum.TryParse<Department>(value, out var department) ? Capital(department) : value,
        "country" => Wording.Country(value),
        "owner" or ListFields.Import => null,
        _ => value,
    };

    /// <summary>The chip's words behind the field's name: "is", "A or B".</summary>
    /// <param name="name">A value in words.</param>
    public static (string Verb, string Value) Say(LeadCondition condition, Func<string, string> name, Wording say) => condition.Kind switch
    {
        ConditionKind.Empty => ("is", "empty"),
        ConditionKind.Set => ("is", "not empty"),
        ConditionKind.Has => ("contains", condition.Values[0]),
        ConditionKind.Within => ("within", condition.Values[0] == "1" ? "the last day" : $"{condition.Values[0]} days"),
        ConditionKind.Range => Range(condition, say),
        _ when condition.Values.Count > 2 => ("is one of", condition.Values.Count.ToString(CultureInfo.InvariantCulture)),
        _ => ("is", string.Join(" or ", condition.Values.Select(name))),
    };

    private static (string Verb, string Value) Range(LeadCondition condition, Wording say)
    {
        var (low, high) = (Bound(condition.Values[0], say), Bound(condition.Values[1], say));
        var time = ListFields.Find(condition.Field)?.Kind == ListFieldKind.Time;
        return (low, high) switch
        {
            (null, null) => ("is", "anything"),
            (null, _) => (time ? "until" : "at most", high),
            (_, null) => (time ? "from" : "at least", low),
            _ => ("from", $"{low} to {high}"),
        };
    }

    private static string? Bound(string text, Wording say) => text.Length == 0 ? null
        : double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? say.Number(number, number == Math.Floor(number) ? 0 : 1)
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToString("d MMM yyyy", CultureInfo.InvariantCulture)
        : text;
}
