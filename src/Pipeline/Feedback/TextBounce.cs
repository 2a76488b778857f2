using System.Text.RegularExpressions;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Pipeline.Feedback;

/// <summary>Bounces that are written for people: qmail's, Exim's, and those of old or home-made servers.</summary>
internal static partial class TextBounce
{
    /// <summary>Where such a report says what happened; the mail that came back may follow.</summary>
    private const int Head = 6_000;

    private static readonly string[] Openings =
    [
        "this is the qmail-send program", "this message was created automatically by mail delivery software", "this is the mail system at host", "i'm sorry to have to inform you that your message could not be delivered",
        "delivery has failed to these recipients", "your message couldn't be delivered", "your message could not be delivered", "could not be delivered to", "couldn't be delivered to", "wasn't delivered to", "was not delivered to",
        "undeliverable", "delivery to the following recipient failed", "the following addresses had permanent", "a message that you sent could not be delivered", "address not found", "returned mail", "delivery status notification", "delivery failure", "mail delivery failed", "failure notice", "non remis", "unzustellbar",
        "konnte nicht zugestellt werden", "n'a pas pu être remis", "no se pudo entregar", "impossibile recapitare", "kon niet worden bezorgd", "não pôde ser entregue",
    ];

    private static readonly string[] Daemons = ["mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "bounce", "bounces", "microsoftexchange", "double-bounce"];

    public static Bounce? Read(IncomingMail mail)
    {
        var failed = mail.Header("x-failed-recipients");
        if (failed is null && !IsFromDaemon(mail))
        {
            return null;
        }

        var head = mail.Text.Length > Head ? mail.Text[..Head] : mail.Text;
        var lower = (mail.Subject + "\n" + head).ToLowerInvariant();
        if (failed is null && !Openings.Any(o => lower.Contains(o, StringComparison.Ordinal)))
        {
            return null;
        }

        var (answer, recipient) = Answer(head, failed);
        var delayed = lower.Contains("delayed", StringComparison.Ordinal) && lower.Contains("you do not need to", StringComparison.Ordinal)
            || lower.Contains("warning: message", StringComparison.Ordinal) && lower.Contains("delayed", StringComparison.Ordinal);
        var status = BounceRules.StatusIn(answer);
        return new Bounce(delayed ? BounceKind.Soft : BounceRules.KindOf(status, answer), status, recipient, BounceRules.Short(answer)) { IsFinal = !delayed };
    }

    /// <summary>The Message-ID of ours that stands in the text of the mail that came back.</summary>
    public static string? ReturnedId(string text) => MessageIdLine().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    private static bool IsFromDaemon(IncomingMail mail)
    {
        if (mail.Header("return-path") is { } path && path.Trim() is "<>" or "")
        {
            return true;
        }

        var local = mail.From?.Split('@')[0] ?? "";
        return Daemons.Any(d => local == d || local.StartsWith(d + "+", StringComparison.Ordinal) || local.StartsWith(d, StringComparison.Ordinal) && d.StartsWith("microsoft", StringComparison.Ordinal));
    }

    /// <summary>The lines from the recipient on, to the end of their paragraph: that is where the reason stands.</summary>
    private static (string? Answer, string? Recipient) Answer(string head, string? failed)
    {
        string? recipient = null;
        if (failed is not null && EmailAddress.TryRead(failed.Split(',')[0].Trim(), out var named, out _))
        {
            recipient = named;
        }

        var lines = head.Split('\n').Select(l => l.Trim()).ToList();
        var at = lines.FindIndex(l => Recipient().Match(l) is { Success: true } m && (recipient is null || m.Groups[1].Value.Equals(recipient, StringComparison.OrdinalIgnoreCase)));
        if (at < 0)
        {
            return (lines.Find(l => BounceRules.StatusIn(l) is not null), recipient);
        }

        if (recipient is null && EmailAddress.TryRead(Recipient().Match(lines[at]).Groups[1].Value, out var found, out _))
        {
            recipient = found;
        }

        var end = at + 1;
        while (end < lines.Count && end < at + 12 && (lines[end].Length > 0 || end == at + 1) && !lines[end].StartsWith("---", StringComparison.Ordinal))
        {
            end++;
        }

        return (string.Join(' ', lines[at..end].Where(l => l.Length > 0)), recipient);
    }

    [GeneratedRegex(@"^<?([^\s<>""():;,]{1,64}@[^\s<>""():;,]{1,190}[^\s<>""():;,.])>?(?=$|[\s:,;)])")]
    private static partial Regex Recipient();

    [GeneratedRegex(@"^\s*Message-ID:\s*<([^<>\s]{3,250})>", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex MessageIdLine();
}
