using System.Data;
using System.IO.Compression;
using System.Text.Json;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Backup;

/// <summary>Writes one tenant, whole, to one file, beside a live portal: one moment's state, in constant memory.</summary>
public sealed class TenantBackup(
    IDbContextFactory<CatalogDb> catalog, TenantDatabases databases, IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>The file is there only when it is whole; it holds personal data and secrets, and only its owner may read it.</summary>
    public async Task<BackupManifest> WriteAsync(Tenant tenant, string path, CancellationToken cancellationToken = default)
    {
        var unfinished = path + ".partial";
        try
        {
            BackupManifest manifest;
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var file = new FileStream(unfinished, options))
            {
                manifest = await WriteAsync(tenant, file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return manifest;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private async Task<BackupManifest> WriteAsync(Tenant tenant, Stream file, CancellationToken cancellationToken)
    {
        await using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);

        // Opened before the moment is fixed: an upload that is read to its end meanwhile is deleted, and stays readable here.
        var uploads = Uploads(tenant);
        try
        {
            return await WriteAsync(tenant, zip, uploads, cancellationToken);
        }
        finally
        {
            uploads.ForEach(u => u.Dispose());
        }
    }

    private async Task<BackupManifest> WriteAsync(
        Tenant tenant, ZipArchive zip, IReadOnlyList<FileStream> uploads, CancellationToken cancellationToken)
    {
        await using var db = databases.Open(tenant.TenantId);
        await using var snapshot = await SnapshotAsync(db, cancellationToken);
        var meta = await db.Meta.AsNoTracking().SingleAsync(cancellationToken);
        var json = BackupTables.Json(db);
        var rows = new Dictionary<string, long>();
        foreach (var table in BackupTables.Of(db))
        {
            await using var entry = await zip.CreateEntry(BackupManifest.TableEntry(table.GetTableName()!), CompressionLevel.Fastest)
                .OpenAsync(cancellationToken);
            rows[table.GetTableName()!] = await BackupTables.WriteAsync(db, table, entry, json, cancellationToken);
        }

        foreach (var upload in uploads)
        {
            await using var entry = await zip.CreateEntry($"{ImportFiles.FolderName}/{Path.GetFileName(upload.Name)}", CompressionLevel.Fastest)
                .OpenAsync(cancellationToken);
            await upload.CopyToAsync(entry, cancellationToken);
        }

        var (members, keys) = await PeopleAsync(tenant, cancellationToken);
        var manifest = new BackupManifest(
            BackupManifest.CurrentFormat,
            (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Last().Split('_')[^1],
            tenant.Slug,
            tenant.Name,
            time.GetUtcNow().UtcDateTime,
            protection.CreateProtector(tenant.TenantId.Purpose("hash-key")).Unprotect(Convert.FromBase64String(meta.HashKey)),
            meta.ScoringEpoch,
            meta.Settings,
            members,
            keys,
            rows);
        await using var head = await zip.CreateEntry(BackupManifest.Entry).OpenAsync(cancellationToken);
        await JsonSerializer.SerializeAsync(head, manifest, json, cancellationToken);
        return manifest;
    }

    /// <summary>Sees one moment of the database, and keeps no writer waiting.</summary>
    private static async Task<IAsyncDisposable> SnapshotAsync(TenantDb db, CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
        {
            return await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        }

        await db.Database.OpenConnectionAsync(cancellationToken);
        var reading = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        await db.Database.UseTransactionAsync(reading, cancellationToken);
        return reading;
    }

    private List<FileStream> Uploads(Tenant tenant)
    {
        var folder = new DirectoryInfo(Path.Combine(databases.Folder(tenant.TenantId), ImportFiles.FolderName));
        return folder.Exists ? [.. folder.GetFiles().Select(f => f.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))] : [];
    }

    private async Task<(List<BackedUpMember> Members, List<Access.ApiKey> Keys)> PeopleAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        await using var db = await catalog.CreateDbContextAsync(cancellationToken);
        var members = await db.Memberships.Where(m => m.TenantId == tenant.Id)
            .Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new BackedUpMember(u.Email!, u.DisplayName, m.Role, m.Since))
            .ToListAsync(cancellationToken);
        return (members, await db.ApiKeys.AsNoTracking().Where(k => k.TenantId == tenant.Id).ToListAsync(cancellationToken));
    }
}
