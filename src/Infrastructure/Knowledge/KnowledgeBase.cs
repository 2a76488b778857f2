using System.Security.Cryptography;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Knowledge;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Knowledge;

/// <summary>Documents of the current tenant: taken in, replaced, deleted without trace.</summary>
public sealed class KnowledgeBase(IDbContextFactory<TenantDb> databases, TenantWrites writes, KnowledgeEmbedding embedding, TimeProvider time)
{
    /// <summary>Most documents of a tenant.</summary>
    public const int MostDocuments = 500;

    /// <summary>Most pieces of a tenant's documents together.</summary>
    public const int MostChunks = 20_000;

    /// <summary>Most characters of a title.</summary>
    public const int LongestTitle = 200;

    /// <summary>A document of at most so many pieces is ready when its upload is answered; a larger one in the background.</summary>
    private const int AtOnce = 40;

    private const string Flag = "A document that it cites was changed or deleted: read it again, or write it anew.";

    public async Task<IReadOnlyList<KnowledgeDocument>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.KnowledgeDocuments.AsNoTracking().OrderBy(d => d.Title).ThenBy(d => d.Id).ToListAsync(cancellationToken);
    }

    public async Task<KnowledgeDocument?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.KnowledgeDocuments.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
    }

    /// <summary>Pieces of a document in reading order, without their vectors.</summary>
    public async Task<IReadOnlyList<KnowledgePieceRow>> ChunksAsync(Guid id, int skip, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.KnowledgeChunks.AsNoTracking().Where(c => c.DocumentId == id).OrderBy(c => c.Position).Skip(skip).Take(take)
            .Select(c => new KnowledgePieceRow(c.Id, c.Position, c.Heading, c.Text)).ToListAsync(cancellationToken);
    }

    /// <summary>Takes a document in, or puts it in the place of another.</summary>
    /// <param name="file">Read to its end, at most <see cref="DocumentReader.Largest"/> bytes.</param>
    /// <param name="fileName">As the sender called it.</param>
    /// <param name="replaces">The document whose place it takes.</param>
    /// <param name="actor">See <see cref="KnowledgeDocument.CreatedBy"/>.</param>
    public async Task<KnowledgeSaved> AddAsync(Stream file, string fileName, Guid? replaces, string actor, CancellationToken cancellationToken = default)
    {
        byte[] bytes;
        IReadOnlyList<KnowledgePiece> pieces;
        DocumentKind kind;
        try
        {
            bytes = await ReadAllAsync(file, cancellationToken);
            var read = await Task.Run(() => DocumentReader.Read(bytes, fileName, cancellationToken), cancellationToken);
            (pieces, kind) = (KnowledgeSplitter.Split(read.Parts), read.Kind);
        }
        catch (UnusableFile e)
        {
            return new KnowledgeSaved(null, e.Message);
        }

        var title = Path.GetFileNameWithoutExtension(fileName) is { Length: > 0 } name ? name : "Document";
        title = FieldText(title);
        var saved = await writes.RunAsync(
            (db, ct) => StoreAsync(db, replaces, kind, bytes, title, FieldText(fileName), pieces, actor, ct), cancellationToken);
        if (saved.Document is { Chunks: <= AtOnce } small)
        {
            await embedding.RunAsync(small.Id, cancellationToken);
            return saved with { Document = await FindAsync(small.Id, cancellationToken) };
        }

        return saved;
    }

    public Task<bool> RenameAsync(Guid id, string title, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            await RaiseVersionAsync(db, ct);
            return await db.KnowledgeDocuments.Where(d => d.Id == id).ExecuteUpdateAsync(d => d.SetProperty(x => x.Title, FieldText(title)), ct) == 1;
        },
        cancellationToken);

    /// <summary>Removes a document with its pieces and vectors; drafts that cite it are marked.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        async (db, ct) =>
        {
            await RemoveChunksAsync(db, id, ct);
            await RaiseVersionAsync(db, ct);
            return await db.KnowledgeDocuments.Where(d => d.Id == id).ExecuteDeleteAsync(ct) == 1;
        },
        cancellationToken);

    private async Task<KnowledgeSaved> StoreAsync(
        TenantDb db, Guid? replaces, DocumentKind kind, byte[] bytes, string title, string fileName, IReadOnlyList<KnowledgePiece> pieces, string actor, CancellationToken ct)
    {
        await db.LockTenantAsync(ct);
        var hash = Convert.ToHexString(SHA256.HashData(bytes));
        if (await db.KnowledgeDocuments.AnyAsync(d => d.Hash == hash && d.Id != replaces, ct))
        {
            return new KnowledgeSaved(null, "This file is there already.");
        }

        var documents = await db.KnowledgeDocuments.CountAsync(ct);
        var chunks = await db.KnowledgeDocuments.Where(d => d.Id != replaces).SumAsync(d => d.Chunks, ct);
        if (replaces is null && documents >= MostDocuments)
        {
            return new KnowledgeSaved(null, $"There are {MostDocuments} documents, the most that fit. Delete one first.");
        }

        if (chunks + pieces.Count > MostChunks)
        {
            return new KnowledgeSaved(null, $"With this document there would be more than {MostChunks:N0} pieces. Delete another first.");
        }

        var now = time.GetUtcNow();
        var row = replaces is { } old ? await db.KnowledgeDocuments.SingleOrDefaultAsync(d => d.Id == old, ct) : null;
        if (replaces is not null && row is null)
        {
            return new KnowledgeSaved(null, "The document is not there any more.");
        }

        if (row is null)
        {
            row = new KnowledgeDocument
            {
                Id = Guid.CreateVersion7(now),
                Title = title,
                FileName = fileName,
                Kind = kind,
                Bytes = bytes.Length,
                Hash = hash,
                CreatedAt = now.UtcDateTime,
                ChangedAt = now.UtcDateTime,
                CreatedBy = actor,
            };
            db.KnowledgeDocuments.Add(row);
        }
        else
        {
            await RemoveChunksAsync(db, row.Id, ct);
            (row.FileName, row.Kind, row.Bytes, row.Hash, row.ChangedAt) = (fileName, kind, bytes.Length, hash, now.UtcDateTime);
            row.Revision++;
        }

        (row.State, row.Problem, row.Chunks, row.Embedded) = (DocumentState.Waiting, null, pieces.Count, 0);
        db.KnowledgeChunks.AddRange(pieces.Select((p, i) => new KnowledgeChunk
        {
            Id = Guid.CreateVersion7(now),
            DocumentId = row.Id,
            Position = i,
            Heading = p.Heading,
            Text = p.Text,
        }));
        await db.SaveChangesAsync(ct);
        await RaiseVersionAsync(db, ct);
        db.Raise(WorkKind.Knowledge);
        return new KnowledgeSaved(row, null);
    }

    /// <summary>Drafts that rest on pieces that go are marked in the same transaction: nobody approves them unread.</summary>
    private static async Task RemoveChunksAsync(TenantDb db, Guid document, CancellationToken cancellationToken)
    {
        var chunks = await db.KnowledgeChunks.Where(c => c.DocumentId == document).Select(c => c.Id).ToHashSetAsync(cancellationToken);
        var drafts = await db.OutreachMessages.Where(m => m.State == OutreachState.Draft || m.State == OutreachState.Approved).ToListAsync(cancellationToken);
        foreach (var draft in drafts.Where(d => d.Sentences.Any(s => s.Sources.Any(o => o.Kind == SourceKind.Knowledge && Guid.TryParse(o.Id, out var id) && chunks.Contains(id)))))
        {
            // Approved words that lost their source need a new yes.
            (draft.State, draft.StateReason, draft.ApprovedAt, draft.ApprovedBy) = (OutreachState.Draft, Flag, null, null);
            draft.Sentences = [.. draft.Sentences.Select(s => s with { Sources = [.. s.Sources.Where(o => !(Guid.TryParse(o.Id, out var id) && chunks.Contains(id)))] })];
            draft.Revision++;
        }

        await db.SaveChangesAsync(cancellationToken);
        await db.KnowledgeChunks.Where(c => c.DocumentId == document).ExecuteDeleteAsync(cancellationToken);
    }

    internal static Task RaiseVersionAsync(TenantDb db, CancellationToken cancellationToken) =>
        db.Meta.ExecuteUpdateAsync(m => m.SetProperty(x => x.KnowledgeVersion, x => x.KnowledgeVersion + 1), cancellationToken);

    private static string FieldText(string text)
    {
        var line = LeadGen.Pipeline.Preprocessing.TextCleaner.Clean(text).Replace('\n', ' ');
        return line.Length > LongestTitle ? line[..LongestTitle] : line.Length > 0 ? line : "Document";
    }

    private static async Task<byte[]> ReadAllAsync(Stream file, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (kept.Length + read > DocumentReader.Largest)
            {
                throw new UnusableFile($"The file is larger than {DocumentReader.Largest >> 20} MB. Split it, and upload the parts.");
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }
}

/// <summary>What came of taking a document in.</summary>
/// <param name="Document">As stored; null when it was not.</param>
/// <param name="Problem">Why not, in plain words, and what to do.</param>
public sealed record KnowledgeSaved(KnowledgeDocument? Document, string? Problem);

/// <summary>A piece of a document as people see it.</summary>
public sealed record KnowledgePieceRow(Guid Id, int Position, string Heading, string Text);
