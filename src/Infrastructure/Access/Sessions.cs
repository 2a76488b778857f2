using System.Security.Claims;
using LeadGen.Infrastructure.Data.Catalog;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Access;

/// <summary>The browsers in which people are signed in. They are the person's, whichever workspaces that person is in.</summary>
public sealed class Sessions(IDbContextFactory<CatalogDb> catalog, TimeProvider time)
{
    /// <summary>Names the session in the signed-in person's claims.</summary>
    public const string ClaimType = "leadgen:session";

    /// <summary>A session that was not seen for so long has ended: its cookie has, too.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(1);

    /// <summary>The session that a person's claims name; null when they name none.</summary>
    public static Guid? IdOf(ClaimsPrincipal? person) => Guid.TryParse(person?.FindFirstValue(ClaimType), out var id) ? id : null;

    /// <summary>Begins a session, and forgets those of this person that ran out.</summary>
    public async Task<Guid> BeginAsync(Guid userId, string device, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var session = new UserSession { Id = Guid.CreateVersion7(now), UserId = userId, Device = device, CreatedAt = now.UtcDateTime, LastSeenAt = now.UtcDateTime };
        var old = now.UtcDateTime - Lifetime;
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        await db.Sessions.Where(s => s.UserId == userId && s.LastSeenAt < old).ExecuteDeleteAsync(cancellationToken);
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellationToken);
        return session.Id;
    }

    /// <summary>Whether the session that the claims name is there and theirs, read fresh; notes that it was seen.</summary>
    public async Task<bool> IsAliveAsync(ClaimsPrincipal person, CancellationToken cancellationToken = default)
    {
        if (IdOf(person) is not { } id || !Guid.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var userId))
        {
            return false;
        }

        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var seen = await db.Sessions.Where(s => s.Id == id && s.UserId == userId).Select(s => (DateTime?)s.LastSeenAt).SingleOrDefaultAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        if (seen + Grain < now)
        {
            await db.Sessions.Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.LastSeenAt, now), cancellationToken);
        }

        return seen is not null;
    }

    /// <summary>Where a person is signed in, the one seen last first.</summary>
    public async Task<IReadOnlyList<UserSession>> ListAsync(Guid userId, CancellationToken cancellationToken = default)
    {
        var old = time.GetUtcNow().UtcDateTime - Lifetime;
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Sessions.AsNoTracking().Where(s => s.UserId == userId && s.LastSeenAt >= old).OrderByDescending(s => s.LastSeenAt).ToListAsync(cancellationToken);
    }

    /// <summary>Ends one; false when it is not there or somebody else's.</summary>
    public async Task<bool> EndAsync(Guid userId, Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Sessions.Where(s => s.Id == id && s.UserId == userId).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>Ends all of a person's sessions but one.</summary>
    public async Task<int> EndOthersAsync(Guid userId, Guid? keep, CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.Sessions.Where(s => s.UserId == userId && s.Id != keep).ExecuteDeleteAsync(cancellationToken);
    }
}
