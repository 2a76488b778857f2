using System.Text.RegularExpressions;
using MailKit.Net.Smtp;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>How one mail ended.</summary>
/// <param name="Error">In plain words, without addresses.</param>
public sealed record SendOutcome(SendVerdict Verdict, string? Error = null)
{
    public static readonly SendOutcome Sent = new(SendVerdict.Sent);
}

public enum SendVerdict
{
    Sent,

    /// <summary>“Not now” about this mail: tried again in a while.</summary>
    Later,

    /// <summary>The server is away or busy: all mails of the sender wait, none counts as tried.</summary>
    Busy,

    /// <summary>There is no such address.</summary>
    NoSuchAddress,

    /// <summary>It is about the sender, not about this receiver: nothing more leaves before a person looked.</summary>
    SenderRefused,

    /// <summary>Refused for good for another reason.</summary>
    Refused,

    /// <summary>It may have arrived.</summary>
    Unknown,
}

/// <summary>Reads what mail servers answer (RFC 5321, RFC 3463).</summary>
public static partial class SmtpAnswer
{
    public static SendOutcome Of(SmtpCommandException answer) =>
        Of((int)answer.StatusCode, answer.Message, answer.ErrorCode == SmtpErrorCode.SenderNotAccepted);

    /// <param name="text">What the server said after the code.</param>
    /// <param name="aboutSender">It answered to the sender's address.</param>
    public static SendOutcome Of(int code, string text, bool aboutSender)
    {
        var enhanced = Enhanced().Match(text) is { Success: true } found ? found.Value : null;
        var said = enhanced is null ? $"{code}" : $"{code} {enhanced}";
        return code switch
        {
            421 => new(SendVerdict.Busy, $"The mail server asked for a pause ({said})."),
            >= 400 and < 500 when aboutSender => new(SendVerdict.Busy, $"The mail server takes nothing from this sender for now ({said})."),
            >= 400 and < 500 => new(SendVerdict.Later, $"The mail server said “not now” ({said})."),
            530 or 535 => new(SendVerdict.SenderRefused, $"The mail server wants a sign-in that works ({said})."),
            _ when enhanced?.StartsWith("5.7.", StringComparison.Ordinal) == true || aboutSender =>
                new(SendVerdict.SenderRefused, $"The mail server refused the sender, not the receiver ({said}). Check its domain and its server."),
            _ when enhanced?.StartsWith("5.1.", StringComparison.Ordinal) == true => new(SendVerdict.NoSuchAddress, $"There is no such address ({said})."),
            _ when enhanced is "5.2.2" => new(SendVerdict.Later, $"The receiver's mailbox is full ({said})."),
            _ => new(SendVerdict.Refused, $"The mail server refused the mail ({said})."),
        };
    }

    [GeneratedRegex(@"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")]
    private static partial Regex Enhanced();
}
