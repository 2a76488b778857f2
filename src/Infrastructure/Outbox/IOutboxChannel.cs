using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>One way out: webhooks, CRMs, mail. The dispatcher claims, times, counts and stores; a channel only delivers.</summary>
public interface IOutboxChannel
{
    OutboxChannel Channel { get; }

    /// <summary>Most messages of one destination that one call takes.</summary>
    int Batch { get; }

    /// <summary>Most calls at once to one destination.</summary>
    int Concurrency { get; }

    /// <param name="destinationId">See <see cref="OutboxMessage.DestinationId"/>.</param>
    /// <param name="messages">1 to <see cref="Batch"/> messages, at most one of a lead, oldest first.</param>
    /// <param name="cancellationToken">The lease is about to end, or the process.</param>
    /// <returns>A result for every message, in any order; what has none is tried again.</returns>
    Task<IReadOnlyList<DeliveryResult>> DeliverAsync(Guid destinationId, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken);

    /// <summary>Whether the destination may be called now. Asked before each portion; a closed one keeps its messages.</summary>
    Task<OutboxDoor> LookAsync(TenantDb db, Guid destinationId, CancellationToken cancellationToken) => Task.FromResult(OutboxDoor.Open);

    /// <summary>What came of a portion, in the transaction that stores it: the place to note since when nothing gets through, or to close the destination.</summary>
    Task SettleAsync(TenantDb db, OutboxOutcome outcome, CancellationToken cancellationToken) => Task.CompletedTask;
}

public enum OutboxDoor
{
    Open,

    /// <summary>Stopped or disabled. Whoever opens it again raises <see cref="Work.WorkKind.Outbox"/>.</summary>
    Closed,

    /// <summary>It is no more: its messages are dropped.</summary>
    Gone,
}

/// <summary>What came of a portion of one destination.</summary>
/// <param name="Now">UTC.</param>
public sealed record OutboxOutcome(Guid DestinationId, DateTime Now)
{
    public int Delivered { get; init; }

    /// <summary>Attempts that failed, those that were the last included.</summary>
    public int Failed { get; init; }

    /// <summary>Messages that were given up.</summary>
    public int Dead { get; init; }

    /// <summary>The destination said that it is no more.</summary>
    public bool IsGone { get; init; }

    /// <summary>What went wrong last, in plain words.</summary>
    public string? Error { get; init; }
}

/// <summary>How one delivery ended.</summary>
public sealed record DeliveryResult(Guid MessageId, DeliveryVerdict Verdict)
{
    /// <summary>HTTP status, where there was one.</summary>
    public int? Status { get; init; }

    /// <summary>In plain words, without secrets or inner addresses.</summary>
    public string? Error { get; init; }

    /// <summary>The other side asked not to be called again before this time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Milliseconds.</summary>
    public int Duration { get; init; }

    /// <summary>As in <see cref="DeliveryAttempt.Request"/>.</summary>
    public string? Request { get; init; }

    /// <summary>As in <see cref="DeliveryAttempt.Response"/>.</summary>
    public string? Response { get; init; }
}

public enum DeliveryVerdict
{
    Delivered,

    /// <summary>Tried again by the schedule.</summary>
    Failed,

    /// <summary>Nothing was wrong but our pace: tried again when allowed, not counted as an attempt.</summary>
    Throttled,

    /// <summary>Never again: trying once more cannot help (a record that the other side refuses). Dead at once.</summary>
    Refused,

    /// <summary>The destination says that it is no more: it is disabled, its messages wait.</summary>
    Gone,

    /// <summary>No longer wanted: ended without an effect.</summary>
    Dropped,
}
