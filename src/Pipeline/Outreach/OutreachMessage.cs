namespace LeadGen.Pipeline.Outreach;

/// <summary>A mail of ours to one lead, from its draft to its end. Never sent twice: see <see cref="OutreachState"/>.</summary>
public sealed class OutreachMessage
{
    /// <summary>Version 7, so that ids sort by time.</summary>
    public required Guid Id { get; init; }

    public required Guid LeadId { get; init; }

    /// <summary>The lead's canonical address when the draft was written. A lead whose address changed since gets a new draft.</summary>
    public required string To
    {
        get;
        init
        {
            field = value;
            ToDomain = value[(value.LastIndexOf('@') + 1)..];
        }
    }

    /// <summary>The part of <see cref="To"/> after the @: receivers' servers are spared by domain.</summary>
    public string ToDomain { get; private init; } = "";

    /// <summary>Whose mail it is.</summary>
    public required Guid SenderId { get; init; }

    /// <summary>The enrolment and the step of its sequence that it belongs to; null for a mail that a person wrote by hand.</summary>
    public Guid? EnrollmentId { get; init; }

    public Guid? SequenceId { get; init; }

    /// <summary>From 0.</summary>
    public int? Step { get; init; }

    public Guid? TemplateId { get; init; }
    public int? TemplateVersion { get; init; }

    /// <summary>Name of the template's variant, <c>A</c>, <c>B</c> …</summary>
    public string? Variant { get; init; }

    public required string Subject { get; set; }

    /// <summary>Plain text as it leaves, without the foot that sending adds (address of the sender, way to unsubscribe).</summary>
    public required string Text { get; set; }

    /// <summary>The same as HTML, without the foot; null for plain text only.</summary>
    public string? Html { get; set; }

    /// <summary>What each written sentence rests on; empty where everything is the template's own.</summary>
    public List<MailSentence> Sentences { get; set; } = [];

    public OutreachState State { get; set; } = OutreachState.Draft;

    /// <summary>Why it stands there, in plain words.</summary>
    public string? StateReason { get; set; }

    public string? ApprovedBy { get; set; }
    public DateTime? ApprovedAt { get; set; }
    public required DateTime CreatedAt { get; init; }

    /// <summary>Not before.</summary>
    public required DateTime DueAt { get; set; }

    /// <summary>Attempts that the server answered with “not now”.</summary>
    public int Attempts { get; set; }

    public Guid? ClaimToken { get; set; }
    public DateTime? ClaimedUntil { get; set; }

    /// <summary>Committed before the first byte of the text leaves.</summary>
    public DateTime? SendingAt { get; set; }

    public DateTime? SentAt { get; set; }

    /// <summary>When it reached its end, good or bad.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>RFC 5322 Message-ID without angle brackets, made of <see cref="Id"/> and the sender's domain; answers and bounces name it.</summary>
    public required string MessageId { get; init; }

    /// <summary>Message-ID of the mail that this one follows in its thread.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>Rises with every save; a save that names an older one is refused.</summary>
    public int Revision { get; set; } = 1;
}

public enum OutreachState
{
    /// <summary>Waits for a person's yes.</summary>
    Draft,

    /// <summary>Leaves when it is due.</summary>
    Approved,

    /// <summary>Claimed, about to leave. A crash from here on makes it <see cref="Unknown"/>.</summary>
    Sending,
    Sent,

    /// <summary>It may have arrived or not. Never sent again by itself: a person, a bounce or a reply says which.</summary>
    Unknown,

    /// <summary>The server refused it, or the address does not exist.</summary>
    Failed,

    /// <summary>A person said no.</summary>
    Rejected,

    /// <summary>No longer wanted: the lead answered, unsubscribed, was suppressed or stopped.</summary>
    Cancelled,
}

/// <summary>One sentence of a mail and where its facts come from.</summary>
/// <param name="Text">As it stands in the mail.</param>
/// <param name="Sources">What it rests on, most important first; empty for words that claim nothing.</param>
public sealed record MailSentence(string Text, IReadOnlyList<SentenceSource> Sources);

/// <param name="Kind">What sort of source.</param>
/// <param name="Id">Id of the chunk, or name of the field.</param>
/// <param name="Title">What to call it on screen: the document's name, the field's name.</param>
/// <param name="Quote">The words that it rests on.</param>
public sealed record SentenceSource(SourceKind Kind, string Id, string Title, string Quote);

public enum SourceKind
{
    Template,
    LeadField,
    Knowledge,

    /// <summary>Who writes: their name, their signature, the name of the workspace.</summary>
    Sender,
}
