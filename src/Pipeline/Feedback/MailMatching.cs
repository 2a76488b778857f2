using System.Text.RegularExpressions;

namespace LeadGen.Pipeline.Feedback;

/// <summary>Which mail of ours a mail belongs to, as it says itself. Never by its subject: anybody can write one.</summary>
public static partial class MailMatching
{
    /// <summary>A bounce or complaint about an older mail is believed no more: real ones come within days.</summary>
    public static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    /// <summary>Longer lists of references are cut at their old end.</summary>
    public const int MostReferences = 50;

    /// <summary>Message-IDs of ours that it may name, the surest first.</summary>
    public static IReadOnlyList<string> Named(IncomingMail mail, MailKind kind)
    {
        IEnumerable<string?> ids = kind is MailKind.Bounce or MailKind.Complaint
            ? [mail.ReturnedId, TextBounce.ReturnedId(mail.Text), .. Answered(mail)]
            : Answered(mail);
        return [.. ids.OfType<string>().Where(i => i.Length is > 2 and <= 250).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The message that an address of ours names (<see cref="AddressFor"/>), where the mail was sent to one.</summary>
    public static Guid? NamedByAddress(IncomingMail mail)
    {
        foreach (var address in mail.To)
        {
            if (Tagged().Match(address) is { Success: true } match && Guid.TryParseExact(match.Groups[1].Value, "N", out var id))
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>The address under which answers to one message come in even where the Message-ID was rewritten on the way: <c>sales+lg-ID@acme.example</c>.</summary>
    /// <param name="address">Canonical address of the mailbox.</param>
    public static string AddressFor(string address, Guid messageId)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}+lg-{messageId:N}{address[at..]}";
    }

    private static IEnumerable<string?> Answered(IncomingMail mail) =>
        mail.References.Reverse().Take(MostReferences).Prepend(mail.InReplyTo);

    [GeneratedRegex(@"\+lg-([0-9a-f]{32})@", RegexOptions.IgnoreCase)]
    private static partial Regex Tagged();
}
