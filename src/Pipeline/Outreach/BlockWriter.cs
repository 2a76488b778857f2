using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Outreach;

/// <summary>Writes blocks as HTML and as plain text. Values are marks by now (see <see cref="LiquidPieces"/>).</summary>
internal static partial class BlockWriter
{
    private const string Paragraph = "margin:0 0 16px";

    public static string Html(IReadOnlyList<TemplateBlock> blocks)
    {
        var html = new StringBuilder("<div style=\"font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1c1f23;max-width:600px\">");
        foreach (var block in blocks)
        {
            html.Append(block.Kind switch
            {
                BlockKind.Heading => $"<h2 style=\"margin:0 0 12px;font-size:20px;line-height:1.3\">{Inline(block.Text)}</h2>",
                BlockKind.List => $"<ul style=\"margin:0 0 16px;padding-left:24px\">{string.Concat(Points(block.Text).Select(p => $"<li>{Inline(p)}</li>"))}</ul>",
                BlockKind.Button => $"<p style=\"{Paragraph}\"><a href=\"{WebUtility.HtmlEncode(block.Url.Trim())}\" style=\"display:inline-block;"
                    + $"padding:10px 18px;border-radius:6px;background-color:#0b6b50;color:#ffffff;text-decoration:none\">{Inline(block.Text)}</a></p>",
                BlockKind.Divider => "<hr style=\"border:0;border-top:1px solid #e7e5e0;margin:0 0 16px\">",
                BlockKind.Fact => block.Text, // conditions around paragraphs, made by FactPlace
                _ => $"<p style=\"{Paragraph}\">{Inline(block.Text)}</p>",
            });
        }

        return html.Append("</div>").ToString();
    }

    public static string Text(IReadOnlyList<TemplateBlock> blocks) => string.Join("\n\n", blocks.Select(block => block.Kind switch
    {
        BlockKind.List => string.Join('\n', Points(block.Text).Select(p => "- " + Plain(p))),
        BlockKind.Button => $"{Plain(block.Text)}: {block.Url.Trim()}",
        BlockKind.Divider => "---",
        _ => Plain(block.Text),
    }));

    /// <summary>Words with <c>**strong**</c>, links and line ends.</summary>
    public static string Inline(string text)
    {
        var html = new StringBuilder(text.Length + 32);
        var at = 0;
        foreach (Match match in Marks().Matches(text))
        {
            html.Append(Encode(text[at..match.Index]));
            at = match.Index + match.Length;
            html.Append(match.Groups["strong"].Success
                ? $"<strong>{Encode(match.Groups["strong"].Value)}</strong>"
                : $"<a href=\"{WebUtility.HtmlEncode(match.Groups["url"].Value.Trim())}\">{Encode(match.Groups["label"].Value)}</a>");
        }

        return html.Append(Encode(text[at..])).ToString();
    }

    public static string ParagraphOf(string text) => $"<p style=\"{Paragraph}\">{Inline(text)}</p>";

    public static string Plain(string text) => Marks().Replace(
        text,
        m => m.Groups["strong"].Success ? m.Groups["strong"].Value : $"{m.Groups["label"].Value} ({m.Groups["url"].Value.Trim()})");

    private static string Encode(string text) => WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal);

    private static IEnumerable<string> Points(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(p => p.TrimStart('-', '•', '*').TrimStart());

    [GeneratedRegex(@"\*\*(?<strong>[^*\n]+)\*\*|\[(?<label>[^\]\n]+)\]\((?<url>[^)\n]+)\)")]
    private static partial Regex Marks();
}
