namespace LeadGen.Pipeline.Preprocessing;

/// <summary>What is left of a lead's words after cleaning, and what was recognised in them.</summary>
/// <param name="Message">The person's own words without HTML, quoted mail, signature and hidden characters; empty when there are none.</param>
/// <param name="Notes">Our side's notes, cleaned likewise.</param>
/// <param name="Profile">
/// One line of job and company ("Head of Warehouse Operations, Logistics, Food wholesale, SAP"), personal data left out.
/// </param>
/// <param name="Language">ISO 639-1 of the message (or notes), null when there is too little text to tell.</param>
/// <param name="Sentences">Sentences of the message, in order.</param>
/// <param name="Entities">Money, dates, head counts, phones found in message and notes.</param>
public sealed record LeadText(
    string Message,
    string Notes,
    string Profile,
    string? Language,
    IReadOnlyList<string> Sentences,
    IReadOnlyList<TextEntity> Entities);

public enum TextEntityKind
{
    Money,
    Date,
    HeadCount,
    Phone,
}

/// <summary>A recognised mention.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written.</param>
/// <param name="Value">
/// Invariant form: <c>50000 USD</c>, <c>2026-12-15</c>, <c>140</c>, <c>+31201234567</c>. A range is <c>50-100</c> or
/// <c>20000-30000 EUR</c>; a budget that names no currency is the number alone; a period is its first day, its last after
/// "end of", its middle after "mid".
/// </param>
/// <param name="Start">Offset in the cleaned text, in UTF-16 units.</param>
/// <param name="Source">The text it stands in: <c>message</c> or <c>notes</c>.</param>
public sealed record TextEntity(TextEntityKind Kind, string Text, string Value, int Start, string Source = "message");
