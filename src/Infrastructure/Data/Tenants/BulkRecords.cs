using LeadGen.Pipeline.Scoring;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>
/// An action on many leads, worked portion by portion by whichever process is there: it goes on when its page is closed or its portal
/// restarted. The row is the queue and the checkpoint.
/// </summary>
public sealed class BulkAction
{
    /// <summary>Also the <c>BatchId</c> of all its changes, by which they are undone.</summary>
    public required Guid Id { get; init; }

    public required BulkChange Change { get; init; }

    /// <summary>JSON of the list's conditions; null = the leads are named by <see cref="Ids"/>. Emptied at the end, as the ids are.</summary>
    public string? Filter { get; set; }

    /// <summary>The leads, or those that are left out of what passes the filter.</summary>
    public IReadOnlyList<Guid> Ids { get; set; } = [];

    public required Guid UserId { get; init; }

    /// <summary>UTC; conditions on the last days count from here.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>The newest lead that was there when it began; later ones are none of its business.</summary>
    public required Guid Newest { get; init; }

    /// <summary>Leads that it was about to go through.</summary>
    public required int Total { get; init; }

    /// <summary>Where it stands: the last lead of the last portion.</summary>
    public Guid Last { get; set; }

    /// <summary>Leads gone through.</summary>
    public int Seen { get; set; }

    /// <summary>Leads changed.</summary>
    public int Done { get; set; }

    public BulkState State { get; set; } = BulkState.Running;
    public DateTime? EndedAt { get; set; }

    /// <summary>Whoever asked for it has seen its end.</summary>
    public bool IsTold { get; set; }
}

/// <summary>What an action does to a lead.</summary>
public sealed record BulkChange(BulkKind Kind)
{
    public string Tag { get; init; } = "";

    /// <summary>A member; null = nobody.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Null takes people's judgements back.</summary>
    public Grade? Grade { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>UTC; null = until somebody takes it back.</summary>
    public DateTime? Until { get; init; }
}

public enum BulkKind
{
    Tag,
    Untag,
    Own,
    Grade,
    Delete,
}

public enum BulkState
{
    Running,
    Done,

    /// <summary>By a person, in the middle.</summary>
    Stopped,
}
