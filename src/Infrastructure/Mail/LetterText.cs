using System.Net;
using System.Text;

namespace LeadGen.Infrastructure.Mail;

/// <summary>The words of a letter, once as plain text and once with a little form. No pictures, no tracking, nothing from another host.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Paragraphs">What it says.</param>
/// <param name="LinkText">The one thing to do, as a verb; null for a letter that only tells.</param>
/// <param name="Foot">Why this letter came.</param>
public sealed record LetterText(string Subject, IReadOnlyList<string> Paragraphs, string? LinkText, string Foot)
{
    /// <summary>Stands for the link until the letter leaves: what lets somebody in is not kept in the open.</summary>
    public const string LinkPlace = "{link}";

    private const string Ink = "color:#1c1f23;font:15px/23px system-ui,sans-serif";

    public string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (var paragraph in Paragraphs)
            {
                text.Append(paragraph).Append("\n\n");
            }

            if (LinkText is not null)
            {
                text.Append(LinkText).Append(":\n").Append(LinkPlace).Append("\n\n");
            }

            return text.Append("-- \n").Append(Foot).Append('\n').ToString();
        }
    }

    public string Html
    {
        get
        {
            var html = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>")
                .Append(Safe(Subject)).Append("</title><body style=\"margin:0;padding:24px;background:#fbfaf8;").Append(Ink).Append("\"><div style=\"max-width:520px\">");
            foreach (var paragraph in Paragraphs)
            {
                html.Append("<p style=\"margin:0 0 16px\">").Append(Safe(paragraph)).Append("</p>");
            }

            if (LinkText is not null)
            {
                html.Append("<p style=\"margin:24px 0\"><a href=\"").Append(LinkPlace)
                    .Append("\" style=\"display:inline-block;padding:10px 18px;border-radius:6px;background:#0b6b50;color:#ffffff;text-decoration:none;font-weight:600\">")
                    .Append(Safe(LinkText)).Append("</a></p><p style=\"margin:0 0 16px;color:#5b636d;font-size:13px;overflow-wrap:anywhere\">Or open this address: ")
                    .Append(LinkPlace).Append("</p>");
            }

            return html.Append("<p style=\"margin:24px 0 0;padding-top:12px;border-top:1px solid #e7e5e0;color:#5b636d;font-size:13px;line-height:19px\">")
                .Append(Safe(Foot)).Append("</p></div></body></html>").ToString();
        }
    }

    /// <summary>Puts the link where its place is.</summary>
    public static string WithLink(string text, string? link) => link is null ? text : text.Replace(LinkPlace, link, StringComparison.Ordinal);

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
