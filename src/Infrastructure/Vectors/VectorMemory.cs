using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Vectors;

/// <summary>Section <c>Vectors</c>.</summary>
public sealed class VectorOptions
{
    public const string Section = "Vectors";

    /// <summary>Memory for vectors of all tenants together; an index that does not fit is searched from disk.</summary>
    [Range(1, 1_000_000)]
    public int MemoryMegabytes { get; set; } = 512;
}

/// <summary>Vectors of the tenants searched lately. A copy: how old it is, <see cref="LeadVectors"/> asks the database on each use.</summary>
public sealed class VectorMemory(IOptions<VectorOptions> options, TimeProvider time) : ITenantMemory
{
    private readonly ConcurrentDictionary<TenantId, Copy> copies = new();

    public long Budget => options.Value.MemoryMegabytes * 1024L * 1024;

    internal Copy Of(TenantId tenant)
    {
        var copy = copies.GetOrAdd(tenant, _ => new Copy());
        copy.UsedAt = time.GetUtcNow();
        return copy;
    }

    public void Forget(TenantId tenant) => copies.TryRemove(tenant, out _);

    /// <summary>Lets go of what was not used for longest until the rest and <paramref name="coming"/> bytes fit.</summary>
    internal void MakeRoom(TenantId keep, long coming)
    {
        var others = copies.Where(c => c.Key != keep).OrderBy(c => c.Value.UsedAt).ToList();
        var used = others.Sum(c => c.Value.Block?.Bytes ?? 0);
        foreach (var (tenant, copy) in others)
        {
            if (used + coming <= Budget)
            {
                return;
            }

            used -= copy.Block?.Bytes ?? 0;
            copies.TryRemove(tenant, out _);
        }
    }

    /// <summary>One tenant's vectors and the counters of the database that they are as of.</summary>
    internal sealed class Copy
    {
        /// <summary>Held while the copy is brought up to date.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public VectorBlock? Block { get; set; }
        public string? EncoderId { get; set; }
        public long Version { get; set; } = -1;
        public long Deletions { get; set; } = -1;
        public DateTimeOffset UsedAt { get; set; }
    }
}
