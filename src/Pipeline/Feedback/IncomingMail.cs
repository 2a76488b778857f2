namespace LeadGen.Pipeline.Feedback;

/// <summary>A mail that came in, taken out of its MIME: plain values of bounded size, ready to be understood.</summary>
public sealed record IncomingMail
{
    /// <summary>Without angle brackets; of a mail without one, a name made of its content.</summary>
    public required string MessageId { get; init; }

    /// <summary>Without angle brackets.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>Without angle brackets, oldest first.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Canonical address; null when it cannot be read.</summary>
    public string? From { get; init; }

    public string? FromName { get; init; }

    /// <summary>Canonical addresses it was sent or delivered to, copies included.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    public string Subject { get; init; } = "";

    /// <summary>When it says that it was written, UTC.</summary>
    public DateTime? Date { get; init; }

    /// <summary>Headers that say what sort of mail it is, by name in lower case; the first of each name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Plain text, or else its HTML.</summary>
    public string Text { get; init; } = "";

    /// <summary>Fields of <c>message/delivery-status</c>: the message's own first, then a group for each recipient. Names in lower case.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> DeliveryStatus { get; init; } = [];

    /// <summary>Fields of <c>message/feedback-report</c>, names in lower case; null when there is none.</summary>
    public IReadOnlyDictionary<string, string>? FeedbackReport { get; init; }

    /// <summary>It is a receipt that says whether a mail was shown (<c>message/disposition-notification</c>).</summary>
    public bool IsReceipt { get; init; }

    /// <summary>The mail that came back inside of it: its Message-ID, without angle brackets.</summary>
    public string? ReturnedId { get; init; }

    /// <summary>Whom the mail that came back was written to, canonical.</summary>
    public string? ReturnedTo { get; init; }

    /// <summary>A mail with a mail attached, and no other sign of what it is.</summary>
    public bool HoldsMail { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
