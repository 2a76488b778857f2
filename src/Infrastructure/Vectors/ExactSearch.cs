using System.Numerics.Tensors;

namespace LeadGen.Infrastructure.Vectors;

/// <summary>
/// Finds the vectors with the largest dot product by looking at every one, on all cores: nothing is ever missed, and no index must be
/// built or kept. Equal scores are ordered by id, so the answer is the same each time, from memory and from disk. A score that is no number never counts.
/// </summary>
public static class ExactSearch
{
    // About 1 MB of vectors of 512: enough work for a core to fetch, small enough that no core ends long after the others.
    private const int NumbersPerPart = 1 << 18;

    /// <summary>The nearest vectors of a block in memory.</summary>
    /// <param name="block">What is searched; it cannot change meanwhile.</param>
    /// <param name="query">As many numbers as the block has dimensions.</param>
    /// <param name="count">How many hits at most.</param>
    /// <param name="filter">Which ids count; asked only about those that would be among the hits, by several threads at once.</param>
    /// <param name="extra">What is added to the score of these ids, for what else speaks for them.</param>
    /// <returns>Best first.</returns>
    /// <exception cref="ArgumentException">The query has other dimensions than the block.</exception>
    public static IReadOnlyList<VectorHit> Search(
        VectorBlock block, ReadOnlyMemory<float> query, int count, Func<Guid, bool>? filter = null, IReadOnlyDictionary<Guid, float>? extra = null,
        CancellationToken cancellationToken = default)
    {
        if (query.Length != block.Dimensions)
        {
            throw new ArgumentException($"The query has {query.Length} dimensions, the block {block.Dimensions}.", nameof(query));
        }

        var scan = new Scan(query, count, filter, extra, cancellationToken);
        block.Reading(scan.Add);
        return scan.Hits();
    }

    /// <summary>
    /// The nearest vectors of blocks that come one after the other, for an index that is larger than the memory it may take:
    /// only one block is held at a time.
    /// </summary>
    /// <inheritdoc cref="Search" path="/param|/returns"/>
    /// <exception cref="ArgumentException">A block has not as many numbers for each id as the query.</exception>
    public static IReadOnlyList<VectorHit> SearchBlocks(
        IEnumerable<VectorRows> blocks, ReadOnlyMemory<float> query, int count, Func<Guid, bool>? filter = null, CancellationToken cancellationToken = default)
    {
        var scan = new Scan(query, count, filter, null, cancellationToken);
        foreach (var block in blocks)
        {
            scan.Add([block]);
        }

        return scan.Hits();
    }

    /// <inheritdoc cref="SearchBlocks"/>
    public static async Task<IReadOnlyList<VectorHit>> SearchBlocksAsync(
        IAsyncEnumerable<VectorRows> blocks, ReadOnlyMemory<float> query, int count, Func<Guid, bool>? filter = null, CancellationToken cancellationToken = default)
    {
        var scan = new Scan(query, count, filter, null, cancellationToken);
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            scan.Add([block]);
        }

        return scan.Hits();
    }

    /// <summary>The hits so far, while rows come in.</summary>
    private sealed class Scan(
        ReadOnlyMemory<float> query, int count, Func<Guid, bool>? filter, IReadOnlyDictionary<Guid, float>? extra, CancellationToken cancellationToken)
    {
        private readonly int rowsPerPart = Math.Max(1, NumbersPerPart / Math.Max(1, query.Length));
        private readonly ParallelOptions parallel =
            new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        private readonly NearestHeap best = new(count);
        private readonly Lock merging = new();
        private long firstRow;

        public IReadOnlyList<VectorHit> Hits() => best.ToList();

        public void Add(IReadOnlyList<VectorRows> blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var parts = new List<Part>();
            foreach (var block in blocks)
            {
                Cut(block, parts);
            }

            if (parts.Count == 1)
            {
                Look(parts[0], best);
            }
            else if (parts.Count > 1)
            {
                Parallel.ForEach(parts, parallel, () => new NearestHeap(count), (part, _, mine) => Look(part, mine), Merge);
            }
        }

        private void Cut(VectorRows block, List<Part> parts)
        {
            if (block.Values.Length != (long)block.Ids.Length * query.Length)
            {
                throw new ArgumentException(
                    $"A block of {block.Ids.Length} vectors has {block.Values.Length} numbers; the query has {query.Length}.", nameof(block));
            }

            for (var first = 0; first < block.Ids.Length; first += rowsPerPart)
            {
                var rows = Math.Min(rowsPerPart, block.Ids.Length - first);
                parts.Add(new Part(
                    block.Ids.Slice(first, rows), block.Values.Slice(first * query.Length, rows * query.Length), firstRow + first));
            }

            firstRow += block.Ids.Length;
        }

        private NearestHeap Look(Part part, NearestHeap heap)
        {
            var wanted = query.Span;
            var ids = part.Ids.Span;
            var values = part.Values.Span;
            for (var row = 0; row < ids.Length; row++)
            {
                var score = TensorPrimitives.Dot(wanted, values.Slice(row * wanted.Length, wanted.Length));
                if (extra is not null)
                {
                    score += extra.GetValueOrDefault(ids[row]);
                }

                if (heap.MayTake(score) && (filter is null || filter(ids[row])))
                {
                    heap.Offer(new VectorHit(ids[row], part.FirstRow + row, score));
                }
            }

            return heap;
        }

        private void Merge(NearestHeap mine)
        {
            lock (merging)
            {
                best.OfferAll(mine);
            }
        }

        private readonly record struct Part(ReadOnlyMemory<Guid> Ids, ReadOnlyMemory<float> Values, long FirstRow);
    }
}
