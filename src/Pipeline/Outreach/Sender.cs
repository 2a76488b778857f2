namespace LeadGen.Pipeline.Outreach;

/// <summary>An identity that mail is sent as: a person of the tenant, their address and the way their mail leaves.</summary>
public sealed class Sender
{
    public required Guid Id { get; init; }

    /// <summary>As receivers see it, <c>Ada of Fernhill</c>.</summary>
    public required string Name { get; set; }

    /// <summary>Canonical address that mail comes from.</summary>
    public required string Email { get; set; }

    /// <summary>Where answers go; null for <see cref="Email"/>.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>Closing lines, plain text.</summary>
    public string Signature { get; set; } = "";

    /// <summary>Postal address, required before anything leaves.</summary>
    public string PostalAddress { get; set; } = "";

    /// <summary>The member it belongs to; null for one that all share.</summary>
    public Guid? MemberId { get; set; }

    public SenderState State { get; set; } = SenderState.Active;

    /// <summary>Why it is paused, in plain words.</summary>
    public string? StateReason { get; set; }

    /// <summary>Bounces, complaints and errors before this time count no more: a person looked and started it again (UTC).</summary>
    public DateTime? RatesSince { get; set; }

    /// <summary>Most mails a day, all sequences together.</summary>
    public int DailyCap { get; set; } = 200;

    /// <summary>Most mails a minute.</summary>
    public int PerMinute { get; set; } = 30;

    /// <summary>Most mails a minute to one domain of receivers.</summary>
    public int PerDomainPerMinute { get; set; } = 10;

    /// <summary>First day of its warm-up (UTC); null when it sends at full pace.</summary>
    public DateTime? WarmUpSince { get; set; }

    /// <summary>Its server asked for a pause or could not be reached: nothing leaves before this time (UTC).</summary>
    public DateTime? HoldUntil { get; set; }

    /// <summary>Mail server; null for the folder of the installation.</summary>
    public MailServer? Server { get; set; }

    /// <summary>DKIM key; null when the server signs.</summary>
    public DkimKey? Dkim { get; set; }

    /// <summary>A key that takes over once its record stands in DNS.</summary>
    public DkimKey? NextDkim { get; set; }

    /// <summary>What DNS said about its domain at the last look; null before the first.</summary>
    public DomainCheck? Check { get; set; }

    /// <summary>A person decided that it sends although its domain did not pass.</summary>
    public bool SendsUnchecked { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Rises with every save; a save that names an older one is refused.</summary>
    public int Revision { get; set; } = 1;
}

public enum SenderState
{
    Active,

    /// <summary>By a person, or by the system (complaints, bounces, refusals about the sender): its mails wait.</summary>
    Paused,
}

/// <param name="Host">Name or address of the server.</param>
/// <param name="Port">25, 465, 587 …</param>
/// <param name="Security">How the line is encrypted.</param>
/// <param name="User">Null without sign-in.</param>
/// <param name="Password">Protected for this tenant; null without sign-in.</param>
public sealed record MailServer(string Host, int Port, LineSecurity Security, string? User, string? Password);

public enum LineSecurity
{
    StartTls,
    Tls,

    /// <summary>For a server on this machine or in a network of the operator's.</summary>
    None,
}

/// <param name="Domain">Signing domain.</param>
/// <param name="Selector">Name of the key in DNS, <c>selector._domainkey.domain</c>.</param>
/// <param name="PrivateKey">PEM, protected for this tenant.</param>
/// <param name="PublicKey">Base64 of the SubjectPublicKeyInfo, as it stands in DNS.</param>
public sealed record DkimKey(string Domain, string Selector, string PrivateKey, string PublicKey);

/// <summary>What DNS says about a sender's domain.</summary>
/// <param name="At">UTC.</param>
/// <param name="Domain">The domain that was asked for.</param>
/// <param name="Lines">SPF, DKIM and DMARC, in this order.</param>
public sealed record DomainCheck(DateTime At, string Domain, IReadOnlyList<DomainLine> Lines)
{
    /// <summary>Receivers can tell that mail of this domain is its own.</summary>
    public bool Passed => Lines.All(l => l.Verdict != DomainVerdict.Missing);
}

/// <summary>One line of the check.</summary>
/// <param name="Name"><c>SPF</c>, <c>DKIM</c> or <c>DMARC</c>.</param>
/// <param name="Text">What was found and what it means, in plain words.</param>
/// <param name="Record">The record to add or to change; null when nothing is to be done.</param>
public sealed record DomainLine(string Name, DomainVerdict Verdict, string Text, DnsRecord? Record = null);

public enum DomainVerdict
{
    Passed,

    /// <summary>It works, and could be better.</summary>
    Weak,
    Missing,
}

/// <summary>A TXT record.</summary>
/// <param name="Name">Its full name.</param>
public sealed record DnsRecord(string Name, string Value);
