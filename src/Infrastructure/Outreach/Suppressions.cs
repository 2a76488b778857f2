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
                (known.At, known.MessageId) = (now, messageId ?? known.MessageId);
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

    /// <summary>
    /// Which of the addresses want no mail of a topic, and why nothing leaves, in plain words. Ask in the transaction that acts on the answer.
    /// </summary>
    /// <param name="asked">Canonical addresses, each with the topic of its mail; null for none, which nobody can refuse.</param>
    public async Task<IReadOnlyDictionary<(string Email, Guid Topic), string>> RefusedAsync(
        TenantDb db, IReadOnlyCollection<(string Email, Guid? Topic)> asked, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, Guid), string>();
        var topics = asked.Select(a => a.Topic).OfType<Guid>().Distinct().ToList();
        if (topics.Count == 0 || !await db.TopicRefusals.AnyAsync(cancellationToken))
        {
            return found;
        }

        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var email in asked.Where(a => a.Topic is not null).Select(a => a.Email).Distinct(StringComparer.Ordinal))
        {
            hashes[Convert.ToHexString(await tombstones.HashOfAsync(db, email, cancellationToken))] = email;
        }

        var names = (await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken)).Topics.ToDictionary(t => t.Id, t => t.Name);
        foreach (var part in hashes.Keys.Select(Convert.FromHexString).Chunk(500))
        {
            foreach (var row in await db.TopicRefusals.AsNoTracking().Where(r => part.Contains(r.Hash) && topics.Contains(r.TopicId)).ToListAsync(cancellationToken))
            {
                found[(hashes[Convert.ToHexString(row.Hash)], row.TopicId)] = Sending.SuppressionWords.OfTopic(names.GetValueOrDefault(row.TopicId));
            }
        }

        return found;
    }

    /// <summary>Keeps which of some topics an address refuses; the others of them it wants again. In the caller's transaction.</summary>
    public async Task RefuseAsync(
        TenantDb db, string email, IReadOnlyCollection<Guid> topics, IReadOnlyCollection<Guid> refused, DateTime now, CancellationToken cancellationToken)
    {
        var hash = await tombstones.HashOfAsync(db, email, cancellationToken);
        await db.TopicRefusals.Where(r => r.Hash == hash && topics.Contains(r.TopicId) && !refused.Contains(r.TopicId)).ExecuteDeleteAsync(cancellationToken);
        var known = await db.TopicRefusals.Where(r => r.Hash == hash).Select(r => r.TopicId).ToListAsync(cancellationToken);
        db.TopicRefusals.AddRange(refused.Except(known).Select(t => new TopicRefusal { Hash = hash, TopicId = t, At = now }));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Forgets whose address it was and keeps that it is closed; for the erasure of a person.</summary>
    public static Task ForgetAsync(TenantDb db, string email, CancellationToken cancellationToken) =>
        db.Suppressions.Where(s => s.Email == email).ExecuteUpdateAsync(s => s.SetProperty(x => x.Email, (string?)null), cancellationToken);
}
