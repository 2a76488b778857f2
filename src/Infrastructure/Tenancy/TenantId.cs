namespace LeadGen.Infrastructure.Tenancy;

/// <summary>Identity of a tenant. Every name outside the process (file, database, cache key, collection, key purpose) is made here.</summary>
public readonly record struct TenantId(Guid Value)
{
    /// <summary>Folder of everything the tenant has on disk, below the data path.</summary>
    public string Folder => $"tenants/{Value:N}";

    /// <summary>Name of the PostgreSQL database.</summary>
    public string DatabaseName(string prefix) => $"{prefix}_t_{Value:N}";

    /// <summary>Prefix of every cache key.</summary>
    public string CachePrefix => $"t:{Value:N}:";

    /// <summary>Data-protection purpose: what one tenant protected, no other can read.</summary>
    public string Purpose(string use) => $"tenant:{Value:N}:{use}";

    public override string ToString() => Value.ToString("N");
}
