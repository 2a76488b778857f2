namespace LeadGen.Infrastructure.Tenancy;

/// <summary>Keeps something of tenants in memory, and lets go of it when a tenant ends.</summary>
public interface ITenantMemory
{
    void Forget(TenantId tenant);
}
