using System.IO.Compression;
using System.Text.Json;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Backup;

/// <summary>Makes a tenant from a backup: under its old address or another, on SQLite or PostgreSQL, whichever it came from.</summary>
public sealed class TenantRestore(
    IDbContextFactory<CatalogDb> catalog,
    TenantDatabases databases,
    TenantProvisioning provisioning,
    IDataProtectionProvider protection,
    Owners owners,
    WorkBoard board)
{
    /// <summary>The tenant opens only when every row is in; a restore that failed leaves nothing behind.</summary>
    /// <exception cref="BackupException">The file is no backup, is damaged, or comes from a newer program.</exception>
    /// <returns>Null when the address is taken.</returns>
    public async Task<RestoredTenant?> ReadAsync(string slug, string path, CancellationToken cancellationToken = default)
    {
        await using var zip = await OpenAsync(path, cancellationToken);
        var manifest = await ManifestAsync(zip, cancellationToken);
        var tenant = await provisioning.RestoreAsync(slug, manifest.Name, t => FillAsync(t, zip, manifest, cancellationToken), cancellationToken);
        return tenant is null ? null : await LetInAsync(tenant, manifest, cancellationToken);
    }

    private static async Task<ZipArchive> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ZipFile.OpenReadAsync(path, cancellationToken);
        }
        catch (InvalidDataException damaged)
        {
            throw new BackupException("The file is no backup of LeadGen, or it is damaged.", damaged);
        }
    }

    private static async Task<BackupManifest> ManifestAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        var entry = zip.GetEntry(BackupManifest.Entry) ?? throw new BackupException("The file is no backup of LeadGen: it has no manifest.");
        await using var stream = await entry.OpenAsync(cancellationToken);
        try
        {
            var manifest = (await JsonSerializer.DeserializeAsync<BackupManifest>(stream, Data.StoredJson.Options, cancellationToken))!;
            return manifest.Format == BackupManifest.CurrentFormat
                ? manifest
                : throw new BackupException($"The backup has format {manifest.Format}; this version reads {BackupManifest.CurrentFormat}.");
        }
        catch (JsonException damaged)
        {
            throw new BackupException("The backup's manifest cannot be read.", damaged);
        }
    }

    private async Task FillAsync(Tenant tenant, ZipArchive zip, BackupManifest manifest, CancellationToken cancellationToken)
    {
        await using var db = databases.Open(tenant.TenantId);
        if (!db.Database.GetMigrations().Any(m => m.Split('_')[^1] == manifest.Schema))
        {
            throw new BackupException("The backup was made by a newer version of LeadGen. Update this installation first.");
        }

        var json = BackupTables.Json(db);
        foreach (var table in BackupTables.Of(db))
        {
            var name = table.GetTableName()!;
            if (!manifest.Rows.TryGetValue(name, out var expected))
            {
                // A table that is younger than the backup.
                continue;
            }

            var found = await ReadTableAsync(db, zip, table, json, cancellationToken);
            if (found != expected)
            {
                throw new BackupException($"The backup is damaged: {name} has {found} rows instead of {expected}.");
            }
        }

        var secret = protection.CreateProtector(tenant.TenantId.Purpose("hash-key")).Protect(manifest.HashKey);
        await db.Meta.ExecuteUpdateAsync(
            m => m.SetProperty(x => x.HashKey, Convert.ToBase64String(secret)).SetProperty(x => x.ScoringEpoch, manifest.ScoringEpoch)
                .SetProperty(x => x.Settings, manifest.Settings).SetProperty(x => x.VectorVersion, db.Vectors.Max(v => (long?)v.Version) ?? 0),
            cancellationToken);
        await UnpackUploadsAsync(tenant, zip, cancellationToken);
    }

    private static async Task<long> ReadTableAsync(
        TenantDb db, ZipArchive zip, Microsoft.EntityFrameworkCore.Metadata.IEntityType table, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        var name = table.GetTableName()!;
        var entry = zip.GetEntry(BackupManifest.TableEntry(name)) ?? throw new BackupException($"The backup is damaged: it has no rows of {name}.");
        try
        {
            await using var stream = await entry.OpenAsync(cancellationToken);
            return await BackupTables.ReadAsync(db, table, stream, json, cancellationToken);
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidDataException)
        {
            throw new BackupException($"The backup is damaged: a row of {name} cannot be read.", damaged);
        }
    }

    private async Task UnpackUploadsAsync(Tenant tenant, ZipArchive zip, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(databases.Folder(tenant.TenantId), ImportFiles.FolderName)).FullName;
        foreach (var entry in zip.Entries.Where(e => e.FullName.StartsWith(ImportFiles.FolderName + "/", StringComparison.Ordinal)))
        {
            // The name alone: whatever else a forged entry claims to be, it lands in this folder.
            await entry.ExtractToFileAsync(Path.Combine(folder, Path.GetFileName(entry.FullName)), overwrite: true, cancellationToken);
        }
    }

    private async Task<RestoredTenant> LetInAsync(Tenant tenant, BackupManifest manifest, CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var hashes = manifest.Keys.Select(k => k.Hash).ToList();
        var taken = await db.ApiKeys.Where(k => hashes.Contains(k.Hash)).Select(k => k.Id).ToHashSetAsync(cancellationToken);
        db.ApiKeys.AddRange(manifest.Keys.Where(k => !taken.Contains(k.Id)).Select(k => new ApiKey
        {
            Id = k.Id,
            TenantId = tenant.Id,
            Name = k.Name,
            Hash = k.Hash,
            Ending = k.Ending,
            Scopes = k.Scopes,
            CreatedAt = k.CreatedAt,
            ExpiresAt = k.ExpiresAt,
            LastUsedAt = k.LastUsedAt,
            RevokedAt = k.RevokedAt,
        }));
        await db.SaveChangesAsync(cancellationToken);
        var passwords = new List<(string Email, string Password)>();
        var strangers = new List<string>();
        foreach (var member in manifest.Members)
        {
            if (member.Role == MemberRole.Owner)
            {
                if (await owners.EnsureAsync(tenant, member.Email, null, cancellationToken) is { } password)
                {
                    passwords.Add((member.Email, password));
                }
            }
            else if (!await JoinAsync(db, tenant, member, cancellationToken))
            {
                strangers.Add(member.Email);
            }
        }

        foreach (var kind in Enum.GetValues<WorkKind>())
        {
            await board.RaiseAsync(tenant.TenantId, kind, cancellationToken);
        }

        return new RestoredTenant(tenant, manifest, passwords, strangers, taken.Count);
    }

    private static async Task<bool> JoinAsync(CatalogDb db, Tenant tenant, BackedUpMember member, CancellationToken cancellationToken)
    {
        var normalized = member.Email.ToUpperInvariant();
        var id = await db.Users.Where(u => u.NormalizedEmail == normalized).Select(u => (Guid?)u.Id).SingleOrDefaultAsync(cancellationToken);
        if (id is not { } user)
        {
            return false;
        }

        db.Memberships.Add(new Membership { TenantId = tenant.Id, UserId = user, Role = member.Role, Since = member.Since });
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}

/// <summary>A tenant that came from a backup.</summary>
/// <param name="Tenant">Open for work.</param>
/// <param name="Manifest">What was in the file.</param>
/// <param name="Passwords">Owners who had no account here, with the password made for each.</param>
/// <param name="Strangers">Other members without an account here: to be invited again.</param>
/// <param name="KeysTaken">API keys that still open the tenant they came from, and were left there.</param>
public sealed record RestoredTenant(
    Tenant Tenant,
    BackupManifest Manifest,
    IReadOnlyList<(string Email, string Password)> Passwords,
    IReadOnlyList<string> Strangers,
    int KeysTaken);
