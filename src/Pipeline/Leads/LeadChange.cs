namespace LeadGen.Pipeline.Leads;

/// <summary>One field of one lead changed; append-only. Timeline, undo, revert and audit read it.</summary>
public sealed class LeadChange
{
    public long Id { get; init; }
    public required Guid LeadId { get; init; }

    /// <summary>Name as in the API (<c>jobTitle</c>, <c>custom.plan</c>), or <see cref="Created"/>.</summary>
    public required string Field { get; init; }

    /// <summary>Text form before, null when empty.</summary>
    public string? Old { get; init; }

    public string? New { get; init; }
    public required DateTime At { get; init; }

    /// <summary>Who: <c>import</c>, <c>api:NAME OF KEY</c>, <c>member:USER ID</c>, <c>system</c>.</summary>
    public required string Actor { get; init; }

    public Guid? ImportId { get; init; }

    /// <summary>Changes that one action made to many leads carry the same id, and are undone together.</summary>
    public Guid? BatchId { get; init; }

    /// <summary><see cref="Field"/> of the change that is the lead's first row.</summary>
    public const string Created = "created";
}
