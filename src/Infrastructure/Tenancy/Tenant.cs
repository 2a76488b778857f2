namespace LeadGen.Infrastructure.Tenancy;

/// <summary>A customer of this installation, as the catalog knows it (Finbuckle's "tenant info").</summary>
public sealed class Tenant
{
    public required Guid Id { get; init; }

    /// <summary>Part of every address, 2-40 characters of <c>a-z 0-9 -</c>; never reused.</summary>
    public required string Slug { get; init; }

    public required string Name { get; set; }
    public TenantState State { get; set; }
    public required DateTime CreatedAt { get; init; }

    /// <summary>Why provisioning or migration stopped; shown to operators.</summary>
    public string? Problem { get; set; }

    public TenantId TenantId => new(Id);
}

public enum TenantState
{
    /// <summary>Its database is being made; resumed at the next start.</summary>
    Provisioning,
    Active,

    /// <summary>Nobody gets in and nothing runs; the data stays.</summary>
    Suspended,

    /// <summary>A migration failed; only this tenant is shut.</summary>
    Broken,

    /// <summary>Being deleted; finished at the next start.</summary>
    Deleting,

    /// <summary>Its rows come in from a backup. A restore that was interrupted stays so until it is run again or the tenant is deleted.</summary>
    Restoring,
}
