using System.ComponentModel.DataAnnotations;
using System.Net;
using MailKit.Security;
using MimeKit;

namespace LeadGen.Infrastructure.Mail;

/// <summary>How letters of the system leave; section <c>Mail</c>. Without a server they are put into a folder and shown on a page.</summary>
public sealed class MailOptions : IValidatableObject
{
    public const string Section = "Mail";

    /// <summary>Where people reach this portal, <c>https://leads.example.com</c>: what links in letters begin with.</summary>
    public string? PublicUrl { get; set; }

    public SmtpOptions Smtp { get; set; } = new();

    public bool IsSmtp => !string.IsNullOrWhiteSpace(Smtp.Host);

    /// <summary>The sender of every letter.</summary>
    public MailboxAddress Sender => MailboxAddress.Parse(Smtp.From);

    /// <summary>What links begin with, without a slash at the end: what the operator says, else where the asking browser is.</summary>
    public string LinkBase(string asked) => (PublicUrl ?? asked).TrimEnd('/');

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is not null && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"))
        {
            yield return new ValidationResult("Mail:PublicUrl is an address such as https://leads.example.com.", [nameof(PublicUrl)]);
        }

        if (!MailboxAddress.TryParse(Smtp.From, out var from) || from.Address.Any(char.IsControl) || !from.Address.Contains('@', StringComparison.Ordinal))
        {
            yield return new ValidationResult("Mail:Smtp:From is a sender such as LeadGen <leads@example.com>.", [nameof(Smtp)]);
        }

        if (!IsSmtp)
        {
            yield break;
        }

        if (PublicUrl is null)
        {
            // A letter must not lead where a stranger's request said that we are.
            yield return new ValidationResult("Mail:PublicUrl is needed when Mail:Smtp:Host is set: links in letters begin with it.", [nameof(PublicUrl)]);
        }

        if (Smtp.From == SmtpOptions.NoSender)
        {
            yield return new ValidationResult("Mail:Smtp:From is needed when Mail:Smtp:Host is set.", [nameof(Smtp)]);
        }

        if (Smtp.Port is < 1 or > 65535)
        {
            yield return new ValidationResult("Mail:Smtp:Port is a port, 1 to 65535.", [nameof(Smtp)]);
        }

        if (string.IsNullOrEmpty(Smtp.User) != string.IsNullOrEmpty(Smtp.Password))
        {
            yield return new ValidationResult("Mail:Smtp:User and Mail:Smtp:Password are given together, or neither.", [nameof(Smtp)]);
        }

        if (Smtp is { Security: SmtpSecurity.None, User.Length: > 0 } && !Smtp.IsHere)
        {
            yield return new ValidationResult("Mail:Smtp:Security None would send the password unencrypted. Use StartTls or Tls.", [nameof(Smtp)]);
        }
    }
}

/// <summary>A mail server.</summary>
public sealed class SmtpOptions
{
    internal const string NoSender = "LeadGen <leadgen@localhost>";

    public string? Host { get; set; }
    public int Port { get; set; } = 587;
    public SmtpSecurity Security { get; set; } = SmtpSecurity.StartTls;
    public string? User { get; set; }
    public string? Password { get; set; }
    public string From { get; set; } = NoSender;

    internal bool IsHere => Host == "localhost" || (IPAddress.TryParse(Host, out var ip) && IPAddress.IsLoopback(ip));

    internal SecureSocketOptions Socket => Security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };
}

public enum SmtpSecurity
{
    StartTls,
    Tls,

    /// <summary>For a server on this machine.</summary>
    None,
}
