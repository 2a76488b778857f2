using System.Collections.Concurrent;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>What links of a tenant's templates answered a moment ago, so that nobody's server is asked again with every look.</summary>
public sealed class LinkMemory(TimeProvider time) : ITenantMemory
{
    private const int MostOfOneTenant = 500;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<TenantId, ConcurrentDictionary<string, (LinkAnswer Answer, DateTimeOffset Until)>> known = new();

    public void Forget(TenantId tenant) => known.TryRemove(tenant, out _);

    internal LinkAnswer? Find(TenantId tenant, string address) =>
        known.TryGetValue(tenant, out var own) && own.TryGetValue(address, out var found) && found.Until > time.GetUtcNow() ? found.Answer : null;

    internal void Keep(TenantId tenant, string address, LinkAnswer answer)
    {
        var own = known.GetOrAdd(tenant, _ => new(StringComparer.Ordinal));
        if (own.Count >= MostOfOneTenant)
        {
            own.Clear();
        }

        own[address] = (answer, time.GetUtcNow() + Kept);
    }
}
