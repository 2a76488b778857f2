using System.Collections.Concurrent;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// When the loops of each kind last gave a sign of life: at the start of a round, after each tenant's portion, after each chunk of a file.
/// Idle loops go round every second. One sign for all loops of a kind: it stops when all of them hang or are gone.
/// </summary>
public sealed class WorkerPulse(TimeProvider time)
{
    private readonly ConcurrentDictionary<WorkKind, DateTimeOffset> last = new();

    public void Beat(WorkKind kind) => last[kind] = time.GetUtcNow();

    /// <summary>Null when no loop of this kind has begun in this process.</summary>
    public DateTimeOffset? Last(WorkKind kind) => last.TryGetValue(kind, out var at) ? at : null;
}
