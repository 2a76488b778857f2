using System.Globalization;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Values of a lead as they stand in a CRM, and back.</summary>
public static class CrmValues
{
    /// <summary>What we know beyond a lead's own fields; only ever pushed.</summary>
    public static readonly IReadOnlyList<string> Understood = ["score.value", "score.grade", "score.probability", "intent", "fit"];

    private const string CompanyPrefix = "company.";
    private const string MapPrefix = "map:";

    /// <summary>The key of a mapping's value in <see cref="CrmLink.Shared"/>.</summary>
    public static string Key(CrmFieldMapping mapping) => mapping.OfCompany ? CompanyPrefix + mapping.Remote : mapping.Remote;

    public static bool Pushes(CrmFieldMapping mapping) => mapping.Direction is CrmDirection.Push or CrmDirection.Both;

    public static bool Pulls(CrmFieldMapping mapping) =>
        mapping is { Direction: CrmDirection.Pull or CrmDirection.Both, OfCompany: false } && !Understood.Contains(mapping.Field);

    /// <summary>A field of the person that both sides can have.</summary>
    public static bool IsOfPerson(CrmFieldMapping mapping) => !mapping.OfCompany && !Understood.Contains(mapping.Field);

    /// <summary>Our value as it is to stand there; empty when we have none.</summary>
    public static string Out(CrmFieldMapping mapping, Lead lead)
    {
        var value = Ours(lead, mapping.Field) ?? "";
        return mapping.Transform switch
        {
            "upper" => value.ToUpperInvariant(),
            "lower" => value.ToLowerInvariant(),
            "first" => value.Split(';')[0],
            { } map when map.StartsWith(MapPrefix, StringComparison.Ordinal) =>
                Pairs(map).FirstOrDefault(p => string.Equals(p.Ours, value, StringComparison.OrdinalIgnoreCase)).Theirs ?? value,
            _ => value,
        };
    }

    /// <summary>Their value as it is to stand here.</summary>
    public static string In(CrmFieldMapping mapping, string value) =>
        mapping.Transform is { } map && map.StartsWith(MapPrefix, StringComparison.Ordinal)
            ? Pairs(map).FirstOrDefault(p => string.Equals(p.Theirs, value, StringComparison.OrdinalIgnoreCase)).Ours ?? value
            : value;

    /// <summary>A lead's value by the name that mappings use.</summary>
    public static string? Ours(Lead lead, string field) => field switch
    {
        "score.value" => lead.ScoreValue?.ToString("0", CultureInfo.InvariantCulture),
        "score.grade" => lead.Grade?.ToString(),
        "score.probability" => lead.Probability?.ToString("0.####", CultureInfo.InvariantCulture),
        "fit" => lead.FitValue?.ToString("0", CultureInfo.InvariantCulture),
        "intent" => lead.TopIntent is { } intent ? Words(intent.ToString()) : null,
        _ => LeadFields.Get(lead, field),
    };

    /// <returns>What is wrong with a transform, in plain words, or null.</returns>
    public static string? Problem(CrmFieldMapping mapping)
    {
        var lossy = mapping.Transform is "upper" or "lower" or "first";
        return mapping.Transform switch
        {
            not null when lossy && mapping.Direction != CrmDirection.Push => "This change of the value goes one way only. Let the field go to the CRM only, or leave the value as it is.",
            null or "upper" or "lower" or "first" => null,
            var map when map.StartsWith(MapPrefix, StringComparison.Ordinal) && Pairs(map).Any() => null,
            _ => "Write pairs as here=there, separated by semicolons.",
        };
    }

    /// <summary>DemoRequest → Demo request.</summary>
    internal static string Words(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : c.ToString()));

    private static IEnumerable<(string Ours, string Theirs)> Pairs(string map) => map[MapPrefix.Length..]
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(p => p.Length == 2 && p[0].Length > 0)
        .Select(p => (p[0], p[1]));
}
