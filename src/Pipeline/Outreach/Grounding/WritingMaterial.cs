using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach.Grounding;

/// <summary>Something that a written sentence may rest on.</summary>
/// <param name="Id"><c>T1</c> … a sentence of the template, <c>F1</c> … a field of the lead, <c>K1</c> … a piece of knowledge.</param>
/// <param name="Text">Its words.</param>
/// <param name="Source">What a citation of it says.</param>
public sealed record MaterialItem(string Id, string Text, SentenceSource Source);

/// <summary>All that a mail may be made of: what the model is shown, and what its answer is held against.</summary>
public sealed class WritingMaterial
{
    private const int LongestField = 80;
    private const int MostFieldWords = 5;

    // Only fields of a shape that leaves no room for orders; a lead's free text is shown to no model and backs no sentence.
    private static readonly (string Path, Func<Lead, string?> Get)[] Fields =
    [
        ("lead.firstName", l => l.FirstName), ("lead.jobTitle", l => l.JobTitle), ("company.name", l => l.CompanyName), ("company.industry", l => l.Industry),
        ("lead.city", l => l.City), ("lead.country", l => l.Country is { } c ? Countries.EnglishName(c) : null),
        ("company.technologies", l => l.Technologies.Count > 0 ? string.Join(", ", l.Technologies) : null),
    ];

    private WritingMaterial(ComposedMail mail)
    {
        var paragraphs = mail.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (paragraphs.Count > 1 && paragraphs[0].Length <= 80 && paragraphs[0].EndsWith(','))
        {
            Greeting = paragraphs[0];
            paragraphs.RemoveAt(0);
        }

        if (paragraphs.Count > 1 && !paragraphs[^1].EndsWith('?') && !paragraphs[^1].EndsWith('.'))
        {
            Closing = paragraphs[^1];
            paragraphs.RemoveAt(paragraphs.Count - 1);
        }

        // Lists and links keep their form: a model has no say in them.
        Kept = [.. paragraphs.Where(p => p.Contains("://", StringComparison.Ordinal) || p.StartsWith("- ", StringComparison.Ordinal) || p == "---")];
        Middle = [.. paragraphs.Except(Kept)];
        Subject = mail.Subject;
    }

    public required string Goal { get; init; }
    public string Subject { get; }
    public string? Greeting { get; }
    public string? Closing { get; }

    /// <summary>Paragraphs that stay as the template has them.</summary>
    public IReadOnlyList<string> Kept { get; }

    /// <summary>Paragraphs that may be written anew.</summary>
    public IReadOnlyList<string> Middle { get; }

    public required IReadOnlyList<MaterialItem> Template { get; init; }
    public required IReadOnlyList<MaterialItem> LeadFields { get; init; }
    public required IReadOnlyList<MaterialItem> Knowledge { get; init; }

    public IEnumerable<MaterialItem> All => [.. Template, .. LeadFields, .. Knowledge];

    /// <param name="mail">The mail that the template made.</param>
    /// <param name="goal">What it is to reach.</param>
    /// <param name="lead">Whom it is for.</param>
    /// <param name="facts">Nearest first; at most five are used. Sentences that speak to machines are left out.</param>
    public static WritingMaterial Of(ComposedMail mail, string goal, Lead lead, IReadOnlyList<FactSource> facts)
    {
        var shape = new WritingMaterial(mail) { Goal = goal, Template = [], LeadFields = [], Knowledge = [] };
        var sentences = shape.Middle.SelectMany(SentenceSplitter.Split);
        var fields = Fields.Select(f => (f.Path, Text: TextCleaner.Clean(f.Get(lead)).Replace('\n', ' ')))
            .Where(f => f.Text.Length is > 0 and <= LongestField && !Injections.Suspicious(f.Text) && !Claims.HasAddress(f.Text)
                && (f.Path == "company.technologies" ? f.Text.Split(',').All(t => WordCount(t) <= MostFieldWords) : WordCount(f.Text) <= MostFieldWords));
        var pieces = facts.Take(5).Select(f => f with { Text = Injections.Without(f.Text) }).Where(f => f.Text.Length > 0);
        return new WritingMaterial(mail)
        {
            Goal = goal,
            Template = [.. sentences.Select((s, i) => new MaterialItem($"T{i + 1}", s, new SentenceSource(SourceKind.Template, $"T{i + 1}", "Template", s)))],
            LeadFields =
            [
                .. fields.Select((f, i) => new MaterialItem(
                    $"F{i + 1}", f.Text, new SentenceSource(SourceKind.LeadField, f.Path, MergePalette.Find(f.Path)!.Label, f.Text))),
            ],
            Knowledge = [.. pieces.Select((f, i) => new MaterialItem($"K{i + 1}", f.Text, new SentenceSource(SourceKind.Knowledge, f.Id, f.Title, f.Text)))],
        };
    }

    private static int WordCount(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
