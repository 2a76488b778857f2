using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Developers;

/// <summary>What programs asked for lately, for admins.</summary>
public sealed class RequestActions(IDbContextFactory<TenantDb> databases, MemberAccess access)
{
    public const int Shown = 50;

    /// <summary>The newest requests, newest first; none for who may not see them.</summary>
    /// <param name="failed">Only those that were refused or went wrong.</param>
    public async Task<IReadOnlyList<ApiRequest>> ListAsync(bool failed, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Admin, cancellationToken))
        {
            return [];
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ApiRequests.AsNoTracking().Where(r => !failed || r.Status >= 400).OrderByDescending(r => r.Id).Take(Shown).ToListAsync(cancellationToken);
    }
}
