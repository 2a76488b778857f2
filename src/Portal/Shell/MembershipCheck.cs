using System.Security.Claims;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Shell;

/// <summary>Reads, fresh, whether the signed-in person is a member of the scope's tenant.</summary>
public sealed class MembershipCheck(
    IDbContextFactory<CatalogDb> catalog, TenantStore tenants, CurrentTenant tenant, CurrentMember member, Sessions sessions,
    IOptions<IdentityOptions> identity)
{
    /// <summary>False for a stranger, a suspended tenant, and a sign-in that was ended elsewhere (session ended, changed password).</summary>
    public async Task<bool> RefreshAsync(ClaimsPrincipal person, CancellationToken cancellationToken = default)
    {
        if (!Guid.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var userId)
            || await tenants.FindAsync(tenant.Id, cancellationToken) is not { State: TenantState.Active })
        {
            member.Leave();
            return false;
        }

        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var found = await db.Memberships.AsNoTracking().Where(m => m.TenantId == tenant.Id.Value && m.UserId == userId)
            .Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { User = u, m.Role }).SingleOrDefaultAsync(cancellationToken);
        if (found is null || found.User.SecurityStamp != person.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType)
            || !await sessions.IsAliveAsync(person, cancellationToken))
        {
            member.Leave();
            return false;
        }

        member.Set(found.User, found.Role);
        return true;
    }
}
