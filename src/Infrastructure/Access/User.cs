using Microsoft.AspNetCore.Identity;

namespace LeadGen.Infrastructure.Access;

/// <summary>A person who can sign in; what they may do, a <see cref="Membership"/> says.</summary>
public sealed class User : IdentityUser<Guid>
{
    [PersonalData]
    public string DisplayName { get; set; } = "";

    public DateTime CreatedAt { get; set; }
}
