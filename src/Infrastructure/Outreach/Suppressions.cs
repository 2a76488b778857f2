using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>The tenant's list of addresses that get no outreach. Kept by keyed hash, so that it outlives the erasure of a person.</summary>
public sealed class Suppressions(Tombstones tombstones, TimeProvider time)
{
    /// <summary>
    /// Adds an address; the first reason stays, except that a complaint outranks all and anything outranks a pause. In the caller's transaction.
    /// </summary>
    /// <param name="email">Canonical.</param>
    /// <param name="actor">See <see cref="Suppression.Actor"/>.</param>
    /// <param name="now">UTC.</param>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> AddAsync(
        TenantDb db, string email, SuppressionReason reason, string actor, Guid? messageId, DateTime now, CancellationToken cancellationToken)
    {
        var hash = await tombstones.HashOfAsync(db, email, cancellationToken);
        if (await db.Suppressions.SingleOrDefaultAsync(s => s.Hash == hash, cancellationToken) is { } known)
        {
            if (reason == SuppressionReason.Complained || (known.Reason == SuppressionReason.Paused && reason != SuppressionReason.Paused))
            {
                (known.Reason, known.Until, known.Email) = (reason, null, known.Email ?? email);
            }

            return false;
        }

        db.Suppressions.Add(new Suppression { Hash = hash, Email = email, Reason = reason, Actor = actor, MessageId = messageId, At = now });
        return true;
    }

    /// <summary>Puts an address on the list until a day; one that is on it for good stays so. In the caller's transaction.</summary>
    /// <param name="until">UTC.</param>
    public async Task PauseAsync(TenantDb db, string email, DateTime until, string actor, Guid? messageId, DateTime now, CancellationToken cancellationToken)
    {
        await AddAsync(db, email, SuppressionReason.Paused, actor, messageId, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var hash = await tombstones.HashOfAsync(db, email, cancellationToken);
        await db.Suppressions.Where(s => s.Hash == hash && s.Reason == SuppressionReason.Paused)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.Until, until).SetProperty(x => x.Email, email), cancellationToken);
    }

    /// <summary>Which of the addresses are on the list. Ask in the transaction that acts on the answer.</summary>
    /// <param name="emails">Canonical.</param>
    public async Task<IReadOnlyDictionary<string, SuppressionReason>> FindAsync(TenantDb db, IReadOnlyCollection<string> emails, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, SuppressionReason>(StringComparer.Ordinal);
        if (emails.Count == 0 || !await db.Suppressions.AnyAsync(cancellationToken))
        {
            return found;
        }

        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var email in emails.Distinct(StringComparer.Ordinal))
        {
            hashes[Convert.ToHexString(await tombstones.HashOfAsync(db, email, cancellationToken))] = email;
        }

        var now = time.GetUtcNow().UtcDateTime;
        foreach (var part in hashes.Keys.Select(Convert.FromHexString).Chunk(500))
        {
            foreach (var row in await db.Suppressions.AsNoTracking().Where(s => part.Contains(s.Hash) && (s.Until == null || s.Until > now)).Select(s => new { s.Hash, s.Reason }).ToListAsync(cancellationToken))
            {
                found[hashes[Convert.ToHexString(row.Hash)]] = row.Reason;
            }
        }

        return found;
    }

    /// <summary>Forgets whose address it was and keeps that it is closed; for the erasure of a person.</summary>
    public static Task ForgetAsync(TenantDb db, string email, CancellationToken cancellationToken) =>
        db.Suppressions.Where(s => s.Email == email).ExecuteUpdateAsync(s => s.SetProperty(x => x.Email, (string?)null), cancellationToken);
}
