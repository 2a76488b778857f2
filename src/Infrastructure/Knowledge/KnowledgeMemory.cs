using System.Collections.Concurrent;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Pipeline.Knowledge;

namespace LeadGen.Infrastructure.Knowledge;

/// <summary>Pieces and vectors of the tenants that searched lately. A copy: how old it is, <see cref="KnowledgeSearch"/> asks the database on each use.</summary>
public sealed class KnowledgeMemory(TimeProvider time) : ITenantMemory
{
    private const int MostTenants = 32;

    private readonly ConcurrentDictionary<TenantId, Copy> copies = new();

    public void Forget(TenantId tenant) => copies.TryRemove(tenant, out _);

    internal Copy Of(TenantId tenant)
    {
        var copy = copies.GetOrAdd(tenant, _ => new Copy());
        copy.UsedAt = time.GetUtcNow();
        if (copies.Count > MostTenants && copies.Where(c => c.Key != tenant).OrderBy(c => c.Value.UsedAt).FirstOrDefault() is { Value: not null } oldest)
        {
            copies.TryRemove(oldest.Key, out _);
        }

        return copy;
    }

    /// <summary>One tenant's knowledge and the version that it is as of.</summary>
    internal sealed class Copy
    {
        /// <summary>Held while the copy is brought up to date.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public Held? Now { get; set; }
        public DateTimeOffset UsedAt { get; set; }
    }

    /// <param name="Version">Of the tenant's knowledge.</param>
    internal sealed record Held(long Version, string EncoderId, VectorBlock Block, KeywordIndex Keywords, IReadOnlyDictionary<Guid, KnowledgeText> Pieces);
}

/// <summary>A piece that can be found.</summary>
/// <param name="Document">Its document's title.</param>
public sealed record KnowledgeText(Guid Id, Guid DocumentId, string Document, string Heading, string Text);
