using System.Globalization;
using System.Text.RegularExpressions;
using Ganss.Xss;

namespace LeadGen.Pipeline.Outreach;

/// <summary>Lets through the HTML that mail programs show, and nothing that runs, loads styles or asks for input.</summary>
internal static partial class MailSanitizer
{
    private static readonly string[] Tags =
    [
        "a", "b", "strong", "i", "em", "u", "s", "p", "br", "hr", "h1", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "div", "span", "img",
        "sub", "sup", "small", "center", "font", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption",
    ];

    private static readonly string[] Attributes =
    [
        "href", "title", "style", "align", "valign", "width", "height", "bgcolor", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "alt", "src",
        "dir", "lang", "role", "color", "face", "size",
    ];

    private static readonly string[] Styles =
    [
        "color", "background-color", "font", "font-family", "font-size", "font-style", "font-weight", "line-height", "letter-spacing", "text-align",
        "text-decoration", "text-transform", "vertical-align", "white-space", "width", "max-width", "min-width", "height", "display", "margin", "margin-top",
        "margin-right", "margin-bottom", "margin-left", "padding", "padding-top", "padding-right", "padding-bottom", "padding-left", "border", "border-top",
        "border-right", "border-bottom", "border-left", "border-color", "border-style", "border-width", "border-radius", "border-collapse", "border-spacing",
        "list-style-type",

        // What the style parser makes of the short forms above.
        "text-decoration-line", "text-decoration-color", "text-decoration-style", "border-top-left-radius", "border-top-right-radius", "border-bottom-left-radius",
        "border-bottom-right-radius", .. from side in new[] { "top", "right", "bottom", "left" } from part in new[] { "color", "style", "width" } select $"border-{side}-{part}",
    ];

    private static readonly string[] Schemes = ["https", "http", "mailto", "tel"];

    /// <summary>Well-formed HTML of allowed parts: every attribute in double quotes, no comments.</summary>
    /// <param name="html">A piece of a body.</param>
    /// <param name="removed">What was taken out, by name: <c>script</c>, <c>onclick</c>.</param>
    public static string Clean(string html, ISet<string> removed)
    {
        var sanitizer = new HtmlSanitizer();
        Only(sanitizer.AllowedTags, Tags);
        Only(sanitizer.AllowedAttributes, Attributes);
        Only(sanitizer.AllowedCssProperties, Styles);
        Only(sanitizer.AllowedSchemes, Schemes);
        sanitizer.AllowedAtRules.Clear();
        sanitizer.RemovingTag += (_, e) => removed.Add(e.Tag.LocalName);
        sanitizer.RemovingAttribute += (_, e) => removed.Add(e.Attribute.Name);
        sanitizer.RemovingStyle += (_, e) => removed.Add(e.Style.Name);
        return OpaqueColour().Replace(sanitizer.Sanitize(html), HexOf);
    }

    // The style parser writes colours in a form that several mail programs do not know.
    private static string HexOf(Match match) => string.Create(
        CultureInfo.InvariantCulture, $"#{Part(match, 1):x2}{Part(match, 2):x2}{Part(match, 3):x2}");

    private static byte Part(Match match, int group) => byte.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"rgba\((\d{1,3}), (\d{1,3}), (\d{1,3}), 1\)")]
    private static partial Regex OpaqueColour();

    private static void Only(ISet<string> set, string[] names)
    {
        set.Clear();
        set.UnionWith(names);
    }
}
