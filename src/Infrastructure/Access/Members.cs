using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Access;

/// <summary>Who may enter the current tenant, and as what. Every change names the acting member, whose role is checked here.</summary>
public sealed class Members(IDbContextFactory<CatalogDb> catalog, CurrentTenant tenant, TimeProvider time)
{
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>The person's role in the current tenant, read fresh; null for a stranger.</summary>
    public async Task<MemberRole?> RoleOfAsync(Guid userId, CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Memberships.Where(m => m.TenantId == tenant.Id.Value && m.UserId == userId)
            .Select(m => (MemberRole?)m.Role).SingleOrDefaultAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Member>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Memberships.Where(m => m.TenantId == tenant.Id.Value)
            .Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new Member(u.Id, u.DisplayName, u.Email ?? "", m.Role, m.Since))
            .ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Invitation>> OpenInvitationsAsync(CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Invitations.AsNoTracking()
            .Where(i => i.TenantId == tenant.Id.Value && i.UsedAt == null && i.ExpiresAt > now)
            .OrderBy(i => i.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Makes a link's token (shown once) that lets the owner of an address in, once, within <see cref="InvitationLifetime"/>.</summary>
    /// <returns>The token, or why not.</returns>
    public async Task<(string? Token, MemberProblem? Problem)> InviteAsync(
        Guid actor, string email, MemberRole role, CancellationToken cancellationToken = default)
    {
        if (await RefuseAsync(actor, role, cancellationToken) is { } problem)
        {
            return (null, problem);
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        db.Invitations.Add(new Invitation
        {
            Id = Guid.CreateVersion7(now),
            TenantId = tenant.Id.Value,
            TokenHash = SHA256.HashData(Encoding.UTF8.GetBytes(token)),
            Email = email.Trim().ToLowerInvariant(),
            Role = role,
            InvitedBy = actor,
            CreatedAt = now.UtcDateTime,
            ExpiresAt = now.UtcDateTime + InvitationLifetime,
        });
        await db.SaveChangesAsync(cancellationToken);
        return (token, null);
    }

    /// <summary>The invitation behind a token, if it can still be used.</summary>
    public async Task<Invitation?> FindInvitationAsync(string token, CancellationToken cancellationToken = default)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Invitations.AsNoTracking().SingleOrDefaultAsync(
            i => i.TokenHash == hash && i.TenantId == tenant.Id.Value && i.UsedAt == null && i.ExpiresAt > now, cancellationToken);
    }

    /// <summary>Uses an invitation: of two who open the link at once, one gets in. The account's address must be the invited one.</summary>
    public Task<MemberProblem?> AcceptAsync(string token, User user, CancellationToken cancellationToken = default) =>
        AgainWhenLostAsync(() => TryAcceptAsync(token, user, cancellationToken));

    private async Task<MemberProblem?> TryAcceptAsync(string token, User user, CancellationToken cancellationToken)
    {
        if (await FindInvitationAsync(token, cancellationToken) is not { } invitation)
        {
            return MemberProblem.InvitationGone;
        }

        if (!string.Equals(invitation.Email, user.Email, StringComparison.OrdinalIgnoreCase))
        {
            return MemberProblem.OtherAddress;
        }

        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var used = await db.Invitations.Where(i => i.Id == invitation.Id && i.UsedAt == null)
            .ExecuteUpdateAsync(i => i.SetProperty(x => x.UsedAt, now), cancellationToken);
        if (used == 0)
        {
            return MemberProblem.InvitationGone;
        }

        if (!await db.Memberships.AnyAsync(m => m.TenantId == invitation.TenantId && m.UserId == user.Id, cancellationToken))
        {
            db.Memberships.Add(new Membership { TenantId = invitation.TenantId, UserId = user.Id, Role = invitation.Role, Since = now });
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    public async Task<MemberProblem?> RevokeInvitationAsync(Guid actor, Guid invitationId, CancellationToken cancellationToken = default)
    {
        if (await RefuseAsync(actor, MemberRole.Viewer, cancellationToken) is { } problem)
        {
            return problem;
        }

        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        await db.Invitations.Where(i => i.Id == invitationId && i.TenantId == tenant.Id.Value).ExecuteDeleteAsync(cancellationToken);
        return null;
    }

    /// <summary>Changes a role, or removes the member when <paramref name="role"/> is null. A tenant keeps at least one owner.</summary>
    public Task<MemberProblem?> ChangeAsync(Guid actor, Guid userId, MemberRole? role, CancellationToken cancellationToken = default) =>
        AgainWhenLostAsync(() => TryChangeAsync(actor, userId, role, cancellationToken));

    private async Task<MemberProblem?> TryChangeAsync(Guid actor, Guid userId, MemberRole? role, CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancellationToken);
        var members = await db.Memberships.Where(m => m.TenantId == tenant.Id.Value).ToListAsync(cancellationToken);
        var member = members.SingleOrDefault(m => m.UserId == userId);
        var actorRole = members.SingleOrDefault(m => m.UserId == actor)?.Role;
        if (actorRole is null or < MemberRole.Admin || member is null)
        {
            return MemberProblem.NotAllowed;
        }

        if (actorRole != MemberRole.Owner && (member.Role == MemberRole.Owner || role == MemberRole.Owner))
        {
            return MemberProblem.NotAllowed;
        }

        if (member.Role == MemberRole.Owner && role != MemberRole.Owner && members.Count(m => m.Role == MemberRole.Owner) == 1)
        {
            return MemberProblem.LastOwner;
        }

        if (role is { } changed)
        {
            member.Role = changed;
        }
        else
        {
            db.Memberships.Remove(member);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return null;
    }

    /// <summary>Of two changes at once PostgreSQL may refuse one; run again, it is judged by what the other left.</summary>
    private static async Task<MemberProblem?> AgainWhenLostAsync(Func<Task<MemberProblem?>> change)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await change();
            }
            catch (Exception e) when (attempt < 8 && LostRace.Is(e))
            {
                await Task.Delay(Random.Shared.Next(20 * attempt));
            }
        }
    }

    private async Task<MemberProblem?> RefuseAsync(Guid actor, MemberRole role, CancellationToken cancellationToken)
    {
        var own = await RoleOfAsync(actor, cancellationToken);
        return own >= MemberRole.Admin && (role < MemberRole.Owner || own == MemberRole.Owner) ? null : MemberProblem.NotAllowed;
    }
}

/// <summary>A line of the members page.</summary>
public sealed record Member(Guid UserId, string Name, string Email, MemberRole Role, DateTime Since);

public enum MemberProblem
{
    NotAllowed,
    LastOwner,
    InvitationGone,
    OtherAddress,
}
