using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Pipeline.Knowledge;

/// <summary>Reads HTML by its headings, paragraphs, points and rows of tables; navigation, scripts and forms are left out.</summary>
internal static class HtmlDocuments
{
    private const int DeepestNesting = 200;

    private static readonly HashSet<string> Skipped = new(StringComparer.Ordinal)
    {
        "script", "style", "noscript", "template", "nav", "form", "button", "select", "textarea", "svg", "math", "iframe", "object", "head", "footer",
    };

    private static readonly HashSet<string> Leaves = new(StringComparer.Ordinal) { "p", "li", "tr", "pre", "blockquote", "dt", "dd", "figcaption", "caption" };

    public static List<DocumentPart> Read(string html)
    {
        if (html.Length > 4 * DocumentReader.MostText)
            throw new UnusableFile("The page is too large. Save its text alone, and upload that.");
        using var document = new HtmlParser().ParseDocument(html);
        var parts = new List<DocumentPart>();
        var (path, loose) = (new HeadingPath(), new StringBuilder());
        Walk(document.Body ?? document.DocumentElement, 0);
        Flush();
        return parts;

        void Walk(IElement element, int depth)
        {
            if (depth > DeepestNesting)
                throw new UnusableFile("The page is nested too deeply. Save its text alone, and upload that.");
            foreach (var node in element.ChildNodes)
            {
                if (node is IText text)
                {
                    loose.Append(text.Data);
                    continue;
                }

                if (node is not IElement child || Skipped.Contains(child.LocalName) || IsHidden(child))
                    continue;
                if (child.LocalName is ['h', >= '1' and <= '6'])
                {
                    Flush();
                    path.Enter(child.LocalName[1] - '0', Words(child));
                }
                else if (Leaves.Contains(child.LocalName) && child.QuerySelector("p,li,tr") is null)
                {
                    Flush();
                    Add(child.LocalName == "tr" ? Row(child) : Words(child));
                }
                else if (child.LocalName == "br")
                {
                    loose.Append('\n');
                }
                else
                {
                    Walk(child, depth + 1);
                    if (child.LocalName is not ("a" or "b" or "strong" or "i" or "em" or "span" or "u" or "code" or "small" or "sup" or "sub" or "mark" or "abbr"))
                        Flush();
                }
            }
        }

        void Flush()
        {
            Add(loose.ToString());
            loose.Clear();
        }

        void Add(string text)
        {
            if (!string.IsNullOrWhiteSpace(text))
                parts.Add(new DocumentPart(path.Now, text));
        }
    }

    // What a visitor does not see is no knowledge of the tenant's.
    private static bool IsHidden(IElement element) =>
        element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true"
        || (element.GetAttribute("style") is { } style && style.Replace(" ", "", StringComparison.Ordinal) is var s
            && (s.Contains("display:none", StringComparison.OrdinalIgnoreCase) || s.Contains("visibility:hidden", StringComparison.OrdinalIgnoreCase)
                || s.Contains("font-size:0", StringComparison.OrdinalIgnoreCase) || s.Contains("opacity:0", StringComparison.OrdinalIgnoreCase)));

    private static string Row(IElement row) => string.Join(": ", row.Children.Where(c => c.LocalName is "td" or "th").Select(Words).Where(w => w.Length > 0));

    private static string Words(IElement element)
    {
        var text = new StringBuilder();
        Append(element);
        return text.ToString().Trim();

        void Append(INode node)
        {
            foreach (var child in node.ChildNodes)
            {
                if (child is IText words)
                    text.Append(words.Data.Replace('\n', ' '));
                else if (child is IElement { LocalName: "br" })
                    text.Append('\n');
                else if (child is IElement inner && !Skipped.Contains(inner.LocalName) && !IsHidden(inner))
                    Append(inner);
            }
        }
    }
}
