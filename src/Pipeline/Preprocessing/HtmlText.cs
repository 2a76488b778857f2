using System.Collections.Frozen;
using System.Net;
using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace LeadGen.Pipeline.Preprocessing;

/// <summary>
/// HTML as a reader sees it. Works on the tokens, not on a tree: building a tree of deeply nested or
/// wrongly nested elements takes quadratic time, and walking it deep recursion.
/// </summary>
internal static class HtmlText
{
    private static readonly FrozenSet<string> Known = WordTable.Set(
        "html head body title meta link style script p br div span a table tbody thead tr td th ul ol li dl dt dd b i u s strong em",
        "small sup sub h1 h2 h3 h4 h5 h6 blockquote font img hr pre code center section article header footer main nav form input",
        "button label select option textarea svg o:p figure figcaption iframe");

    private static readonly FrozenSet<string> Blocks = WordTable.Set(
        "p div table tr ul ol dl dt dd li h1 h2 h3 h4 h5 h6 blockquote hr pre center section article header footer main nav form",
        "figure figcaption address option");

    private static readonly FrozenSet<string> Paragraphs = WordTable.Set("p h1 h2 h3 h4 h5 h6 table ul ol blockquote pre");
    private static readonly FrozenSet<string> Unread = WordTable.Set("script style title template noscript svg math iframe object textarea noframes xmp noembed");
    private static readonly FrozenSet<string> ClosedByLike = WordTable.Set("p li td th tr dd dt option");
    private static readonly FrozenSet<string> Empty = WordTable.Set("br hr img input meta link wbr area base col embed source track");

    private static readonly string[] QuoteMarks =
        ["gmail_quote", "yahoo_quoted", "moz-cite-prefix", "gmail_attr", "protonmail_quote", "gmail_signature", "moz-signature", "ms-outlook-mobile-signature"];

    private static readonly string[] QuoteFollows = ["divrplyfwdmsg", "appendonsend", "stopspelling", "mail-editor-reference-message-container"];

    /// <summary>True when the text has at least one HTML tag, comment or document type: <c>a &lt; b</c> is no HTML.</summary>
    public static bool IsHtml(string text)
    {
        for (var at = text.IndexOf('<'); at >= 0 && at + 2 < text.Length; at = text.IndexOf('<', at + 1))
        {
            var rest = text.AsSpan(at + 1, Math.Min(60, text.Length - at - 1));
            if (rest.StartsWith("!--") || rest.StartsWith("!doctype", StringComparison.OrdinalIgnoreCase))
                return true;
            if (rest[0] == '/')
                rest = rest[1..];
            var length = 0;
            while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] == ':'))
                length++;
            if (length is > 0 and <= 10 && Known.Contains(rest[..length].ToString()) && TagGoesOn(rest[length..]))
                return true;
        }

        return false;
    }

    /// <summary>Character references in text that has no tags.</summary>
    public static string DecodeReferences(string text)
    {
        var at = text.IndexOf('&');
        return at >= 0 && text.IndexOf(';', at) > 0 ? WebUtility.HtmlDecode(text) : text;
    }

    /// <summary>The text with line breaks where blocks end; quoted mail that the markup names is left out, unless nothing else is there.</summary>
    public static string Read(string html)
    {
        var own = Read(html, withQuotes: false);
        return string.IsNullOrWhiteSpace(own) ? Read(html, withQuotes: true) : own;
    }

    private static string Read(string html, bool withQuotes)
    {
        using var source = new TextSource(html);
        var tokens = new HtmlTokenizer(source, HtmlEntityProvider.Resolver);
        var text = new StringBuilder(html.Length);
        string? skipped = null;
        var depth = 0;
        var preformatted = 0;
        for (var token = tokens.Get(); token.Type != HtmlTokenType.EndOfFile; token = tokens.Get())
        {
            if (token.Type == HtmlTokenType.Character)
            {
                if (skipped is null)
                    Append(text, token.Data, preformatted > 0);
                continue;
            }

            if (token is not HtmlTagToken tag || token.Type is not (HtmlTokenType.StartTag or HtmlTokenType.EndTag))
                continue;

            var name = tag.Name;
            var opens = token.Type == HtmlTokenType.StartTag;
            if (opens)
                tokens.State = ContentOf(name);

            if (skipped is not null)
            {
                if (name != skipped)
                    continue;
                if (opens && !ClosedByLike.Contains(name))
                    depth++;
                else
                    depth--;
                if (depth > 0)
                    continue;
                skipped = null;
                if (!opens)
                    continue;
            }

            if (opens && !withQuotes && QuoteFollows.Contains(tag.GetAttribute("id").ToLowerInvariant()))
                break;

            if (opens && !Empty.Contains(name) && (Unread.Contains(name) || IsUnwanted(tag, name, withQuotes)))
            {
                skipped = name;
                depth = 1;
                text.Append('\n');
                continue;
            }

            if (name == "pre")
                preformatted = Math.Max(0, preformatted + (opens ? 1 : -1));
            Break(text, name, opens);
        }

        return text.ToString();
    }

    private static void Break(StringBuilder text, string name, bool opens)
    {
        if (name == "br")
            text.Append('\n');
        else if (Paragraphs.Contains(name))
            EnsureLines(text, 2);
        else if (name is "td" or "th")
            text.Append(' ');
        else if (Blocks.Contains(name))
            EnsureLines(text, 1);
        if (name == "li" && opens)
            text.Append("- ");
    }

    /// <summary>Blocks that end and begin at the same place share their line break.</summary>
    private static void EnsureLines(StringBuilder text, int count)
    {
        for (var i = text.Length - 1; i >= Math.Max(0, text.Length - 8) && count > 0 && text[i] is '\n' or ' '; i--)
            count -= text[i] == '\n' ? 1 : 0;
        text.Append('\n', count);
    }

    private static void Append(StringBuilder text, string data, bool preformatted)
    {
        if (preformatted)
            text.Append(data);
        else
            text.Append(data.Replace('\n', ' ').Replace('\r', ' '));
    }

    private static bool IsUnwanted(HtmlTagToken tag, string name, bool withQuotes)
    {
        if (tag.Attributes.Count == 0)
            return !withQuotes && name == "blockquote";

        var style = tag.GetAttribute("style");
        if (style.Length > 0 && style.Replace(" ", "", StringComparison.Ordinal).Contains("display:none", StringComparison.OrdinalIgnoreCase))
            return true;
        if (withQuotes)
            return false;
        var kind = tag.GetAttribute("class") + " " + tag.GetAttribute("id");
        return name == "blockquote" || (kind.Length > 1 && QuoteMarks.Any(mark => kind.Contains(mark, StringComparison.OrdinalIgnoreCase)));
    }

    private static HtmlParseMode ContentOf(string name) => name switch
    {
        "script" => HtmlParseMode.Script,
        "style" or "xmp" or "iframe" or "noembed" or "noframes" => HtmlParseMode.Rawtext,
        "title" or "textarea" => HtmlParseMode.RCData,
        _ => HtmlParseMode.PCData,
    };

    private static bool TagGoesOn(ReadOnlySpan<char> rest)
    {
        var trimmed = rest.TrimStart();
        if (trimmed.Length == 0)
            return false;
        if (trimmed[0] == '>' || (trimmed[0] == '/' && trimmed.Length > 1 && trimmed[1] == '>'))
            return true;
        if (trimmed.Length == rest.Length)
            return false;
        var letters = 0;
        while (letters < trimmed.Length && (char.IsAsciiLetter(trimmed[letters]) || trimmed[letters] is '-' or ':'))
            letters++;
        return letters > 0 && letters < trimmed.Length && trimmed[letters] == '=';
    }
}
