using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LeadGen.Infrastructure.Mail;
using LeadGen.Pipeline.Outreach;
using MimeKit;
using MimeKit.Utils;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Makes the mail that leaves, foot and headers included, and looks whether it may.</summary>
public static partial class OutreachMime
{
    public const string Unsubscribe = "List-Unsubscribe";
    public const string OneClick = "List-Unsubscribe-Post";
    private const string OneClickValue = "List-Unsubscribe=One-Click";
    private const int LongestSubject = 400;
    private const int LongestName = 200;

    /// <summary>Headers that stand in every mail, once.</summary>
    private static readonly string[] Always = ["From", "To", "Subject", "Date", "Message-Id", "MIME-Version", Unsubscribe, OneClick];

    /// <summary>What keeps a mail from being made, in plain words; null when nothing does. What could begin a header line of its own is refused here.</summary>
    public static string? Problem(OutreachMessage message, Sender sender) => (message, sender) switch
    {
        _ when !IsAddress(message.To) => "This is no address that a mail can go to.",
        _ when !IsAddress(sender.Email) => "The sender's address is no e-mail address.",
        _ when sender.ReplyTo is { } reply && !IsAddress(reply) => "The sender's reply address is no e-mail address.",
        _ when !IsLine(sender.Name, LongestName) => "The sender's name is empty, too long or holds a line break.",
        _ when !IsLine(message.Subject, LongestSubject) => "The subject is empty, too long or holds a line break.",
        _ when !IsId(message.MessageId) || (message.InReplyTo is { } id && !IsId(id)) => "The mail has no proper Message-ID.",
        _ when string.IsNullOrWhiteSpace(sender.PostalAddress) => "The sender has no postal address. The law asks for one in every mail.",
        _ when string.IsNullOrWhiteSpace(message.Text) => "The mail is empty.",
        _ => null,
    };

    /// <param name="thread">Message-IDs of the mails before it in its thread, oldest first.</param>
    /// <param name="unsubscribe">Address at which its receiver unsubscribes.</param>
    /// <exception cref="ArgumentException">It has a <see cref="Problem"/>.</exception>
    public static MimeMessage Of(OutreachMessage message, Sender sender, IReadOnlyList<string> thread, string unsubscribe, DateTimeOffset now)
    {
        if (Problem(message, sender) is { } problem)
        {
            throw new ArgumentException(problem, nameof(message));
        }

        var mime = new MimeMessage { Subject = message.Subject, Date = now, MessageId = message.MessageId };
        mime.From.Add(new MailboxAddress(sender.Name, sender.Email));
        mime.To.Add(new MailboxAddress("", message.To));
        if (sender.ReplyTo is { } reply)
        {
            mime.ReplyTo.Add(new MailboxAddress(sender.Name, reply));
        }

        if (message.InReplyTo is { } before)
        {
            mime.InReplyTo = before;
            mime.References.AddRange(thread.Where(IsId).DefaultIfEmpty(before));
        }

        var ways = sender.ReplyTo is { } box ? $"<{unsubscribe}>, <mailto:{box}?subject=unsubscribe>" : $"<{unsubscribe}>";
        mime.Headers.Add(Unsubscribe, ways);
        mime.Headers.Add(OneClick, OneClickValue);
        mime.Body = new BodyBuilder { TextBody = TextOf(message, sender, unsubscribe), HtmlBody = HtmlOf(message, sender, unsubscribe) }.ToMessageBody();

        // Relays may not have to change anything: what they changed would break the signature.
        mime.Prepare(EncodingConstraint.SevenBit);
        return mime;
    }

    /// <summary>What a finished mail lacks that every mail must have; empty when it may leave.</summary>
    public static IReadOnlyList<string> Missing(MimeMessage mime, Sender sender)
    {
        var lacks = Always.Where(h => mime.Headers.Count(x => x.Field.Equals(h, StringComparison.OrdinalIgnoreCase)) != 1).ToList();
        var (text, html) = (mime.TextBody, mime.HtmlBody);
        if (mime.Headers[Unsubscribe] is not { } ways || UrlOf(ways) is not { } url)
        {
            return [.. lacks, "address to unsubscribe"];
        }

        Need(mime.Headers[OneClick] == OneClickValue, "one click");
        Need(text is not null, "plain text");
        Need(html is not null, "HTML");
        Need(text?.Contains(url, StringComparison.Ordinal) == true && html?.Contains(WebUtility.HtmlEncode(url), StringComparison.Ordinal) == true, "link to unsubscribe");
        Need(PostalLines(sender).All(l => text?.Contains(l, StringComparison.Ordinal) == true && html?.Contains(WebUtility.HtmlEncode(l), StringComparison.Ordinal) == true), "postal address");
        return lacks;

        void Need(bool there, string what)
        {
            if (!there)
            {
                lacks.Add(what);
            }
        }
    }

    /// <summary>Plain text as it leaves.</summary>
    public static string TextOf(OutreachMessage message, Sender sender, string unsubscribe) =>
        $"{message.Text.TrimEnd()}\n\n-- \n{sender.Name}\n{string.Join('\n', PostalLines(sender))}\n\nYou do not want these mails? Unsubscribe, pause or be forgotten:\n{unsubscribe}\n";

    /// <summary>HTML as it leaves.</summary>
    public static string HtmlOf(OutreachMessage message, Sender sender, string unsubscribe)
    {
        var body = message.Html ?? PlainHtml(message.Text);
        var foot = $"<div style=\"margin-top:28px;padding-top:12px;border-top:1px solid #e7e5e0;color:#5b636d;font:13px/19px system-ui,sans-serif\">"
            + $"{Safe(sender.Name)}<br>{string.Join("<br>", PostalLines(sender).Select(Safe))}<br><br>You do not want these mails? "
            + $"<a href=\"{Safe(unsubscribe)}\" style=\"color:#5b636d\">Unsubscribe, pause or be forgotten</a></div>";
        var end = body.LastIndexOf("</body>", StringComparison.OrdinalIgnoreCase);
        return end < 0
            ? $"<!doctype html><html><head><meta charset=\"utf-8\"><title>{Safe(message.Subject)}</title></head><body>{body}{foot}</body></html>"
            : body.Insert(end, foot);
    }

    /// <summary>Whether a text is one address and nothing else.</summary>
    public static bool IsAddress(string text) =>
        !MailMessages.HasBreak(text) && text.Length <= 254 && MailboxAddress.TryParse(text, out var address) && address.Address == text && PlainAddress().IsMatch(text);

    private static bool IsLine(string text, int longest) => !string.IsNullOrWhiteSpace(text) && text.Length <= longest && !MailMessages.HasBreak(text);

    private static bool IsId(string id) => id.Length <= 300 && !MailMessages.HasBreak(id) && PlainId().IsMatch(id) && MimeUtils.EnumerateReferences($"<{id}>").Take(2).Count() == 1;

    private static IEnumerable<string> PostalLines(Sender sender) =>
        sender.PostalAddress.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string? UrlOf(string ways) => ways.StartsWith('<') && ways.IndexOf('>') is > 1 and var end ? ways[1..end] : null;

    private static string PlainHtml(string text)
    {
        var html = new StringBuilder("<div style=\"color:#1c1f23;font:15px/23px system-ui,sans-serif\">");
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            html.Append("<p style=\"margin:0 0 16px\">").Append(Link().Replace(Safe(paragraph), "<a href=\"$0\">$0</a>").Replace("\n", "<br>", StringComparison.Ordinal)).Append("</p>");
        }

        return html.Append("</div>").ToString();
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$")]
    private static partial Regex PlainAddress();

    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$")]
    private static partial Regex PlainId();

    [GeneratedRegex("""https?://[^\s<>"]+[^\s<>".,;:!?)]""")]
    private static partial Regex Link();
}
