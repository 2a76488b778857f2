namespace LeadGen.Infrastructure.Access;

/// <summary>A person in a tenant.</summary>
public sealed class Membership
{
    public required Guid TenantId { get; init; }
    public required Guid UserId { get; init; }
    public required MemberRole Role { get; set; }
    public required DateTime Since { get; init; }
}

/// <summary>What a member may do; each role may all that the ones before it may.</summary>
public enum MemberRole
{
    /// <summary>Looks and exports.</summary>
    Viewer,

    /// <summary>Works with leads, imports, ICPs.</summary>
    Editor,

    /// <summary>Also members, keys, settings.</summary>
    Admin,

    /// <summary>Also other owners and the end of the tenant.</summary>
    Owner,
}
