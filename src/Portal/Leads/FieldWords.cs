using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Leads;

/// <summary>Fields of the history and what stands in them, in words.</summary>
internal static class FieldWords
{
    /// <summary>Field of a change that is a person's own judgement of the lead, or its end.</summary>
    public const string Score = ScoreText.Field;

    /// <summary>Field of the change that says which lead was merged into this one.</summary>
    public const string Merged = LeadJoining.Field;

    /// <summary>Before the source of a text whose reading a person corrected.</summary>
    public const string IntentPrefix = "intent.";

    private const int Longest = 160;

    public static bool IsIntent(string field) => field.StartsWith(IntentPrefix, StringComparison.Ordinal);

    public static string Name(string field) => field switch
    {
        "email" => "E-mail",
        "linkedInUrl" => "LinkedIn",
        "jobTitle" => "Title",
        "seniority" => "Level",
        "fullName" => "Name",
        "companyName" => "Company",
        "companyDomain" => "Website",
        "employeeCount" => "Employees",
        "annualRevenue" => "Revenue",
        "technologies" => "Uses",
        "consent.basis" => "Consent",
        "consent.at" => "Consent given",
        "consent.text" => "Words of the consent",
        "outcomeAt" => "Closed on",
        "createdAt" => "Came in",
        "externalId" => "Number at the source",
        LeadJoin.OtherEmail => "Other e-mail",
        "deleted" => "Deletion",
        Score => "Own grade",
        _ => ReasonWords.NameOf(field),
    };

    /// <summary>A field's text as people read it; null when it is empty.</summary>
    public static string? Value(string field, string? text) => text is null ? null : LeadFields.Find(field)?.Kind switch
    {
        FieldKind.Country => Wording.Country(text),
        FieldKind.List => text.Replace(";", ", ", StringComparison.Ordinal),
        FieldKind.Time => text.Length > 10 ? text[..10] : text,
        FieldKind.Seniority when Enum.TryParse<Seniority>(text, out var level) => Wording.Level(level),
        _ => text.Length > Longest ? text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)] + "…" : text,
    };

    /// <summary>"Title changed", "Title and city changed", "5 fields changed".</summary>
    public static string Changed(FieldsChanged changed)
    {
        var list = List(changed);
        return $"{char.ToUpperInvariant(list[0])}{list[1..]} changed";
    }

    public static string List(FieldsChanged changed) => changed.Changes.Count switch
    {
        1 => Low(changed.Changes[0]),
        2 => $"{Low(changed.Changes[0])} and {Low(changed.Changes[1])}",
        var n => $"{n} fields",
    };

    /// <summary>A corrected reading: what was taken from the text, and what it really says.</summary>
    public static string Corrected(FieldsChanged changed)
    {
        var (no, yes) = (Kinds(changed.Changes.Select(c => c.Old)), Kinds(changed.Changes.Select(c => c.New)));
        return (no.Length, yes.Length) switch
        {
            (0, _) => $"Intent added: {yes}",
            (_, 0) => $"Not meant: {no}",
            _ => $"{no} is really {yes}",
        };
    }

    /// <summary>A person's own grade, or the return to the learned one.</summary>
    public static TimelineLine Judged(FieldChange change, string by, Wording say)
    {
        var (before, after) = (ScoreText.Parse(change.Old), ScoreText.Parse(change.New));
        var was = before is null ? "" : $" instead of {before.Grade} {say.Number(before.Value)}";
        return after switch
        {
            { Actor: not null } => new(
                "pencil", "pine", $"Graded by hand: {after.Grade} {say.Number(after.Value)}{was}",
                after.Until is { } until ? $"{by}, until {say.Ago(until)}" : by, after.Reason.Length == 0 ? null : after.Reason),
            null => new("undo", null, "Own grade taken away; the lead waits for its score", by),
            _ => new("undo", null, $"Back to the learned score: {after.Grade} {say.Number(after.Value)}{was}", by),
        };
    }

    private static string Kinds(IEnumerable<string?> names) => string.Join(" and ", names.OfType<string>().Select(
        n => Enum.TryParse<IntentKind>(n, out var kind) ? Wording.Intent(kind) : n));

    private static string Low(FieldChange change) => Name(change.Field) is var name && name.Length > 1 && char.IsUpper(name[1]) || name.StartsWith("LinkedIn", StringComparison.Ordinal)
        ? name
        : char.ToLowerInvariant(name[0]) + name[1..];
}
