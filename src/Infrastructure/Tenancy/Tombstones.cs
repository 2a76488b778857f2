using System.Security.Cryptography;
using System.Text;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tenancy;

/// <summary>
/// Remembers erased people without knowing them: HMAC-SHA256 of their identity under a key of this tenant alone. Every door that takes
/// leads in asks here.
/// </summary>
public sealed class Tombstones(CurrentTenant tenant, IDataProtectionProvider protection)
{
    private byte[]? key;

    /// <summary>Which of the leads belong to erased people.</summary>
    public async Task<IReadOnlySet<Lead>> FindAsync(TenantDb db, IReadOnlyCollection<Lead> leads, CancellationToken cancellationToken)
    {
        // Most tenants have none: one look spares the hashing.
        if (leads.Count == 0 || !await db.Tombstones.AnyAsync(cancellationToken))
        {
            return new HashSet<Lead>();
        }

        var secret = await KeyAsync(db, cancellationToken);
        var hashes = leads.Select(l => (Lead: l, Hashes: HashesOf(l, secret))).ToList();
        var asked = hashes.SelectMany(h => h.Hashes).ToList();
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in asked.Chunk(500))
        {
            var rows = await db.Tombstones.Where(t => part.Contains(t.Hash)).Select(t => t.Hash).ToListAsync(cancellationToken);
            found.UnionWith(rows.Select(Convert.ToHexString));
        }

        return hashes.Where(h => h.Hashes.Any(x => found.Contains(Convert.ToHexString(x)))).Select(h => h.Lead).ToHashSet();
    }

    /// <summary>Adds the tombstones of a lead that is being erased, in the caller's transaction.</summary>
    public async Task AddAsync(TenantDb db, Lead lead, DateTime now, CancellationToken cancellationToken)
    {
        foreach (var hash in HashesOf(lead, await KeyAsync(db, cancellationToken)))
        {
            if (!await db.Tombstones.AnyAsync(t => t.Hash == hash, cancellationToken))
            {
                db.Tombstones.Add(new Tombstone { Hash = hash, At = now });
            }
        }
    }

    /// <summary>The tenant's keyed hash of an address, the same that a tombstone of it has.</summary>
    /// <param name="email">Canonical.</param>
    /// <returns>32 bytes.</returns>
    public async Task<byte[]> HashOfAsync(TenantDb db, string email, CancellationToken cancellationToken) =>
        HMACSHA256.HashData(await KeyAsync(db, cancellationToken), Encoding.UTF8.GetBytes("e:" + email));

    /// <summary>A person is known by e-mail and by name at a company; a company without a person is nobody to erase.</summary>
    private static List<byte[]> HashesOf(Lead lead, byte[] secret)
    {
        var keys = new[] { lead.Email is null ? null : "e:" + lead.Email, lead.PersonKey };
        return [.. keys.Where(k => k is not null).Distinct().Select(k => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(k!)))];
    }

    private async Task<byte[]> KeyAsync(TenantDb db, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            var stored = await db.Meta.Select(m => m.HashKey).SingleAsync(cancellationToken);
            key = protection.CreateProtector(tenant.Id.Purpose("hash-key")).Unprotect(Convert.FromBase64String(stored));
        }

        return key;
    }
}
