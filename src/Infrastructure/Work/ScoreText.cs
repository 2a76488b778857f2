using System.Globalization;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// A score as the history of field <see cref="Field"/> keeps it: <c>B 62.1</c> when it was computed,
/// <c>A 80|member:…|since|until|reason</c> when a person set it, so that an undo brings the whole judgement back.
/// </summary>
/// <param name="Actor">Who set it; null for a computed score.</param>
/// <param name="Until">UTC, or null.</param>
public sealed record ScoreText(Grade Grade, double Value, string? Actor = null, DateTime At = default, DateTime? Until = null, string Reason = "")
{
    /// <summary>Name of the field in <see cref="Pipeline.Leads.LeadChange.Field"/>.</summary>
    public const string Field = "score";

    private const int Parts = 5;

    public static ScoreText Of(ScoreOverride set) => new(set.Grade, set.Value, set.Actor, set.At, set.Until, set.Reason);

    /// <returns>Null for no score, and for a text of another kind.</returns>
    public static ScoreText? Parse(string? text)
    {
        var parts = (text ?? "").Split('|', Parts);
        var score = parts[0].Split(' ');
        if (score.Length != 2 || !Enum.TryParse<Grade>(score[0], out var grade)
            || !double.TryParse(score[1], CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        return parts.Length < Parts || Time(parts[2]) is not { } at
            ? new ScoreText(grade, value)
            : new ScoreText(grade, value, parts[1], at, Time(parts[3]), parts[4]);
    }

    public ScoreOverride? ToOverride(Guid leadId) => Actor is null
        ? null
        : new ScoreOverride { LeadId = leadId, Grade = Grade, Value = Value, Actor = Actor, At = At, Until = Until, Reason = Reason };

    public override string ToString()
    {
        var score = string.Create(CultureInfo.InvariantCulture, $"{Grade} {Value:0.##}");
        return Actor is null
            ? score
            : string.Create(CultureInfo.InvariantCulture, $"{score}|{Actor.Replace('|', '/')}|{At:O}|{Until:O}|{Reason}");
    }

    private static DateTime? Time(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : null;
}
