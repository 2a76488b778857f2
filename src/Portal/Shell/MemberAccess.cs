using LeadGen.Infrastructure.Access;
using Microsoft.AspNetCore.Authorization;

namespace LeadGen.Portal.Shell;

/// <summary>
/// The one question before every change: may this person do it? Asked of the catalog, not of what the page was drawn with, so that a role
/// that was taken away a second ago counts.
/// </summary>
public sealed class MemberAccess(CurrentMember member, Members members)
{
    /// <summary>For drawing: what the person may do as of the last look.</summary>
    public bool Can(MemberRole least) => member.Is(least);

    /// <summary>For acting.</summary>
    public async Task<bool> MayAsync(MemberRole least, CancellationToken cancellationToken = default) =>
        member.Role is not null && await members.RoleOfAsync(member.UserId, cancellationToken) >= least;
}

/// <summary>Names of the policies that pages and endpoints state.</summary>
public static class Roles
{
    public const string Viewer = nameof(MemberRole.Viewer);
    public const string Editor = nameof(MemberRole.Editor);
    public const string Admin = nameof(MemberRole.Admin);
    public const string Owner = nameof(MemberRole.Owner);

    internal static void AddPolicies(AuthorizationOptions options)
    {
        foreach (var role in Enum.GetValues<MemberRole>())
        {
            options.AddPolicy(role.ToString(), p => p.RequireAuthenticatedUser().AddRequirements(new RoleRequirement(role)));
        }
    }
}

internal sealed record RoleRequirement(MemberRole Least) : IAuthorizationRequirement;

internal sealed class RoleHandler(CurrentMember member) : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (member.Is(requirement.Least))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
