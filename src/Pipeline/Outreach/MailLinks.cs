using System.Net;
using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Outreach;

/// <summary>Which addresses of a mail can be looked up, as the lead would get them.</summary>
public static partial class MailLinks
{
    /// <returns>Links and pictures of the mail in their order, each once; those that lead to no page (mail, telephone) are not among them.</returns>
    public static IReadOnlyList<MailLink> Of(ComposedMail mail, CompiledTemplate template)
    {
        var shapes = template.Links.Where(l => l.Contains("{{", StringComparison.Ordinal)).Select(l => (Link: l, Shape: ShapeOf(l))).ToList();
        return
        [
            .. Addresses().Matches(mail.Html ?? "").Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).Distinct(StringComparer.Ordinal)
                .Where(a => a.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || a.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
                .Select(a => new MailLink(a, template.Links.Contains(a) ? null : MissingIn(shapes.FirstOrDefault(s => s.Shape.IsMatch(a)).Link, mail.Missing))),
        ];
    }

    private static string? MissingIn(string? link, IReadOnlyList<string> missing) =>
        link is not null && missing.FirstOrDefault(m => link.Contains(m, StringComparison.Ordinal)) is { } path ? MergePalette.Find(path)?.Label ?? path : null;

    private static Regex ShapeOf(string link) =>
        new("^" + string.Join(".*", Values().Split(link).Select(Regex.Escape)) + "$", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    [GeneratedRegex(" (?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Addresses();

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}")]
    private static partial Regex Values();
}

/// <param name="Address">Begins with http:// or https://.</param>
/// <param name="Missing">Name of the value in it that the lead does not have: then it is not what others get, and cannot be judged; null otherwise.</param>
public sealed record MailLink(string Address, string? Missing);
