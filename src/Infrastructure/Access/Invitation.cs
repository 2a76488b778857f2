namespace LeadGen.Infrastructure.Access;

/// <summary>A link that makes whoever opens it first a member. Only the token's SHA-256 is kept.</summary>
public sealed class Invitation
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required byte[] TokenHash { get; init; }

    /// <summary>Address it is meant for; the accepting account must have it.</summary>
    public required string Email { get; init; }

    public required MemberRole Role { get; init; }
    public required Guid InvitedBy { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime ExpiresAt { get; init; }
    public DateTime? UsedAt { get; set; }
}
