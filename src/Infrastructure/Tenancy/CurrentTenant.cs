namespace LeadGen.Infrastructure.Tenancy;

/// <summary>
/// The tenant that this scope (request, circuit, job) works for. Scoped, set once, and fails closed: who asks without one gets an
/// exception, never a default.
/// </summary>
public sealed class CurrentTenant
{
    private Tenant? tenant;

    public bool IsSet => tenant is not null;

    public TenantId Id => Info.TenantId;

    public string Slug => Info.Slug;

    /// <exception cref="InvalidOperationException">No tenant was set in this scope.</exception>
    public Tenant Info => tenant ?? throw new InvalidOperationException("No tenant is set in this scope.");

    /// <exception cref="InvalidOperationException">Another tenant is already set: a scope never changes sides.</exception>
    public void Set(Tenant value)
    {
        if (tenant is not null && tenant.Id != value.Id)
        {
            throw new InvalidOperationException("This scope already works for another tenant.");
        }

        tenant = value;
    }
}
