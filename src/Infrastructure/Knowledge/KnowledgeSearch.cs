using System.Runtime.InteropServices;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Knowledge;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Knowledge;

/// <summary>
/// Finds pieces of the current tenant's knowledge by meaning and by words, exactly: every piece is looked at. There is no way to name another
/// tenant here. Relevance is the cosine of the vectors plus <see cref="KeywordWeight"/> times the score of <see cref="KeywordIndex"/>.
/// </summary>
public sealed class KnowledgeSearch(IDbContextFactory<TenantDb> databases, CurrentTenant tenant, KnowledgeMemory memory, LeadEncoder encoder)
{
    /// <summary>Below this relevance a piece is about something else. Measured: see docs/outreach.md.</summary>
    public const double Floor = 0.4;

    private const double KeywordWeight = 0.5;

    /// <summary>The pieces that answer a question best, best first.</summary>
    public async Task<IReadOnlyList<KnowledgeHit>> SearchAsync(string words, int limit, CancellationToken cancellationToken = default) =>
        Nearest(await HeldAsync(cancellationToken), new KnowledgeQuery((await encoder.EncodeAsync(words, cancellationToken)).Values, words), limit, cancellationToken);

    /// <summary>The pieces that fit each query best, best first, none below <see cref="Floor"/>.</summary>
    internal async Task<IReadOnlyList<IReadOnlyList<KnowledgeHit>>> SearchAsync(
        IReadOnlyList<KnowledgeQuery> queries, int limit, CancellationToken cancellationToken)
    {
        var held = await HeldAsync(cancellationToken);
        return [.. queries.Select(q => q.Vector.Length == 0 ? [] : Nearest(held, q, limit, cancellationToken).Where(h => h.Relevance >= Floor).ToList())];
    }

    private static List<KnowledgeHit> Nearest(KnowledgeMemory.Held held, KnowledgeQuery query, int limit, CancellationToken cancellationToken)
    {
        var extra = held.Keywords.Score(query.Words).ToDictionary(s => s.Key, s => (float)(KeywordWeight * s.Value));
        return [.. ExactSearch.Search(held.Block, query.Vector, limit, null, extra, cancellationToken).Select(h => new KnowledgeHit(held.Pieces[h.Id], h.Score))];
    }

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
            return copy.Now = new KnowledgeMemory.Held(
                version, encoder.EncoderId, block, new KeywordIndex(pieces.Values.Select(p => (p.Id, $"{p.Document} {p.Heading} {p.Text}"))), pieces);
        }
        finally
        {
            copy.Gate.Release();
        }
    }
}

/// <param name="Relevance">-1 to 1.5, larger fits better.</param>
public sealed record KnowledgeHit(KnowledgeText Piece, double Relevance);

/// <param name="Vector">What it means; empty for nothing, which finds nothing.</param>
/// <param name="Words">What it says.</param>
internal sealed record KnowledgeQuery(ReadOnlyMemory<float> Vector, string Words);
