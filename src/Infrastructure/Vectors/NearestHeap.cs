namespace LeadGen.Infrastructure.Vectors;

/// <summary>Keeps the best few of many hits: a heap with the worst of them on top.</summary>
internal sealed class NearestHeap(int capacity)
{
    private readonly PriorityQueue<VectorHit, VectorHit> hits = new(WorstFirst);

    // From here on only better scores can enter, and equal ones of an id that comes before.
    private float floor = float.NegativeInfinity;

    private static readonly Comparer<VectorHit> WorstFirst = Comparer<VectorHit>.Create(
        (one, other) => one.Score != other.Score ? one.Score.CompareTo(other.Score) : other.Id.CompareTo(one.Id));

    /// <summary>Whether a hit of this score might enter; never true for NaN.</summary>
    public bool MayTake(float score) => score >= floor && capacity > 0;

    public void Offer(VectorHit hit)
    {
        if (hits.Count < capacity)
        {
            hits.Enqueue(hit, hit);
        }
        else
        {
            hits.EnqueueDequeue(hit, hit);
        }

        if (hits.Count == capacity)
        {
            floor = hits.Peek().Score;
        }
    }

    public void OfferAll(NearestHeap other)
    {
        foreach (var (hit, _) in other.hits.UnorderedItems)
        {
            Offer(hit);
        }
    }

    /// <summary>The hits, best first.</summary>
    public IReadOnlyList<VectorHit> ToList() =>
        [.. hits.UnorderedItems.Select(item => item.Element)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Id)];
}
