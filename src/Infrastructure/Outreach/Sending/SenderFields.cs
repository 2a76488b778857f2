using LeadGen.Infrastructure.Mail;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Outreach;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>A sender as a person fills it in.</summary>
public sealed record SenderFields
{
    public string Name { get; init; } = "";
    public string Email { get; init; } = "";

    /// <summary>Empty for <see cref="Email"/>.</summary>
    public string ReplyTo { get; init; } = "";

    public string Signature { get; init; } = "";
    public string PostalAddress { get; init; } = "";
    public Guid? MemberId { get; init; }

    /// <summary>Empty for the folder of the installation.</summary>
    public string Host { get; init; } = "";

    public int Port { get; init; } = 587;
    public LineSecurity Security { get; init; } = LineSecurity.StartTls;
    public string User { get; init; } = "";

    /// <summary>Empty to keep the one that is there.</summary>
    public string Password { get; init; } = "";

    public int DailyCap { get; init; } = 200;
    public int PerMinute { get; init; } = 30;
    public int PerDomainPerMinute { get; init; } = 10;
    public bool WarmsUp { get; init; } = true;
    public int Revision { get; init; }

    public static SenderFields Of(Sender sender) => new()
    {
        Name = sender.Name,
        Email = sender.Email,
        ReplyTo = sender.ReplyTo ?? "",
        Signature = sender.Signature,
        PostalAddress = sender.PostalAddress,
        MemberId = sender.MemberId,
        Host = sender.Server?.Host ?? "",
        Port = sender.Server?.Port ?? 587,
        Security = sender.Server?.Security ?? LineSecurity.StartTls,
        User = sender.Server?.User ?? "",
        DailyCap = sender.DailyCap,
        PerMinute = sender.PerMinute,
        PerDomainPerMinute = sender.PerDomainPerMinute,
        WarmsUp = sender.WarmUpSince is not null,
        Revision = sender.Revision,
    };

    internal SenderFields Trimmed() => this with
    {
        Name = Name.Trim(),
        Email = Canonical(Email),
        ReplyTo = Canonical(ReplyTo),
        Signature = Signature.Trim(),
        PostalAddress = PostalAddress.ReplaceLineEndings("\n").Trim(),
        Host = Host.Trim().ToLowerInvariant(),
        User = User.Trim(),
    };

    private static string Canonical(string text) => EmailAddress.TryRead(text, out var email, out _) ? email : text.Trim();

    /// <summary>What is wrong, by field.</summary>
    internal Dictionary<string, string> Problems()
    {
        var problems = new Dictionary<string, string>();
        Need(Name.Length is > 0 and <= 200 && !MailMessages.HasBreak(Name), nameof(Name), "Write the name as receivers shall see it, in one line.");
        Need(OutreachMime.IsAddress(Email), nameof(Email), "Write one e-mail address, such as ada@example.com.");
        Need(ReplyTo.Length == 0 || OutreachMime.IsAddress(ReplyTo), nameof(ReplyTo), "Write one e-mail address, or leave it empty.");
        Need(PostalAddress.Length is > 0 and <= 500, nameof(PostalAddress), "Write your postal address. The law asks for one in every mail.");
        Need(Signature.Length <= 1_000, nameof(Signature), "At most 1,000 characters.");
        Need(Host.Length <= 253 && !Host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '@'), nameof(Host), "Write the server's name alone, such as smtp.example.com.");
        Need(Port is > 0 and <= 65_535, nameof(Port), "A port is a number from 1 to 65535; 587 is usual.");
        Need(User.Length == 0 || Security != LineSecurity.None, nameof(Security), "The password would travel unencrypted. Choose STARTTLS or TLS.");
        Need(DailyCap is > 0 and <= 100_000, nameof(DailyCap), "From 1 to 100,000 mails a day.");
        Need(PerMinute is > 0 and <= 100_000, nameof(PerMinute), "From 1 to 100,000 mails a minute.");
        Need(PerDomainPerMinute is > 0 and <= 100_000, nameof(PerDomainPerMinute), "From 1 to 100,000 mails a minute.");
        return problems;

        void Need(bool holds, string field, string what)
        {
            if (!holds)
            {
                problems[field] = what;
            }
        }
    }

    /// <param name="password">Sealed; null to keep the one that is there.</param>
    internal void PutInto(Sender sender, string? password, DateTime now)
    {
        // What DNS said was about another domain or another server.
        if (sender.Email != Email || sender.Server?.Host != (Host.Length == 0 ? null : Host))
        {
            sender.Check = null;
        }

        if (!sender.Email.EndsWith('@' + DomainChecks.DomainOf(Email), StringComparison.OrdinalIgnoreCase))
        {
            (sender.Dkim, sender.NextDkim) = (null, null);
        }

        // A password goes to the server that it was given for, and to no other.
        var kept = sender.Server is { } old && old.Host == Host && old.User == User ? old.Password : null;
        sender.Server = Host.Length == 0 ? null : new MailServer(Host, Port, Security, User.Length == 0 ? null : User, User.Length == 0 ? null : password ?? kept);
        (sender.Name, sender.Email, sender.ReplyTo, sender.Signature, sender.PostalAddress) = (Name, Email, ReplyTo.Length == 0 ? null : ReplyTo, Signature, PostalAddress);
        (sender.MemberId, sender.DailyCap, sender.PerMinute, sender.PerDomainPerMinute) = (MemberId, DailyCap, PerMinute, PerDomainPerMinute);
        sender.WarmUpSince = WarmsUp ? sender.WarmUpSince ?? now : null;
        sender.HoldUntil = null;
    }
}
