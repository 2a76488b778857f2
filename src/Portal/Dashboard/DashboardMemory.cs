using System.Collections.Concurrent;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Portal.Dashboard;

/// <summary>
/// The numbers of tenants whose dashboard was looked at lately, shared by all who look. Read again when the tenant's data has changed, at
/// most every few seconds, and now and then for what passes with time alone.
/// </summary>
public sealed class DashboardMemory(TimeProvider time) : ITenantMemory
{
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan Oldest = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<TenantId, Copy> copies = new();

    public void Forget(TenantId tenant) => copies.TryRemove(tenant, out _);

    /// <summary>The same instance as before as long as nothing has changed.</summary>
    internal async Task<DashboardNumbers> GetAsync(
        TenantId tenant,
        int weeks,
        Func<CancellationToken, Task<DashboardStamp>> stamp,
        Func<CancellationToken, Task<DashboardNumbers>> read,
        CancellationToken cancellationToken)
    {
        var copy = copies.GetOrAdd(tenant, _ => new Copy());
        await copy.Gate.WaitAsync(cancellationToken);
        try
        {
            var known = copy.Known.GetValueOrDefault(weeks);
            var age = known is null ? TimeSpan.MaxValue : time.GetUtcNow() - known.At;
            if (known is not null && age < Rest)
            {
                return known.Numbers;
            }

            var present = await stamp(cancellationToken);
            if (known is not null && known.Stamp == present && age < Oldest)
            {
                return known.Numbers;
            }

            var numbers = await read(cancellationToken);
            copy.Known[weeks] = new Look(present, numbers, time.GetUtcNow());
            return numbers;
        }
        finally
        {
            copy.Gate.Release();
        }
    }

    private sealed class Copy
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        /// <summary>By number of weeks.</summary>
        public Dictionary<int, Look> Known { get; } = [];
    }

    private sealed record Look(DashboardStamp Stamp, DashboardNumbers Numbers, DateTimeOffset At);
}
