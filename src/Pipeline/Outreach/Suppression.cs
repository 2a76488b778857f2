namespace LeadGen.Pipeline.Outreach;

/// <summary>An address that gets no outreach any more. Nothing that comes in opens it again.</summary>
public sealed class Suppression
{
    /// <summary>Keyed hash of the canonical address: it still holds when the person was erased.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Canonical; null once the person was erased.</summary>
    public string? Email { get; set; }

    public required SuppressionReason Reason { get; set; }
    public required DateTime At { get; set; }

    /// <summary>When it ends (UTC): the person asked for a pause only. Null for good.</summary>
    public DateTime? Until { get; set; }

    /// <summary>Who or what asked for it; see <see cref="Leads.LeadChange.Actor"/>.</summary>
    public required string Actor { get; init; }

    /// <summary>The mail that led to it, where there was one.</summary>
    public Guid? MessageId { get; set; }
}

public enum SuppressionReason
{
    /// <summary>Asked for no more mail.</summary>
    Unsubscribed,

    /// <summary>Reported us as spam.</summary>
    Complained,

    /// <summary>The address does not exist.</summary>
    Bounced,

    /// <summary>A member put it on the list.</summary>
    ByHand,

    /// <summary>Asked for a pause; see <see cref="Suppression.Until"/>.</summary>
    Paused,
}
