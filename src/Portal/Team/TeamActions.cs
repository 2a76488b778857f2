using LeadGen.Infrastructure.Access;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Team;

/// <summary>Changes of who is in the workspace. <see cref="Members"/> checks the actor's role itself, fresh, on each.</summary>
public sealed class TeamActions(Members members, CurrentMember me, MemberAccess access)
{
    public async Task<TeamState> ReadAsync(CancellationToken cancellationToken = default)
    {
        var people = await members.ListAsync(cancellationToken);
        var invitations = access.Can(MemberRole.Admin) ? await members.OpenInvitationsAsync(cancellationToken) : [];
        return new TeamState([.. people.OrderByDescending(p => p.Role).ThenBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase)], invitations);
    }

    /// <returns>The link's token, or what is wrong.</returns>
    public async Task<(string? Token, string? Problem)> InviteAsync(string email, MemberRole role, CancellationToken cancellationToken = default)
    {
        if (!new System.ComponentModel.DataAnnotations.EmailAddressAttribute().IsValid(email.Trim()) || email.Trim().Length is 0 or > 256)
        {
            return (null, "Enter an e-mail address such as name@company.com.");
        }

        if ((await members.ListAsync(cancellationToken)).Any(m => string.Equals(m.Email, email.Trim(), StringComparison.OrdinalIgnoreCase)))
        {
            return (null, "This person is a member already.");
        }

        var (token, problem) = await members.InviteAsync(me.UserId, email, role, cancellationToken);
        return (token, problem is { } p ? Wording.Problem(p) : null);
    }

    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> ChangeRoleAsync(Guid userId, MemberRole role, CancellationToken cancellationToken = default) =>
        Say(await members.ChangeAsync(me.UserId, userId, role, cancellationToken));

    public async Task<string?> RemoveAsync(Guid userId, CancellationToken cancellationToken = default) =>
        Say(await members.ChangeAsync(me.UserId, userId, null, cancellationToken));

    public async Task<string?> RevokeAsync(Guid invitationId, CancellationToken cancellationToken = default) =>
        Say(await members.RevokeInvitationAsync(me.UserId, invitationId, cancellationToken));

    /// <summary>Roles that the person may give: owners are made by owners.</summary>
    public IReadOnlyList<MemberRole> Givable => access.Can(MemberRole.Owner)
        ? Enum.GetValues<MemberRole>()
        : [MemberRole.Viewer, MemberRole.Editor, MemberRole.Admin];

    /// <summary>Whether buttons for this member are drawn; the rule itself is in <see cref="Members"/>.</summary>
    public bool MayChange(Member member) => access.Can(MemberRole.Admin) && (member.Role != MemberRole.Owner || access.Can(MemberRole.Owner));

    private static string? Say(MemberProblem? problem) => problem is { } p ? Wording.Problem(p) : null;
}

/// <summary>Who is in, and who is asked in.</summary>
public sealed record TeamState(IReadOnlyList<Member> Members, IReadOnlyList<Invitation> Invitations);
