using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>A field of a lead as text: mapping, reading, merging, history, export and the API's PATCH all go through it.</summary>
/// <param name="Name">As in the API.</param>
/// <param name="Kind">How its text is read.</param>
/// <param name="MaxLength">Of the text, in characters.</param>
/// <param name="Get">Its text form, null when empty.</param>
/// <param name="Set">Takes a text that <see cref="Get"/> gave; anything else is a <see cref="FormatException"/>.</param>
public sealed record LeadField(string Name, FieldKind Kind, int MaxLength, Func<Lead, string?> Get, Action<Lead, string?> Set);

public enum FieldKind
{
    /// <summary>One line.</summary>
    Text,

    /// <summary>Several lines.</summary>
    LongText,
    Email,
    Phone,
    Country,
    Domain,
    Url,
    Seniority,
    HeadCount,
    Money,

    /// <summary>Texts separated by <c>;</c>.</summary>
    List,
    Time,
    Outcome,
    ConsentBasis,
}
