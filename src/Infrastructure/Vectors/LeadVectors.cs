using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Embedding;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Vectors;

/// <summary>The current tenant's vector index: semantic search and look-alikes, exact, over vectors kept in the tenant's own database.</summary>
/// <remarks>There is no way to name another tenant here: the scope's database is the only one that is opened.</remarks>
public sealed class LeadVectors(IDbContextFactory<TenantDb> databases, CurrentTenant tenant, VectorMemory memory, LeadEncoder encoder)
{
    private const int DiskBlock = 4_096;

    /// <summary>Leads nearest to what the words mean, best first.</summary>
    public async Task<IReadOnlyList<VectorHit>> SearchAsync(
        string text, int limit, Func<Guid, bool>? filter = null, CancellationToken cancellationToken = default)
    {
        var query = await encoder.EncodeAsync(text, cancellationToken);
        return await NearestAsync(query.Values, limit, filter, cancellationToken);
    }

    /// <summary>Leads most like this one, itself left out; empty when it has no vector.</summary>
    public async Task<IReadOnlyList<VectorHit>> SimilarAsync(Guid leadId, int limit, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var bytes = await db.Vectors.Where(v => v.LeadId == leadId && v.EncoderId == encoder.EncoderId)
            .Select(v => v.Values).SingleOrDefaultAsync(cancellationToken);
        return bytes is { Length: > 0 }
            ? await NearestAsync(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), limit, id => id != leadId, cancellationToken)
            : [];
    }

    private async Task<IReadOnlyList<VectorHit>> NearestAsync(
        ReadOnlyMemory<float> query, int limit, Func<Guid, bool>? filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await CurrentAsync(db, cancellationToken) is { } block)
        {
            return ExactSearch.Search(block, query, limit, filter, cancellationToken: cancellationToken);
        }

        return await ExactSearch.SearchBlocksAsync(FromDiskAsync(db, cancellationToken), query, limit, filter, cancellationToken);
    }

    /// <summary>The copy in memory, brought up to date; null when the tenant's vectors are over the budget.</summary>
    private async Task<VectorBlock?> CurrentAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var meta = await db.Meta.AsNoTracking().Select(m => new { m.VectorVersion, m.VectorDeletions }).SingleAsync(cancellationToken);
        var copy = memory.Of(tenant.Id);
        await copy.Gate.WaitAsync(cancellationToken);
        try
        {
            var fresh = copy.Block is null || copy.EncoderId != encoder.EncoderId;
            if (!fresh && copy.Version == meta.VectorVersion && copy.Deletions == meta.VectorDeletions)
            {
                return copy.Block;
            }

            var mine = db.Vectors.AsNoTracking().Where(v => v.EncoderId == encoder.EncoderId);
            var bytes = await mine.LongCountAsync(cancellationToken) * encoder.Dimensions * sizeof(float);
            if (bytes > memory.Budget)
            {
                copy.Block = null;
                return null;
            }

            memory.MakeRoom(tenant.Id, bytes);
            var block = fresh ? new VectorBlock(encoder.Dimensions) : copy.Block!;
            if (!fresh && copy.Deletions != meta.VectorDeletions)
            {
                await DropDeletedAsync(db, block, cancellationToken);
            }

            var since = fresh ? -1 : copy.Version;
            await foreach (var row in mine.Where(v => v.Version > since).Select(v => new { v.LeadId, v.Values })
                .AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                if (row.Values.Length > 0)
                {
                    block.Set(row.LeadId, MemoryMarshal.Cast<byte, float>(row.Values));
                }
                else
                {
                    block.Remove(row.LeadId);
                }
            }

            (copy.Block, copy.EncoderId, copy.Version, copy.Deletions) = (block, encoder.EncoderId, meta.VectorVersion, meta.VectorDeletions);
            return block;
        }
        finally
        {
            copy.Gate.Release();
        }
    }

    private static async Task DropDeletedAsync(TenantDb db, VectorBlock block, CancellationToken cancellationToken)
    {
        var present = await db.Vectors.Select(v => v.LeadId).ToHashSetAsync(cancellationToken);
        foreach (var id in block.Ids().Where(id => !present.Contains(id)))
        {
            block.Remove(id);
        }
    }

    private async IAsyncEnumerable<VectorRows> FromDiskAsync(TenantDb db, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = Guid.Empty;
        while (true)
        {
            var rows = await db.Vectors.AsNoTracking().Where(v => v.EncoderId == encoder.EncoderId && v.LeadId > last)
                .OrderBy(v => v.LeadId).Take(DiskBlock).Select(v => new { v.LeadId, v.Values }).ToListAsync(cancellationToken);
            if (rows.Count == 0)
            {
                yield break;
            }

            last = rows[^1].LeadId;
            var worded = rows.Where(r => r.Values.Length > 0).ToList();
            var values = new float[worded.Count * encoder.Dimensions];
            for (var i = 0; i < worded.Count; i++)
            {
                MemoryMarshal.Cast<byte, float>(worded[i].Values).CopyTo(values.AsSpan(i * encoder.Dimensions));
            }

            yield return new VectorRows(worded.Select(r => r.LeadId).ToArray(), values);
        }
    }
}
