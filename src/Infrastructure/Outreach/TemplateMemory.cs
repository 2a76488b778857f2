using System.Collections.Concurrent;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>Templates made ready, by tenant, id and version. A version never changes, so a copy is never stale.</summary>
public sealed class TemplateMemory : ITenantMemory
{
    private const int MostOfOneTenant = 200;

    private readonly ConcurrentDictionary<TenantId, ConcurrentDictionary<(Guid Id, int Version), ReadyTemplate>> known = new();

    public void Forget(TenantId tenant) => known.TryRemove(tenant, out _);

    internal ReadyTemplate? Find(TenantId tenant, Guid id, int version) =>
        known.TryGetValue(tenant, out var own) && own.TryGetValue((id, version), out var ready) ? ready : null;

    internal ReadyTemplate Keep(TenantId tenant, Guid id, int version, TemplateContent content)
    {
        var own = known.GetOrAdd(tenant, _ => new());
        if (own.Count >= MostOfOneTenant)
        {
            own.Clear();
        }

        return own.GetOrAdd((id, version), _ => new ReadyTemplate(content, [.. content.Variants.Select(CompiledTemplate.Of)]));
    }
}

/// <param name="Content">As published.</param>
/// <param name="Variants">Made ready, in order.</param>
internal sealed record ReadyTemplate(TemplateContent Content, IReadOnlyList<CompiledTemplate> Variants)
{
    /// <summary>The vector of its goal, by the encoder that made it; null until it was needed.</summary>
    public (string EncoderId, ReadOnlyMemory<float> Vector)? Goal { get; set; }
}
