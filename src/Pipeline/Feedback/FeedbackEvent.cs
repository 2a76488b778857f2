namespace LeadGen.Pipeline.Feedback;

/// <summary>Something the world did with a lead; append-only.</summary>
public sealed class FeedbackEvent
{
    /// <summary>The sender's id: the same id again is the same event.</summary>
    public required string Id { get; init; }

    public required Guid LeadId { get; init; }
    public required FeedbackKind Kind { get; init; }
    public required DateTime OccurredAt { get; init; }
    public required DateTime ReceivedAt { get; init; }
    public string? Text { get; init; }
    public string? Url { get; init; }
    public DateTime? DeliveredAt { get; init; }
    public string? UserAgent { get; init; }
}

public enum FeedbackKind
{
    Visited,
    FormSubmitted,
    Opened,
    Clicked,
    Replied,
    MeetingBooked,
    Bounced,
    Complained,
    Unsubscribed,
    Won,
    Lost,
    MarkedGood,
    MarkedBad,
}
