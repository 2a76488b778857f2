using System.Security.Cryptography;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Imports of the current tenant: queued, watched, cancelled, taken back.</summary>
public sealed class Imports(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, ImportFiles files, WorkBoard board, CurrentTenant tenant, TimeProvider time)
{
    /// <inheritdoc cref="QueueAsync(Stream, string, Func{CancellationToken, Task{ImportSettings}}, string, CancellationToken)"/>
    public Task<Import> QueueAsync(
        Stream content, string fileName, ImportSettings settings, string actor, CancellationToken cancellationToken = default) =>
        QueueAsync(content, fileName, _ => Task.FromResult(settings), actor, cancellationToken);

    /// <summary>
    /// Makes the file durable, looks at its head, and queues it. The stream is copied as it comes, never held in memory.
    /// </summary>
    /// <param name="settings">Asked for once the content has been read to its end: in an upload they may stand behind it.</param>
    /// <returns>The queued import.</returns>
    /// <exception cref="UnusableFile">Nothing can be read from it; nothing is kept.</exception>
    /// <exception cref="MappingException">The mapping names a column or field that is not there; nothing is kept.</exception>
    public async Task<Import> QueueAsync(
        Stream content,
        string fileName,
        Func<CancellationToken, Task<ImportSettings>> settings,
        string actor,
        CancellationToken cancellationToken = default)
    {
        var import = New(fileName, actor, time.GetUtcNow());
        var path = files.PathOf(import.Id);
        try
        {
            (import.FileBytes, import.FileHash) = await SaveAsync(content, path, cancellationToken);
            import.Settings = Inspect(path, fileName, await settings(cancellationToken), cancellationToken);
            await EnqueueAsync(import, cancellationToken);
            return import;
        }
        catch
        {
            // It may have failed after the commit: then the import has its file and goes on.
            if (await FindAsync(import.Id, CancellationToken.None) is null)
            {
                File.Delete(path);
            }

            throw;
        }
    }

    public async Task<ImportProgress?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var import = await db.Imports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id && i.State != ImportState.Draft, cancellationToken);
        return import is null ? null : new ImportProgress(import, await ScoredAsync(db, id, cancellationToken));
    }

    /// <summary>Newest first; drafts are not among them.</summary>
    public Task<IReadOnlyList<Import>> ListAsync(int most = 100, CancellationToken cancellationToken = default) => ListAsync("", most, cancellationToken);

    /// <inheritdoc cref="ListAsync(int, CancellationToken)"/>
    /// <param name="named">Part of the file's name, in any case; empty for all.</param>
    public async Task<IReadOnlyList<Import>> ListAsync(string named, int most = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Named(db, named).AsNoTracking().OrderByDescending(i => i.CreatedAt).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>Stops reading; what is stored stays and is scored. Too late once every row is stored.</summary>
    public Task<ImportVerdict> CancelAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var cancelled = await db.Imports
                .Where(i => i.Id == id && i.StoredAt == null)
                .Where(i => i.State == ImportState.Queued || i.State == ImportState.Running || i.State == ImportState.Paused)
                .ExecuteUpdateAsync(
                    i => i.SetProperty(x => x.State, ImportState.Cancelled).SetProperty(x => x.FinishedAt, now)
                        .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null),
                    ct);
            return cancelled == 1 ? ImportVerdict.Done
                : await db.Imports.AnyAsync(i => i.Id == id, ct) ? ImportVerdict.TooLate : ImportVerdict.NotFound;
        },
        cancellationToken);

    /// <summary>
    /// Takes an ended import back: leads that it created and nobody touched since go, fields that it changed return to what they were.
    /// Works in portions, each harmless to repeat: interrupted, it is finished by asking again.
    /// </summary>
    public Task<ImportVerdict> RevertAsync(Guid id, string actor, CancellationToken cancellationToken = default) =>
        RevertAsync(id, actor, null, cancellationToken);

    /// <inheritdoc cref="RevertAsync(Guid, string, CancellationToken)"/>
    /// <param name="looked">Hears how many lines of the import's history were looked at.</param>
    public async Task<ImportVerdict> RevertAsync(Guid id, string actor, IProgress<long>? looked, CancellationToken cancellationToken = default)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var import = await db.Imports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
            if (import is null or { State: ImportState.Draft })
            {
                return ImportVerdict.NotFound;
            }

            if (import.State is ImportState.Queued or ImportState.Running or ImportState.Paused)
            {
                return ImportVerdict.TooEarly;
            }
        }

        long last = 0;
        long lines = 0;
        while (await RevertPortionAsync(id, actor, last, cancellationToken) is { } reached)
        {
            last = reached.Last;
            looked?.Report(lines += reached.Lines);
        }

        await writes.RunAsync(
            (db, ct) => db.Imports.Where(i => i.Id == id).ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ImportState.Reverted), ct),
            cancellationToken);
        return ImportVerdict.Done;
    }

    private Task<(long Last, int Lines)?> RevertPortionAsync(Guid id, string actor, long after, CancellationToken cancellationToken) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Leads,
        () => writes.RunAsync(
            async (db, ct) =>
            {
                var portion = await db.LeadChanges.Where(c => c.ImportId == id && c.Id > after).OrderBy(c => c.Id).Take(1_000).ToListAsync(ct);
                if (portion.Count == 0)
                {
                    return ((long, int)?)null;
                }

                var ids = portion.Select(c => c.LeadId).Distinct().ToList();
                var leads = await db.Leads.Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ForUpdate().ToListAsync(ct);
                var keys = leads.ToDictionary(l => l.Id, l => l.IdentityKey);
                var history = await db.LeadChanges.AsNoTracking().Where(c => ids.Contains(c.LeadId)).OrderBy(c => c.Id).ToListAsync(ct);
                var plan = LeadRevert.Plan(id, history, leads, time.GetUtcNow().UtcDateTime, actor);
                await LeadErasure.RemoveAsync(db, [.. plan.Deleted.Select(l => l.Id)], ct);
                await LeadEvents.DeletedAsync(db, [.. plan.Deleted.Select(l => l.Id)], time.GetUtcNow().UtcDateTime, ct);
                await KeepTakenKeysAsync(db, plan.Changed, keys, ct);
                db.LeadChanges.AddRange(plan.Changes);
                await db.SaveChangesAsync(ct);
                return (portion[^1].Id, portion.Count);
            },
            cancellationToken),
        cancellationToken);

    private static IQueryable<Import> Named(TenantDb db, string named)
    {
        var imports = db.Imports.Where(i => i.State != ImportState.Draft);
        var pattern = "%" + named.Trim().Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
        return pattern == "%%" ? imports
            : db.Database.IsSqlite() ? imports.Where(i => EF.Functions.Like(i.FileName, pattern, @"\"))
            : imports.Where(i => EF.Functions.ILike(i.FileName, pattern, @"\"));
    }

    /// <summary>A lead whose former key somebody else has by now keeps the one it has.</summary>
    private static async Task KeepTakenKeysAsync(
        TenantDb db, IReadOnlyList<Lead> changed, Dictionary<Guid, string> present, CancellationToken cancellationToken)
    {
        var moved = changed.Where(l => l.IdentityKey != present[l.Id]).ToList();
        if (moved.Count == 0)
        {
            return;
        }

        var wanted = moved.Select(l => l.IdentityKey).Distinct().ToList();
        var taken = await db.Leads.AsNoTracking().Where(l => wanted.Contains(l.IdentityKey)).Select(l => l.IdentityKey).ToListAsync(cancellationToken);
        var free = wanted.Except(taken).ToHashSet(StringComparer.Ordinal);
        foreach (var lead in moved.Where(l => !free.Remove(l.IdentityKey)))
        {
            lead.IdentityKey = present[lead.Id];
        }
    }

    internal static Import New(string fileName, string actor, DateTimeOffset now)
    {
        return new Import
        {
            Id = Guid.CreateVersion7(now),
            FileName = Path.GetFileName(fileName.Replace('\\', '/')),
            Actor = actor,
            CreatedAt = now.UtcDateTime,
        };
    }

    private Task EnqueueAsync(Import import, CancellationToken cancellationToken) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Imports,
        () => writes.RunAsync(
            async (db, ct) =>
            {
                db.Imports.Add(import);
                await db.SaveChangesAsync(ct);
                return true;
            },
            cancellationToken),
        cancellationToken);

    /// <summary>What was found and mapped is fixed here, so that a resumed import reads its file as the first run did.</summary>
    private static ImportSettings Inspect(string path, string fileName, ImportSettings settings, CancellationToken cancellationToken)
    {
        var inspection = FileInspection.Of(File.OpenRead(path), fileName, settings, cancellationToken);
        return inspection.Problems.Count == 0 ? inspection.Settle(settings) : throw new MappingException(inspection.Problems);
    }

    /// <summary>On the disk before anyone is told 202.</summary>
    internal static async Task<(long Bytes, string Hash)> SaveAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var buffer = new byte[1 << 16];
        long bytes = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            bytes += read;
        }

        file.Flush(flushToDisk: true);
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static Task<int> ScoredAsync(TenantDb db, Guid id, CancellationToken cancellationToken) =>
        db.Leads.CountAsync(l => l.ImportId == id && l.Stage == LeadStage.Scored, cancellationToken);
}

/// <summary>An import and how many of its leads are scored by now.</summary>
public sealed record ImportProgress(Import Import, int Scored);

/// <summary>The mapping names columns or fields that are not there.</summary>
public sealed class MappingException(IReadOnlyList<FieldProblem> problems) : Exception(string.Join(" ", problems.Select(p => p.Reason)))
{
    public IReadOnlyList<FieldProblem> Problems { get; } = problems;
}

public enum ImportVerdict
{
    Done,
    NotFound,

    /// <summary>Every row is stored already: revert instead.</summary>
    TooLate,

    /// <summary>Still running: cancel first.</summary>
    TooEarly,
}
