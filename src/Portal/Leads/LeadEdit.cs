using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Portal.Leads;

/// <summary>New values for fields of a lead.</summary>
/// <param name="Values">Text by field; null empties the field. Fields not named stay.</param>
/// <param name="Actor">See <see cref="LeadChange.Actor"/>.</param>
public sealed record FieldValues(IReadOnlyDictionary<string, string?> Values, string Actor)
{
    /// <summary>A member changed it by hand: from now on no source overwrites these fields.</summary>
    public bool ByPerson { get; init; }

    /// <summary>The version that the change was made on; null = whatever it is now.</summary>
    public int? Version { get; init; }

    /// <summary>What stood in fields when the change was begun: if something else stands there now, nothing is changed.</summary>
    public IReadOnlyDictionary<string, string?> Seen { get; init; } = new Dictionary<string, string?>();

    /// <summary>Fields that sources may fill again; for taking an edit back.</summary>
    public IReadOnlyList<string> Release { get; init; } = [];
}

/// <summary>What became of an edit.</summary>
/// <param name="Lead">As it is now; null unless done or stale.</param>
/// <param name="Problems">What is wrong with the values.</param>
public sealed record LeadEdit(LeadEditKind Kind, Lead? Lead, IReadOnlyList<FieldProblem> Problems)
{
    public IReadOnlyList<LeadChange> Changes { get; init; } = [];

    /// <summary>Fields that no source overwrites from now on.</summary>
    public IReadOnlyList<string> NowKept { get; init; } = [];
}

public enum LeadEditKind
{
    Done,
    NotFound,

    /// <summary>Somebody else changed it since.</summary>
    Stale,

    /// <summary>A value cannot be taken; nothing was changed.</summary>
    Invalid,

    /// <summary>Another lead has this identity (e-mail, or name at the company).</summary>
    Taken,
}
