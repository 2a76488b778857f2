using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Access;

/// <summary>Keys of the current tenant: made (shown once), listed, revoked.</summary>
public sealed class ApiKeys(IDbContextFactory<CatalogDb> catalog, CurrentTenant tenant, ApiKeyLookup lookup, TimeProvider time)
{
    /// <returns>The key in full, which is never to be seen again, and its row.</returns>
    public async Task<(string Key, ApiKey Row)> CreateAsync(
        string name, IReadOnlyList<string> scopes, DateTime? expiresAt = null, CancellationToken cancellationToken = default)
    {
        if (scopes.Except(Scopes.All).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"There is no scope '{unknown}'. Scopes: {string.Join(", ", Scopes.All)}.", nameof(scopes));
        }

        var key = ApiKeyText.Create();
        var now = time.GetUtcNow();
        var row = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            TenantId = tenant.Id.Value,
            Name = name,
            Hash = ApiKeyText.Hash(key),
            Ending = key[^4..],
            Scopes = [.. scopes.Distinct()],
            CreatedAt = now.UtcDateTime,
            ExpiresAt = expiresAt,
        };
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        db.ApiKeys.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        return (key, row);
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        return await db.ApiKeys.AsNoTracking().Where(k => k.TenantId == tenant.Id.Value).OrderBy(k => k.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Shut here at once, on other nodes within <see cref="ApiKeyLookup.Lifetime"/>.</summary>
    public async Task<bool> RevokeAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var revoked = await db.ApiKeys.Where(k => k.Id == id && k.TenantId == tenant.Id.Value && k.RevokedAt == null)
            .ExecuteUpdateAsync(k => k.SetProperty(x => x.RevokedAt, now), cancellationToken);
        lookup.Forget();
        return revoked == 1;
    }
}

/// <summary>Finds the live key behind a bearer token; an answer is at most <see cref="Lifetime"/> old.</summary>
public sealed class ApiKeyLookup(IDbContextFactory<CatalogDb> catalog, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan UseGrain = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (ApiKey Key, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    /// <summary>Null when the text is no key, or the key is unknown, revoked or expired.</summary>
    public async Task<ApiKey?> FindAsync(string text, CancellationToken cancellationToken = default)
    {
        // The checksum spares the database strangers' guesses.
        if (!ApiKeyText.IsWellFormed(text))
        {
            return null;
        }

        var now = time.GetUtcNow();
        var hash = ApiKeyText.Hash(text);
        var id = Convert.ToHexString(hash);
        if (known.TryGetValue(id, out var hit) && hit.Until > now)
        {
            return hit.Key;
        }

        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var key = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Hash == hash, cancellationToken);
        if (key is null || key.RevokedAt is not null || key.ExpiresAt <= now.UtcDateTime)
        {
            known.TryRemove(id, out _);
            return null;
        }

        if (key.LastUsedAt is null || now.UtcDateTime - key.LastUsedAt > UseGrain)
        {
            await db.ApiKeys.Where(k => k.Id == key.Id)
                .ExecuteUpdateAsync(k => k.SetProperty(x => x.LastUsedAt, now.UtcDateTime), cancellationToken);
        }

        known[id] = (key, now + Lifetime);
        return key;
    }

    internal void Forget() => known.Clear();
}

/// <summary><c>lg_live_</c>, 43 characters of 256 random bits, 6 hex characters of checksum.</summary>
public static class ApiKeyText
{
    public const string Prefix = "lg_live_";
    private const int Body = 43;
    private const int Check = 6;

    public static string Create()
    {
        var body = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return Prefix + body + Checksum(body);
    }

    public static bool IsWellFormed(string text) =>
        text.Length == Prefix.Length + Body + Check
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && Checksum(text.Substring(Prefix.Length, Body)) == text[^Check..];

    /// <summary>A fast hash is right here: there is nothing to guess in 256 random bits.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string Checksum(string body) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))[..Check];
}
