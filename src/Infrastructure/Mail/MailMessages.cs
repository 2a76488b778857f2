using System.Globalization;
using MimeKit;

namespace LeadGen.Infrastructure.Mail;

/// <summary>Makes a MIME message of a letter. What could begin a header line of its own is refused before it gets there.</summary>
public static class MailMessages
{
    private const int LongestSubject = 400;

    /// <summary>What is wrong with a letter's envelope; null when nothing is.</summary>
    public static string? Problem(MailLetter letter) => letter switch
    {
        { To: var to } when HasBreak(to) || !MailboxAddress.TryParse(to, out var address) || address.Address != to || to.Count(c => c == '@') != 1 =>
            "This is no address that a letter can go to.",
        { Subject: var subject } when HasBreak(subject) || subject.Length > LongestSubject => "The subject is too long or holds a line break.",
        _ => null,
    };

    /// <exception cref="ArgumentException">The letter has a <see cref="Problem"/>.</exception>
    public static MimeMessage Of(MailLetter letter, MailboxAddress sender, DateTimeOffset now)
    {
        if (Problem(letter) is { } problem)
        {
            throw new ArgumentException(problem, nameof(letter));
        }

        var message = new MimeMessage { Subject = letter.Subject, Date = now, MessageId = IdOf(letter.Id, sender) };
        message.From.Add(sender);
        message.To.Add(new MailboxAddress("", letter.To));

        // Nobody's automatic answer shall come back to it.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Body = new BodyBuilder { TextBody = letter.Text, HtmlBody = letter.Html }.ToMessageBody();
        message.Prepare(EncodingConstraint.SevenBit);
        return message;
    }

    /// <summary>The same letter has the same id, however often it is sent.</summary>
    public static string IdOf(Guid id, MailboxAddress sender) => string.Create(CultureInfo.InvariantCulture, $"{id:N}@{sender.Domain}");

    /// <summary>Also what other programs take for the end of a line.</summary>
    public static bool HasBreak(string text) => text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029');
}
