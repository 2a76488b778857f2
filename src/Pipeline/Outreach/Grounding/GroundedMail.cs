using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Outreach.Grounding;

/// <summary>Puts grounded sentences into the shape of the template's mail: its greeting, its lists and links, its closing.</summary>
public static partial class GroundedMail
{
    private const int SentencesInParagraph = 3;

    /// <param name="mail">As the template made it.</param>
    /// <param name="subject">Grounded.</param>
    /// <param name="sentences">Grounded, in order.</param>
    public static ComposedMail Of(ComposedMail mail, WritingMaterial material, string subject, IReadOnlyList<GroundedSentence> sentences)
    {
        var paragraphs = new List<string>();
        if (material.Greeting is { } greeting)
            paragraphs.Add(greeting);
        var statements = sentences.Where(s => !s.Text.EndsWith('?')).Select(s => s.Text).ToList();
        var questions = sentences.Where(s => s.Text.EndsWith('?')).Select(s => s.Text).ToList();
        paragraphs.AddRange(statements.Chunk(SentencesInParagraph).Select(c => string.Join(' ', c)));
        paragraphs.AddRange(material.Kept);
        if (questions.Count > 0)
            paragraphs.Add(string.Join(' ', questions));
        if (material.Closing is { } closing)
            paragraphs.Add(closing);
        var own = sentences.ToDictionary(s => s.Text, s => s, StringComparer.Ordinal);
        return mail with
        {
            Subject = subject,
            Text = string.Join("\n\n", paragraphs),
            Html = mail.Html is null ? null : Html(paragraphs),
            Sentences =
            [
                .. sentences.OrderBy(s => s.Text.EndsWith('?')).Select(s => new MailSentence(s.Text, [.. s.Sources.Select(o => Quoted(o, s.Text))])),
                .. mail.Sentences.Where(s => !own.ContainsKey(s.Text) && (material.Kept.Any(k => k.Contains(s.Text, StringComparison.Ordinal)) || material.Greeting == s.Text)),
            ],
            Warnings = [.. mail.Warnings, .. sentences.Where(s => s.Refused is not null).Select(s => $"A sentence of the model was replaced by the template's: {s.Refused}.")],
        };
    }

    // Of a piece the sentence that was meant, not two hundred words.
    private static SentenceSource Quoted(MaterialItem item, string sentence)
    {
        var words = WordForms.Content(sentence).ToHashSet();
        var quote = Preprocessing.SentenceSplitter.Split(item.Text).MaxBy(s => WordForms.Content(s).Distinct().Count(words.Contains)) ?? item.Text;
        return item.Source with { Quote = quote };
    }

    private static string Html(List<string> paragraphs)
    {
        var html = new StringBuilder("<div style=\"font-family: Arial, Helvetica, sans-serif; font-size: 15px; line-height: 1.5; color: #1c1f23; max-width: 600px\">");
        foreach (var paragraph in paragraphs)
            html.Append("<p style=\"margin: 0 0 16px\">").Append(Linked(paragraph)).Append("</p>");
        return html.Append("</div>").ToString();
    }

    private static string Linked(string text)
    {
        var html = new StringBuilder(text.Length + 32);
        var at = 0;
        foreach (Match link in Address().Matches(text))
        {
            html.Append(Encode(text[at..link.Index])).Append("<a href=\"").Append(WebUtility.HtmlEncode(link.Value)).Append("\">").Append(Encode(link.Value)).Append("</a>");
            at = link.Index + link.Length;
        }

        return html.Append(Encode(text[at..])).ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal);

    [GeneratedRegex(@"https?://[^\s()<>""]+[^\s()<>"".,;:!?]")]
    private static partial Regex Address();
}
