namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Says that a tenant has something to do, so that workers poll one table instead of every tenant's database. Raised before the tenant's
/// own commit (a false alarm costs one empty look; a missing one would cost minutes), lowered by compare-and-set after an empty look, which
/// is then repeated.
/// </summary>
public sealed class TenantWork
{
    public required Guid TenantId { get; init; }
    public required WorkKind Kind { get; init; }

    /// <summary>From when on there is work; null when there is none.</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>Rises with every raise: who lowers must name the number it saw.</summary>
    public long Raised { get; set; }
}

public enum WorkKind
{
    /// <summary>Files to read.</summary>
    Imports,

    /// <summary>Leads to analyse or to score again.</summary>
    Leads,

    /// <summary>Messages to deliver.</summary>
    Outbox,

    /// <summary>Events that came in, CRMs to ask for changes, leads to push after a connection.</summary>
    Crm,

    /// <summary>Steps of sequences that are due, mails to send.</summary>
    Outreach,

    /// <summary>Mailboxes to ask for answers.</summary>
    Answers,

    /// <summary>Pieces of documents that wait for their vectors.</summary>
    Knowledge,

    /// <summary>Actions of members on many leads.</summary>
    Bulk,
}
