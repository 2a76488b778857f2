namespace LeadGen.Infrastructure.Mail;

/// <summary>
/// Somebody asked for a new password. Written whether there is such an account or not; who looks finds out when it is sent, and the token is
/// made only then, so that it never lies in a database.
/// </summary>
public sealed class AccountLetter
{
    public required Guid Id { get; init; }

    /// <summary>As typed, in lower case.</summary>
    public required string To { get; init; }

    /// <summary>What its link begins with.</summary>
    public required string LinkBase { get; init; }

    public required DateTime CreatedAt { get; init; }
    public required DateTime DueAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>Committed before the first byte leaves: after a crash it is not sent again.</summary>
    public DateTime? SendingAt { get; set; }

    /// <summary>When it was over: sent, given up, or for nobody.</summary>
    public DateTime? EndedAt { get; set; }
}
