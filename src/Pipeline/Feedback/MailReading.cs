namespace LeadGen.Pipeline.Feedback;

/// <summary>What sort of mail came in.</summary>
public enum MailKind
{
    /// <summary>A person wrote.</summary>
    Reply,

    /// <summary>A program wrote for a person: an absence notice, a ticket number. Never answered, no label.</summary>
    AutoReply,

    /// <summary>A mail of ours did not arrive.</summary>
    Bounce,

    /// <summary>A mail of ours was reported as spam.</summary>
    Complaint,

    /// <summary>Nothing of consequence: a receipt, a notice of delivery.</summary>
    Other,
}

/// <summary>What a bounce says.</summary>
public enum BounceKind
{
    /// <summary>The address does not exist or was closed.</summary>
    Hard,

    /// <summary>Not now: a full mailbox, a server that is away, a delay.</summary>
    Soft,

    /// <summary>The receiving side refuses the sender, whoever the recipient is (status 5.7.x).</summary>
    AboutSender,
}

/// <summary>A mail as it was understood.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Words">The writer's own words, without quoted mail and signature; empty for what no person wrote.</param>
/// <param name="Why">What shows the kind, in plain words; null for a reply.</param>
public sealed record MailReading(MailKind Kind, string Words, string? Why)
{
    /// <summary>For bounces.</summary>
    public Bounce? Bounce { get; init; }
}

/// <summary>What a report about a mail of ours says.</summary>
/// <param name="Kind">What follows from it.</param>
/// <param name="Status">Enhanced status code, <c>5.1.1</c>; null when the report has none.</param>
/// <param name="Recipient">Whom it could not reach, canonical; null when it does not say.</param>
/// <param name="Answer">What the receiving server said, at most 300 characters.</param>
public sealed record Bounce(BounceKind Kind, string? Status, string? Recipient, string? Answer)
{
    /// <summary>False while the server goes on trying.</summary>
    public bool IsFinal { get; init; } = true;
}
