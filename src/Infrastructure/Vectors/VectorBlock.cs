namespace LeadGen.Infrastructure.Vectors;

/// <summary>
/// Vectors in memory, ready to be searched. Grows by chunks of 8 MB, so that a growing block neither copies itself nor asks for
/// hundreds of megabytes at once. Thread-safe: any number of searches, or one change, at a time.
/// </summary>
/// <param name="dimensions">Numbers in each vector.</param>
public sealed class VectorBlock(int dimensions) : IDisposable
{
    private const int ChunkBytes = 8 << 20;

    private readonly ReaderWriterLockSlim gate = new();
    private readonly List<Chunk> chunks = [];
    private readonly Dictionary<Guid, int> rows = [];
    private readonly int rowsPerChunk = Math.Max(1, ChunkBytes / sizeof(float) / Positive(dimensions));

    public int Dimensions { get; } = dimensions;

    public int Count => Reading(() => rows.Count);

    /// <summary>Memory that the vectors take, the rest of the last chunk included.</summary>
    public long Bytes => Reading(() => (long)chunks.Count * rowsPerChunk * Dimensions * sizeof(float));

    /// <summary>Adds a vector, or replaces the one of this id.</summary>
    /// <exception cref="ArgumentException">It has other dimensions.</exception>
    public void Set(Guid id, ReadOnlySpan<float> vector)
    {
        if (vector.Length != Dimensions)
        {
            throw new ArgumentException($"The vector has {vector.Length} dimensions, the block {Dimensions}.", nameof(vector));
        }

        gate.EnterWriteLock();
        try
        {
            if (!rows.TryGetValue(id, out var row))
            {
                row = rows.Count;
                if (row == chunks.Count * rowsPerChunk)
                {
                    chunks.Add(new Chunk(rowsPerChunk, Dimensions));
                }

                rows.Add(id, row);
                IdAt(row) = id;
            }

            vector.CopyTo(ValuesAt(row));
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Takes a vector out; the last one moves to its row.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(Guid id)
    {
        gate.EnterWriteLock();
        try
        {
            if (!rows.Remove(id, out var row))
            {
                return false;
            }

            var last = rows.Count;
            if (row != last)
            {
                ValuesAt(last).CopyTo(ValuesAt(row));
                rows[IdAt(row) = IdAt(last)] = row;
            }

            ValuesAt(last).Clear(); // an erased lead leaves no numbers behind
            IdAt(last) = Guid.Empty;
            if (last == (chunks.Count - 1) * rowsPerChunk)
            {
                chunks.RemoveAt(chunks.Count - 1);
            }

            return true;
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>A copy of the vector of this id; null when there is none.</summary>
    public float[]? Find(Guid id) => Reading(() => rows.TryGetValue(id, out var row) ? ValuesAt(row).ToArray() : null);

    /// <summary>The ids present, in no order.</summary>
    public IReadOnlyList<Guid> Ids() => Reading(() => rows.Keys.ToArray());

    public void Dispose() => gate.Dispose();

    /// <summary>Hands over all rows, and lets nobody change them until <paramref name="read"/> is done with them.</summary>
    internal void Reading(Action<IReadOnlyList<VectorRows>> read) => Reading(() =>
    {
        var all = new VectorRows[chunks.Count];
        for (var chunk = 0; chunk < all.Length; chunk++)
        {
            var count = Math.Min(rowsPerChunk, rows.Count - (chunk * rowsPerChunk));
            all[chunk] = new VectorRows(chunks[chunk].Ids.AsMemory(0, count), chunks[chunk].Values.AsMemory(0, count * Dimensions));
        }

        read(all);
        return all.Length;
    });

    private static int Positive(int dimensions) =>
        dimensions > 0 ? dimensions : throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, "A vector has at least one number.");

    private T Reading<T>(Func<T> read)
    {
        gate.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    private ref Guid IdAt(int row) => ref chunks[row / rowsPerChunk].Ids[row % rowsPerChunk];

    private Span<float> ValuesAt(int row) => chunks[row / rowsPerChunk].Values.AsSpan(row % rowsPerChunk * Dimensions, Dimensions);

    private sealed class Chunk(int rows, int dimensions)
    {
        public Guid[] Ids { get; } = new Guid[rows];

        public float[] Values { get; } = GC.AllocateUninitializedArray<float>(rows * dimensions);
    }
}
