using LeadGen.Infrastructure.Access;

namespace LeadGen.Portal.Shell;

/// <summary>Who acts in this scope (request or circuit) and as what, as of the last look into the catalog.</summary>
public sealed class CurrentMember
{
    public Guid UserId { get; private set; }

    public string Name { get; private set; } = "";

    public string Email { get; private set; } = "";

    /// <summary>Null for a stranger, and from the moment that a membership ends.</summary>
    public MemberRole? Role { get; private set; }

    /// <summary>As written into history rows.</summary>
    public string Actor => $"member:{UserId}";

    public bool Is(MemberRole least) => Role >= least;

    internal void Set(User user, MemberRole role) =>
        (UserId, Name, Email, Role) = (user.Id, user.DisplayName, user.Email ?? "", role);

    internal void Leave() => Role = null;
}
