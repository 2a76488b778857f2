using System.Runtime.InteropServices;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Pipeline.Embedding;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Knowledge;

/// <summary>Finds pieces of the current tenant's knowledge by meaning, exactly. There is no way to name another tenant here.</summary>
public sealed class KnowledgeSearch(IDbContextFactory<TenantDb> databases, CurrentTenant tenant, KnowledgeMemory memory, LeadEncoder encoder)
{
    /// <summary>Below this similarity a piece is about something else.</summary>
    public const double Floor = 0.25;

    /// <summary>The nearest pieces, best first.</summary>
    public async Task<IReadOnlyList<KnowledgeHit>> SearchAsync(string words, int limit, CancellationToken cancellationToken = default) =>
        Nearest(await HeldAsync(cancellationToken), (await encoder.EncodeAsync(words, cancellationToken)).Values, limit, cancellationToken);

    /// <summary>The nearest pieces to each vector, best first, none below <see cref="Floor"/>.</summary>
    internal async Task<IReadOnlyList<IReadOnlyList<KnowledgeHit>>> SearchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> vectors, int limit, CancellationToken cancellationToken)
    {
        var held = await HeldAsync(cancellationToken);
        return [.. vectors.Select(v => v.Length == 0 ? [] : Nearest(held, v, limit, cancellationToken).Where(h => h.Similarity >= Floor).ToList())];
    }

    private static List<KnowledgeHit> Nearest(KnowledgeMemory.Held held, ReadOnlyMemory<float> vector, int limit, CancellationToken cancellationToken) =>
        [.. ExactSearch.Search(held.Block, vector, limit, null, cancellationToken).Select(h => new KnowledgeHit(held.Pieces[h.Id], h.Score))];

    private async Task<KnowledgeMemory.Held> HeldAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var version = await db.Meta.Select(m => m.KnowledgeVersion).SingleAsync(cancellationToken);
        var copy = memory.Of(tenant.Id);
        if (copy.Now is { } fresh && fresh.Version == version && fresh.EncoderId == encoder.EncoderId)
        {
            return fresh;
        }

        await copy.Gate.WaitAsync(cancellationToken);
        try
        {
            if (copy.Now is { } other && other.Version == version && other.EncoderId == encoder.EncoderId)
            {
                return other;
            }

            var titles = await db.KnowledgeDocuments.AsNoTracking().ToDictionaryAsync(d => d.Id, d => d.Title, cancellationToken);
            var block = new VectorBlock(encoder.Dimensions);
            var pieces = new Dictionary<Guid, KnowledgeText>();
            await foreach (var chunk in db.KnowledgeChunks.AsNoTracking().Where(c => c.EncoderId == encoder.EncoderId).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                if (chunk.Vector is { Length: > 0 } bytes && titles.TryGetValue(chunk.DocumentId, out var title))
                {
                    block.Set(chunk.Id, MemoryMarshal.Cast<byte, float>(bytes));
                    pieces[chunk.Id] = new KnowledgeText(chunk.Id, chunk.DocumentId, title, chunk.Heading, chunk.Text);
                }
            }

            // Searches that hold the copy before go on with it; it is let go of with the last of them.
            return copy.Now = new KnowledgeMemory.Held(version, encoder.EncoderId, block, pieces);
        }
        finally
        {
            copy.Gate.Release();
        }
    }
}

/// <param name="Similarity">-1 to 1, larger is nearer.</param>
public sealed record KnowledgeHit(KnowledgeText Piece, double Similarity);
