using LeadGen.Pipeline.Outreach.Grounding;
using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Outreach;

/// <summary>A fact that was chosen for a mail.</summary>
/// <param name="Text">The words that go into the mail.</param>
/// <param name="Source">Where they come from.</param>
public sealed record MailFact(string Text, SentenceSource Source);

/// <summary>Says of each sentence of a mail what it rests on.</summary>
public static class MailSentences
{
    /// <param name="text">The plain text.</param>
    /// <param name="used">Values that were filled in, with their path.</param>
    /// <param name="facts">Facts that were offered.</param>
    public static IReadOnlyList<MailSentence> Of(string text, IReadOnlyList<(string Path, string Text)> used, IReadOnlyList<MailFact> facts)
    {
        var values = used.Where(u => !u.Path.StartsWith("fact.", StringComparison.Ordinal)).Distinct().ToList();
        return [.. SentenceSplitter.Split(text).Select(s => new MailSentence(s, [.. Sources(s, values, facts)]))];
    }

    /// <summary>Whether each figure, date and name of the sentence stands in the words that it cites or in the template; for measuring what was written.</summary>
    /// <param name="template">Words of the template, values in braces.</param>
    public static bool IsBacked(MailSentence sentence, string template)
    {
        var evidence = string.Join('\n', sentence.Sources.Select(s => s.Quote).Append(template));
        var words = sentence.Text.Split([' ', '\n']).Where(w => !(Claims.HasAddress(w) && evidence.Contains(w.TrimEnd('.', ',', ';', ':', ')', '!', '?').TrimStart('('), StringComparison.Ordinal)));
        return Claims.Unfounded(string.Join(' ', words), evidence) is null;
    }

    private static IEnumerable<SentenceSource> Sources(string sentence, List<(string Path, string Text)> values, IReadOnlyList<MailFact> facts)
    {
        foreach (var fact in facts.Where(f => f.Text.Contains(sentence, StringComparison.Ordinal) || sentence.Contains(f.Text, StringComparison.Ordinal)))
            yield return fact.Source;
        foreach (var (path, text) in values.Where(v => Shows(sentence, v.Text)))
            yield return new SentenceSource(KindOf(path), path, MergePalette.Find(path)?.Label ?? path, text);
    }

    /// <summary>A value of several lines, such as a signature, is split as sentences are: each of its lines shows it.</summary>
    private static bool Shows(string sentence, string value) => sentence.Contains(value, StringComparison.Ordinal)
        || (value.Contains('\n', StringComparison.Ordinal) && value.Split('\n').Any(l => l.Trim().Length > 0 && sentence.Contains(l.Trim(), StringComparison.Ordinal)));

    private static SourceKind KindOf(string path) =>
        path.StartsWith("sender.", StringComparison.Ordinal) || path.StartsWith("workspace.", StringComparison.Ordinal) ? SourceKind.Sender : SourceKind.LeadField;
}
