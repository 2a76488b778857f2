using System.Text.RegularExpressions;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Pipeline.Feedback;

/// <summary>Reads a delivery status notification (RFC 3464).</summary>
internal static class DeliveryReport
{
    /// <returns>What the worst of its recipients says; null when nothing went wrong.</returns>
    public static Bounce? Read(IncomingMail mail)
    {
        Bounce? worst = null;
        foreach (var group in mail.DeliveryStatus)
        {
            if (Of(group) is { } bounce && (worst is null || bounce.Kind < worst.Kind))
            {
                worst = bounce;
            }
        }

        return worst;
    }

    private static Bounce? Of(IReadOnlyDictionary<string, string> fields)
    {
        var action = fields.GetValueOrDefault("action", "").Trim().ToLowerInvariant();
        var status = fields.GetValueOrDefault("status");
        if (action.Length == 0 && status is null)
        {
            return null;
        }

        // "failed (sender notified)" and its like.
        action = action.Split(' ', '(')[0];
        if (action is "delivered" or "relayed" or "expanded")
        {
            return null;
        }

        var answer = fields.GetValueOrDefault("diagnostic-code");
        var code = BounceRules.StatusIn(status);
        var kind = action == "delayed" ? BounceKind.Soft : BounceRules.KindOf(code, answer);
        return new Bounce(kind, BounceRules.Better(code, answer), Address(fields), BounceRules.Short(answer)) { IsFinal = action != "delayed" };
    }

    private static string? Address(IReadOnlyDictionary<string, string> fields)
    {
        var text = fields.GetValueOrDefault("final-recipient") ?? fields.GetValueOrDefault("original-recipient") ?? fields.GetValueOrDefault("x-failed-recipients");
        if (text is null)
        {
            return null;
        }

        // "rfc822; ann@acme.example", of which some leave out the type.
        var at = text.IndexOf(';', StringComparison.Ordinal);
        return EmailAddress.TryRead((at < 0 ? text : text[(at + 1)..]).Trim().Trim('<', '>'), out var email, out _) ? email : null;
    }
}

/// <summary>What status codes and servers' own words mean.</summary>
internal static partial class BounceRules
{
    private const int LongestAnswer = 300;

    private static readonly string[] NoSuchAddress =
    [
        "user unknown", "unknown user", "no such user", "no such recipient", "no such address", "no such mailbox", "does not exist", "doesn't exist", "not exist", "doesn't have a", "unknown recipient",
        "recipient unknown", "recipient not found", "user not found", "address not found", "mailbox not found", "mailbox unavailable", "invalid recipient", "invalid mailbox",
        "unknown address", "unrouteable address", "address rejected", "no mailbox here", "no mailbox by that name", "unknown local part", "not a valid mailbox", "account has been disabled", "account is disabled", "mailbox disabled", "mailbox is disabled", "inactive user",
        "resolver.adr.recipnotfound", "recipnotfound", "isn't in a domain", "domain not found", "host or domain name not found", "no such domain", "name service error", "unallocated address", "not listed in", "adresse inconnue", "empfänger unbekannt",
    ];

    private static readonly string[] MailboxFull =
        ["mailbox full", "mailbox is full", "over quota", "quota exceeded", "exceeded storage", "out of storage", "overquota", "exceeded the quota", "insufficient system storage", "inbox is full", "full mailbox"];

    private static readonly string[] SenderRefused =
    [
        "spf", "dmarc", "dkim", "blacklist", "block list", "blocklist", "blocked using", "spamhaus", "listed in", "poor reputation", "low reputation", "reputation", "rejected as spam", "spam content", "detected as spam",
        "unsolicited", "authentication required", "not authenticated", "unauthenticated", "client host rejected", "sender denied", "sender address rejected", "banned",
    ];

    /// <summary>The enhanced status code in a text, or null.</summary>
    public static string? StatusIn(string? text) => text is not null && StatusCode().Match(text) is { Success: true } match ? match.Value : null;

    /// <summary>A status that says nothing (<c>5.0.0</c>) gives way to the one in the server's answer.</summary>
    public static string? Better(string? status, string? answer) => status is null || status.EndsWith(".0.0", StringComparison.Ordinal) ? StatusIn(answer) ?? status : status;

    public static BounceKind KindOf(string? status, string? answer)
    {
        var code = Better(status, answer);
        var words = answer?.ToLowerInvariant() ?? "";
        if (code is null)
        {
            return ReplyCode().Match(words) is { Success: true } reply && reply.Value[0] == '4' ? BounceKind.Soft : ByWords(words, BounceKind.Hard);
        }

        if (code[0] == '4')
        {
            return BounceKind.Soft;
        }

        var parts = code.Split('.');
        return (parts[1], parts[2]) switch
        {
            ("7", _) => BounceKind.AboutSender,

            // The sender's address is the bad one.
            ("1", "7" or "8") => BounceKind.AboutSender,
            ("1", _) => BounceKind.Hard,
            ("2", "1") => BounceKind.Hard,
            ("2", _) => ByWords(words, BounceKind.Soft, full: true),

            // No such host; Exchange's "recipient address rejected"; a domain that is not there.
            ("4", "1" or "4" or "310") => ByWords(words, BounceKind.Hard),
            ("0", _) => ByWords(words, BounceKind.Hard),
            ("5", _) => ByWords(words, BounceKind.Soft),
            _ => ByWords(words, BounceKind.Soft),
        };
    }

    public static string? Short(string? answer)
    {
        if (string.IsNullOrWhiteSpace(answer))
        {
            return null;
        }

        var line = Gaps().Replace(answer.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase) ? answer[5..] : answer, " ").Trim();
        return line.Length <= LongestAnswer ? line : line[..LongestAnswer];
    }

    private static BounceKind ByWords(string words, BounceKind otherwise, bool full = false) =>
        Has(words, MailboxFull) ? BounceKind.Soft
        : full ? otherwise
        : Has(words, NoSuchAddress) ? BounceKind.Hard
        : Has(words, SenderRefused) ? BounceKind.AboutSender
        : otherwise;

    private static bool Has(string words, string[] phrases) => phrases.Any(p => words.Contains(p, StringComparison.Ordinal));

    [GeneratedRegex(@"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")]
    private static partial Regex StatusCode();

    [GeneratedRegex(@"(?<![\d.])[45][0-5]\d(?![\d.])")]
    private static partial Regex ReplyCode();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Gaps();
}
