namespace LeadGen.Pipeline.Outreach;

/// <summary>A mail as it was written for one lead, before anybody approved it.</summary>
/// <param name="TemplateId">What it was written from.</param>
/// <param name="TemplateVersion">Its version then.</param>
/// <param name="Variant">Its variant, <c>A</c>, <c>B</c> …</param>
/// <param name="Subject">One line without control characters.</param>
/// <param name="Text">Plain text, always there.</param>
/// <param name="Html">The same as HTML, sanitised; null for plain text only.</param>
/// <param name="Sentences">What each written sentence rests on.</param>
public sealed record ComposedMail(
    Guid TemplateId, int TemplateVersion, string Variant, string Subject, string Text, string? Html, IReadOnlyList<MailSentence> Sentences)
{
    /// <summary>What a person should look at before this leaves, in plain words: a value that is missing, a sentence that had no source.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Values that it shows and the lead has not, by path (<c>lead.firstName</c>): it has holes, so a person must look at it first.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Why the words of the model were not used, in plain words; null when they were, or when there is no model.</summary>
    public string? FellBack { get; init; }
}
