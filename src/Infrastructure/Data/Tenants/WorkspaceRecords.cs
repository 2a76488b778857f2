using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>A list of leads that somebody gave a name: filter, order and columns.</summary>
public sealed class SavedView
{
    public required Guid Id { get; init; }

    /// <summary>1 to 60 characters.</summary>
    public required string Name { get; set; }

    /// <summary>The member who made it; only they and admins change it.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Seen by every member, else by its owner alone.</summary>
    public bool Shared { get; set; }

    /// <summary>Filter and order as the list's address has them (<c>?grade=A&amp;sort=NameUp</c>), empty for all leads.</summary>
    public required string Query { get; set; }

    /// <summary>Names of the columns shown, in their order; empty for the usual ones.</summary>
    public List<string> Columns { get; set; } = [];

    /// <summary>Place among the tabs.</summary>
    public int Position { get; set; }

    public required DateTime UpdatedAt { get; set; }
}

/// <summary>A person's own judgement of a lead; while it stands, list and lead show it instead of the learned score. One a lead.</summary>
public sealed class ScoreOverride
{
    public required Guid LeadId { get; init; }

    /// <summary>The grade that stands.</summary>
    public required Grade Grade { get; set; }

    /// <summary>0-100, inside the grade's bounds: what sorts the lead among the others.</summary>
    public required double Value { get; set; }

    /// <summary>As in <c>LeadChange.Actor</c>.</summary>
    public required string Actor { get; set; }

    /// <summary>Why, in the author's words; may be empty.</summary>
    public string Reason { get; set; } = "";

    public required DateTime At { get; set; }

    /// <summary>UTC; from then on the learned score stands again. Null: until somebody takes it back.</summary>
    public DateTime? Until { get; set; }
}

/// <summary>A member said what a text means; it outweighs the classifier for this text and is a label for the next training. One a text and kind.</summary>
public sealed class IntentCorrection
{
    public long Id { get; init; }
    public required Guid LeadId { get; init; }

    /// <summary><c>message</c>, <c>notes</c>, <c>reply</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Names the text, as in <see cref="IntentRow.TextHash"/>.</summary>
    public required string TextHash { get; init; }

    public required IntentKind Kind { get; init; }

    /// <summary>True: the text has this intent. False: it has not.</summary>
    public required bool Holds { get; set; }

    public required string Actor { get; set; }
    public required DateTime At { get; set; }
}

/// <summary>
/// A lead that was deleted from the list, kept whole for a while so that the deletion can be undone. Erasing a person empties this too.
/// </summary>
public sealed class DeletedLead
{
    public required Guid LeadId { get; init; }

    /// <summary>The action that deleted it, see <c>LeadChange.BatchId</c>.</summary>
    public required Guid BatchId { get; init; }

    /// <summary>Canonical address, so that an erasure finds it; null without one.</summary>
    public string? Email { get; init; }

    public required string Actor { get; init; }
    public required DateTime At { get; init; }

    /// <summary>JSON of the lead's own row and of the rows that cannot be computed again (history, feedback, intents, corrections, form submissions).</summary>
    public required string Snapshot { get; init; }
}
