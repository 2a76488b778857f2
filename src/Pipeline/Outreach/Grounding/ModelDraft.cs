using System.Text.Json;

namespace LeadGen.Pipeline.Outreach.Grounding;

/// <summary>What a model answered, as far as its form is right; nothing of it is believed yet.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Sentences">In order, with the ids that each names.</param>
public sealed record ModelDraft(string Subject, IReadOnlyList<(string Text, IReadOnlyList<string> Sources)> Sentences)
{
    private const int LongestAnswer = 20_000;
    private const int MostSentences = 15;
    private const int LongestSentence = 400;
    private const int LongestSubject = 120;

    /// <summary>Reads <c>{"subject": "…", "sentences": [{"text": "…", "sources": ["K1"]}]}</c>; any other form is refused.</summary>
    /// <returns>The draft, or null.</returns>
    public static ModelDraft? Parse(string? answer)
    {
        if (answer is not { Length: > 0 and <= LongestAnswer })
            return null;
        var text = answer.Trim();
        if (text.StartsWith("```", StringComparison.Ordinal) && text.EndsWith("```", StringComparison.Ordinal) && text.Contains('\n'))
            text = text[(text.IndexOf('\n') + 1)..^3].Trim();
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            return Read(json.RootElement);
        }
        catch (JsonException)
        {
            return null; // rubbish is an answer like others: the template's own words are taken
        }
    }

    private static ModelDraft? Read(JsonElement root)
    {
        if (!Has(root, "subject", "sentences") || Text(root.GetProperty("subject"), LongestSubject) is not { } subject
            || root.GetProperty("sentences") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MostSentences)
            return null;
        var sentences = new List<(string, IReadOnlyList<string>)>();
        foreach (var item in list.EnumerateArray())
        {
            if (!Has(item, "text", "sources") || Text(item.GetProperty("text"), LongestSentence) is not { } sentence
                || item.GetProperty("sources") is not { ValueKind: JsonValueKind.Array } named || named.GetArrayLength() > 10
                || named.EnumerateArray().Any(s => s.ValueKind != JsonValueKind.String))
                return null;
            sentences.Add((sentence, [.. named.EnumerateArray().Select(s => s.GetString()!.Trim()).Distinct()]));
        }

        return new ModelDraft(subject, sentences);
    }

    private static bool Has(JsonElement element, params string[] names) =>
        element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Select(p => p.Name).Order().SequenceEqual(names.Order());

    private static string? Text(JsonElement element, int longest) =>
        element.ValueKind == JsonValueKind.String && MailFilters.OneLine(Preprocessing.TextCleaner.Clean(element.GetString())) is { Length: > 0 } text && text.Length <= longest
            ? text
            : null;
}
