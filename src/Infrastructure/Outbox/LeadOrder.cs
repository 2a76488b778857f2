using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>Of one lead and destination the oldest message goes first, and the next when it is through.</summary>
internal static class LeadOrder
{
    private static readonly TimeSpan Behind = TimeSpan.FromMilliseconds(1);

    /// <param name="due">Messages that could go now.</param>
    /// <param name="waiting">All that waits for their leads, oldest first.</param>
    /// <returns>What may go, by lead and in order; and what is held up by a message that is not among those due, and until when.</returns>
    public static (IReadOnlyList<IReadOnlyList<OutboxMessage>> Chains, IReadOnlyList<(Guid Id, DateTime Until)> Blocked) Chain(
        IReadOnlyList<OutboxMessage> due, ILookup<Guid, Waiting> waiting)
    {
        var chains = new List<IReadOnlyList<OutboxMessage>>();
        var blocked = new List<(Guid, DateTime)>();
        chains.AddRange(due.Where(m => m.LeadId is null).Select(m => new[] { m }));
        foreach (var lead in due.Where(m => m.LeadId is not null).GroupBy(m => m.LeadId!.Value))
        {
            var here = lead.ToDictionary(m => m.Id);
            var free = waiting[lead.Key].TakeWhile(m => here.ContainsKey(m.Id)).Select(m => here[m.Id]).ToList();
            if (free.Count > 0)
            {
                chains.Add(free);
            }

            if (waiting[lead.Key].Skip(free.Count).FirstOrDefault() is { } first && free.Count < here.Count)
            {
                var until = first.DueAt + Behind;
                blocked.AddRange(here.Values.Where(m => m.Id > first.Id).Select(m => (m.Id, until)));
            }
        }

        return (chains, blocked);
    }

    /// <param name="IsFresh">Not tried yet, and nobody holds it: only its turn or its time is waited for.</param>
    public sealed record Waiting(Guid Id, Guid LeadId, DateTime DueAt, bool IsFresh);
}
