namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>
/// An effect on the world that is owed: written in the transaction of its cause, delivered at least once under the same id.
/// Of one lead and destination the oldest goes first, and the next only when it is through.
/// </summary>
public sealed class OutboxMessage
{
    /// <summary>Version 7, so that ids sort by time. What receivers see as the message's id, the same at every attempt and replay.</summary>
    public required Guid Id { get; init; }

    public required OutboxChannel Channel { get; init; }

    /// <summary>The <see cref="WebhookEndpoint"/>, <see cref="Integration"/> or, for mail, the <see cref="SystemMail"/>.</summary>
    public required Guid DestinationId { get; init; }

    /// <summary>What happened (<c>lead.scored</c>) or what is wanted (<c>crm.push</c>, <c>mail.confirm</c>).</summary>
    public required string Topic { get; init; }

    public Guid? LeadId { get; init; }

    /// <summary>The body as it leaves, JSON; null where it is made of the lead's state at the time of delivery.</summary>
    public string? Payload { get; init; }

    public OutboxState State { get; set; } = OutboxState.Waiting;

    /// <summary>Attempts made, replays included.</summary>
    public int Attempts { get; set; }

    /// <summary>Attempts made since it was written or last replayed: the place in the retry schedule.</summary>
    public int Round { get; set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Not before.</summary>
    public required DateTime DueAt { get; set; }

    public Guid? ClaimToken { get; set; }
    public DateTime? ClaimedUntil { get; set; }

    /// <summary>When it reached its end, good or bad.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>HTTP status of the last attempt, where it had one.</summary>
    public int? LastStatus { get; set; }

    /// <summary>What went wrong last, in plain words, without secrets or inner addresses.</summary>
    public string? LastError { get; set; }
}

public enum OutboxChannel
{
    Webhook,
    Crm,
    Mail,
}

public enum OutboxState
{
    /// <summary>Due at <see cref="OutboxMessage.DueAt"/>; claimed while <see cref="OutboxMessage.ClaimedUntil"/> is ahead.</summary>
    Waiting,
    Delivered,

    /// <summary>Given up after the last attempt; a person may replay it.</summary>
    Dead,

    /// <summary>No longer wanted: the destination was removed, or the lead was.</summary>
    Dropped,
}

/// <summary>One try to deliver, as it went over the wire; kept 30 days.</summary>
public sealed class DeliveryAttempt
{
    public long Id { get; init; }
    public required Guid MessageId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    public required DateTime At { get; init; }

    /// <summary>Milliseconds.</summary>
    public required int Duration { get; init; }

    public int? Status { get; init; }
    public string? Error { get; init; }

    /// <summary>Method, address and headers, credentials left out.</summary>
    public string? Request { get; init; }

    /// <summary>Status line, headers and the first 4 kB of the body.</summary>
    public string? Response { get; init; }
}

/// <summary>Something that arrived from outside, stored before it was acknowledged; the same event is one row. Kept at least 7 days.</summary>
public sealed class InboxMessage
{
    /// <summary>The integration it came through.</summary>
    public required Guid SourceId { get; init; }

    /// <summary>The sender's id of the event, or a hash of its content where the sender has none.</summary>
    public required string EventId { get; init; }

    public required string Topic { get; init; }

    /// <summary>JSON as it came.</summary>
    public required string Payload { get; init; }

    public required DateTime ReceivedAt { get; init; }

    /// <summary>When it happened, as the sender says; older events never overwrite newer state.</summary>
    public DateTime? OccurredAt { get; init; }

    public InboxState State { get; set; } = InboxState.Waiting;
    public int Attempts { get; set; }
    public required DateTime DueAt { get; set; }
    public Guid? ClaimToken { get; set; }
    public DateTime? ClaimedUntil { get; set; }
    public DateTime? ProcessedAt { get; set; }
    public string? LastError { get; set; }
}

public enum InboxState
{
    Waiting,
    Processed,

    /// <summary>Understood, and of no consequence: our own change coming back, a record we do not know, something older than what we have.</summary>
    Ignored,
    Dead,
}

/// <summary>An address that wants to hear of events, by Standard Webhooks.</summary>
public sealed class WebhookEndpoint
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public required string Url { get; set; }

    /// <summary>Topics it wants; empty for all.</summary>
    public List<string> Topics { get; set; } = [];

    /// <summary>Signing secret, protected for this tenant.</summary>
    public required string Secret { get; set; }

    /// <summary>The secret before, still signed with until <see cref="OldSecretUntil"/>.</summary>
    public string? OldSecret { get; set; }

    public DateTime? OldSecretUntil { get; set; }
    public EndpointState State { get; set; } = EndpointState.Active;

    /// <summary>Since when nothing gets through; null while it works.</summary>
    public DateTime? FailingSince { get; set; }

    /// <summary>Why it was disabled, in plain words.</summary>
    public string? StateReason { get; set; }

    public required DateTime CreatedAt { get; init; }
    public required string CreatedBy { get; init; }

    /// <summary>Rises with every save; a save that names an older one is refused.</summary>
    public int Revision { get; set; } = 1;
}

public enum EndpointState
{
    Active,

    /// <summary>A person stopped it: its messages wait.</summary>
    Paused,

    /// <summary>It failed for days or said 410: its messages wait until somebody starts it again.</summary>
    Disabled,
}

/// <summary>A letter of the system to somebody: confirmation, notice, invitation. Sent through the outbox.</summary>
public sealed class SystemMail
{
    public required Guid Id { get; init; }

    /// <summary><c>confirm</c>, <c>notice</c>, <c>invitation</c>.</summary>
    public required string Kind { get; init; }

    public required string To { get; init; }
    public required string Subject { get; init; }
    public required string Text { get; init; }
    public string? Html { get; init; }
    public Guid? LeadId { get; init; }
    public required DateTime CreatedAt { get; init; }

    /// <summary>Committed before the first byte goes to a mail server: a crash in between leaves it neither sent nor unsent.</summary>
    public DateTime? SendingAt { get; set; }

    public DateTime? SentAt { get; set; }
}

/// <summary>What an API key did, for the people who build on it; kept 7 days.</summary>
public sealed class ApiRequest
{
    public long Id { get; init; }
    public required Guid ApiKeyId { get; init; }
    public required DateTime At { get; init; }
    public required string Method { get; init; }

    /// <summary>Without the query.</summary>
    public required string Path { get; init; }

    public required int Status { get; init; }

    /// <summary>Milliseconds.</summary>
    public required int Duration { get; init; }

    public required string TraceId { get; init; }

    /// <summary>Title of the problem, where it was one.</summary>
    public string? Problem { get; init; }
}
