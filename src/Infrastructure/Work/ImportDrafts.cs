using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Files that were uploaded and are being looked at: kept until somebody starts or discards them, or nobody came back for a day.</summary>
public sealed class ImportDrafts(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, ImportFiles files, WorkBoard board, CurrentTenant tenant, TimeProvider time)
{
    /// <summary>Makes the file durable and looks at its head. The stream is copied as it comes, never held in memory.</summary>
    /// <param name="like">An earlier import whose settings are taken over as far as they fit this file.</param>
    /// <exception cref="UnusableFile">Nothing can be read from it; nothing is kept.</exception>
    public async Task<Import> CreateAsync(Stream content, string fileName, Guid? like, string actor, CancellationToken cancellationToken = default)
    {
        var draft = Imports.New(fileName, actor, time.GetUtcNow());
        draft.State = ImportState.Draft;
        var path = files.PathOf(draft.Id);
        try
        {
            (draft.FileBytes, draft.FileHash) = await Imports.SaveAsync(content, path, cancellationToken);
            var carried = like is { } id ? (await FindAnyAsync(id, cancellationToken))?.Settings : null;
            draft.Settings = await Task.Run(() => Fit(path, fileName, carried, cancellationToken), cancellationToken);
            await writes.RunAsync(
                async (db, ct) =>
                {
                    db.Imports.Add(draft);
                    await db.SaveChangesAsync(ct);
                },
                cancellationToken);
            return draft;
        }
        catch
        {
            // It may have failed after the commit: then the draft has its file.
            if (await FindAnyAsync(draft.Id, CancellationToken.None) is null)
            {
                File.Delete(path);
            }

            throw;
        }
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Import>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Imports.AsNoTracking().Where(i => i.State == ImportState.Draft).OrderByDescending(i => i.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>The draft, or null when it was started, discarded or never was.</summary>
    public async Task<Import?> FindAsync(Guid id, CancellationToken cancellationToken = default) =>
        await FindAnyAsync(id, cancellationToken) is { State: ImportState.Draft } draft ? draft : null;

    /// <summary>The file as these settings read it.</summary>
    /// <exception cref="UnusableFile">It cannot be read this way.</exception>
    public Task<DraftReading> ReadAsync(Import draft, ImportSettings settings, CancellationToken cancellationToken = default) => Task.Run(
        () =>
        {
            files.Touch(draft.Id);
            return DraftReading.Of(Open(draft.Id), draft.FileName, settings, time.GetUtcNow().UtcDateTime, cancellationToken);
        },
        cancellationToken);

    /// <summary>Counts the rows to the file's end, in constant memory, and keeps the number with the draft.</summary>
    /// <param name="draft">Its settings say how the file is read.</param>
    /// <param name="soFar">Hears rows, and the share of the file when that can be told.</param>
    public async Task<long> CountAsync(Import draft, IProgress<(long Rows, double? Share)> soFar, CancellationToken cancellationToken = default)
    {
        var rows = await Task.Run(() => Count(draft, soFar, cancellationToken), cancellationToken);
        await writes.RunAsync(
            async (db, ct) =>
            {
                if (await TakeAsync(db, draft.Id, ct) is { } stored && ReadsSame(stored.Settings, draft.Settings))
                {
                    stored.Settings = stored.Settings with { RowCount = rows };
                    await db.SaveChangesAsync(ct);
                }
            },
            cancellationToken);
        return rows;
    }

    /// <summary>Whether both read the same rows out of a file, whatever becomes of them.</summary>
    public static bool ReadsSame(ImportSettings one, ImportSettings other) =>
        (one.Encoding, one.Delimiter, one.Sheet, one.Header) == (other.Encoding, other.Delimiter, other.Sheet, other.Header);

    /// <summary>Keeps other settings, unless somebody else changed them since they were shown.</summary>
    public Task<DraftVerdict> ChangeAsync(Guid id, ImportSettings shown, ImportSettings wanted, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            var stored = await TakeAsync(db, id, ct);
            if (stored is null || !IsSame(stored.Settings, shown))
            {
                return stored is null ? DraftVerdict.Gone : DraftVerdict.Changed;
            }

            stored.Settings = wanted;
            await db.SaveChangesAsync(ct);
            return DraftVerdict.Done;
        },
        cancellationToken);

    /// <summary>Queues it with the settings that were shown, everything that was found fixed in them. Of two who start it one does.</summary>
    public async Task<DraftVerdict> StartAsync(Import draft, ImportSettings shown, CancellationToken cancellationToken = default)
    {
        var reading = await ReadAsync(draft, shown, cancellationToken);
        return await board.AnnounceAsync(
            tenant.Id,
            WorkKind.Imports,
            () => writes.RunAsync(
                async (db, ct) =>
                {
                    var stored = await TakeAsync(db, draft.Id, ct);
                    if (stored is null || !IsSame(stored.Settings, shown))
                    {
                        return stored is null ? DraftVerdict.Gone : DraftVerdict.Changed;
                    }

                    stored.Settings = reading.Settle(stored.Settings);
                    stored.State = ImportState.Queued;
                    await db.SaveChangesAsync(ct);
                    return DraftVerdict.Done;
                },
                cancellationToken),
            cancellationToken);
    }

    /// <returns>False when it was no draft any more.</returns>
    public async Task<bool> DiscardAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var gone = await writes.RunAsync(
            (db, ct) => db.Imports.Where(i => i.Id == id && i.State == ImportState.Draft).ExecuteDeleteAsync(ct), cancellationToken) == 1;
        if (gone)
        {
            File.Delete(files.PathOf(id));
        }

        return gone;
    }

    /// <summary>Discards what nobody looked at for a day.</summary>
    public async Task DropAbandonedAsync(CancellationToken cancellationToken)
    {
        foreach (var draft in await ListAsync(cancellationToken))
        {
            if (files.IsAbandoned(draft.Id))
            {
                await DiscardAsync(draft.Id, cancellationToken);
            }
        }
    }

    internal FileStream Open(Guid id) => File.OpenRead(files.PathOf(id));

    /// <summary>Settings of an earlier import when this file has its columns; what was found, so that no later look searches the whole file for it again.</summary>
    private static ImportSettings Fit(string path, string fileName, ImportSettings? carried, CancellationToken cancellationToken)
    {
        var plain = (carried ?? new ImportSettings { StopWhenBad = true }) with { RowCount = null };
        if (carried is not null && TryRead(path, fileName, plain, cancellationToken) is { Missing.Count: 0 })
        {
            return plain;
        }

        plain = plain with { Encoding = null, Delimiter = null, Sheet = null, Header = null };
        using var table = TableFile.Open(File.OpenRead(path), fileName, plain, cancellationToken);
        return plain with { Encoding = table.Format.Encoding };
    }

    private static DraftReading? TryRead(string path, string fileName, ImportSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return DraftReading.Of(File.OpenRead(path), fileName, settings, DateTime.UnixEpoch, cancellationToken);
        }
        catch (UnusableFile)
        {
            // Another encoding or sheet than last time: it is looked at afresh.
            return null;
        }
    }

    private long Count(Import draft, IProgress<(long Rows, double? Share)> soFar, CancellationToken cancellationToken)
    {
        const int step = 20_000;
        var file = Open(draft.Id);
        using var table = TableFile.Open(file, draft.FileName, draft.Settings, cancellationToken);
        long before;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            before = table.Number;
            table.Skip(step, cancellationToken);
            soFar.Report((table.Number, table.Format.Kind == TableKind.Text && file.CanRead ? (double)file.Position / Math.Max(1, file.Length) : null));
        }
        while (table.Number == before + step);
        return table.Number;
    }

    private static Task<Import?> TakeAsync(TenantDb db, Guid id, CancellationToken cancellationToken) =>
        db.Imports.AsTracking().Where(i => i.Id == id && i.State == ImportState.Draft).ForUpdate().SingleOrDefaultAsync(cancellationToken);

    private async Task<Import?> FindAnyAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Imports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
    }

    private static bool IsSame(ImportSettings one, ImportSettings other) => Text(one) == Text(other);

    private static string Text(ImportSettings settings) => JsonSerializer.Serialize(settings with { RowCount = null });
}

public enum DraftVerdict
{
    Done,

    /// <summary>Started or discarded meanwhile.</summary>
    Gone,

    /// <summary>Somebody else changed the settings since they were shown.</summary>
    Changed,
}
