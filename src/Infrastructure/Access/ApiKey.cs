namespace LeadGen.Infrastructure.Access;

/// <summary>A program's way in. The key itself is shown once; only its SHA-256 is kept (it has 256 random bits).</summary>
public sealed class ApiKey
{
    public required Guid Id { get; init; }
    public required Guid TenantId { get; init; }
    public required string Name { get; set; }
    public required byte[] Hash { get; init; }

    /// <summary>Last four characters, to tell keys apart.</summary>
    public required string Ending { get; init; }

    public required List<string> Scopes { get; init; }
    public required DateTime CreatedAt { get; init; }
    public DateTime? ExpiresAt { get; set; }
    public DateTime? LastUsedAt { get; set; }
    public DateTime? RevokedAt { get; set; }
}

/// <summary>What a key may do.</summary>
public static class Scopes
{
    public const string LeadsRead = "leads:read";
    public const string LeadsWrite = "leads:write";
    public const string IcpsWrite = "icps:write";
    public const string ModelsWrite = "models:write";
    public const string IntegrationsWrite = "integrations:write";
    public const string OutreachWrite = "outreach:write";

    public static readonly IReadOnlyList<string> All = [LeadsRead, LeadsWrite, IcpsWrite, ModelsWrite, IntegrationsWrite, OutreachWrite];
}
