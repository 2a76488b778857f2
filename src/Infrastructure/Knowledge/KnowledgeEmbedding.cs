using System.Runtime.InteropServices;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Knowledge;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Knowledge;

/// <summary>Gives the current tenant's pieces their vectors, a portion at a time; a change of the encoder makes all of them wait again.</summary>
public sealed class KnowledgeEmbedding(IDbContextFactory<TenantDb> databases, TenantWrites writes, LeadEncoder encoder)
{
    private const int Portion = 64;

    /// <summary>All pieces of one document.</summary>
    public async Task RunAsync(Guid document, CancellationToken cancellationToken = default)
    {
        while (await PortionAsync(document, cancellationToken))
        {
        }
    }

    /// <summary>The next pieces that wait.</summary>
    /// <param name="document">Of this document alone; null for any.</param>
    /// <returns>Whether there were any.</returns>
    public async Task<bool> PortionAsync(Guid? document, CancellationToken cancellationToken = default)
    {
        List<KnowledgeChunk> waiting;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            waiting = await db.KnowledgeChunks.AsNoTracking()
                .Where(c => (c.EncoderId == null || c.EncoderId != encoder.EncoderId) && (document == null || c.DocumentId == document))
                .OrderBy(c => c.Id).Take(Portion).ToListAsync(cancellationToken);
        }

        if (waiting.Count == 0)
        {
            return false;
        }

        // The headings say what a piece is about, which its own words often leave out.
        var vectors = await encoder.EncodeAsync([.. waiting.Select(c => c.Heading.Length > 0 ? $"{c.Heading.Replace(" › ", ". ")}. {c.Text}" : c.Text)], cancellationToken);
        await writes.RunAsync(
            async (db, ct) =>
            {
                for (var i = 0; i < waiting.Count; i++)
                {
                    var (id, bytes) = (waiting[i].Id, MemoryMarshal.AsBytes(vectors[i].Span).ToArray());

                    // A piece that was replaced meanwhile is not there any more, and nothing is stored for it.
                    await db.KnowledgeChunks.Where(c => c.Id == id)
                        .ExecuteUpdateAsync(c => c.SetProperty(x => x.Vector, bytes).SetProperty(x => x.EncoderId, encoder.EncoderId), ct);
                }

                foreach (var touched in waiting.Select(c => c.DocumentId).Distinct())
                {
                    var done = await db.KnowledgeChunks.CountAsync(c => c.DocumentId == touched && c.EncoderId == encoder.EncoderId, ct);
                    await db.KnowledgeDocuments.Where(d => d.Id == touched).ExecuteUpdateAsync(
                        d => d.SetProperty(x => x.Embedded, done).SetProperty(x => x.State, x => x.Chunks == done ? DocumentState.Ready : DocumentState.Waiting), ct);
                }

                await KnowledgeBase.RaiseVersionAsync(db, ct);
            },
            cancellationToken);
        return true;
    }
}
