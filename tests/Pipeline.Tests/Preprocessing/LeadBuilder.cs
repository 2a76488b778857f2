using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Tests.Preprocessing;

internal static class LeadBuilder
{
    /// <summary>A Sunday.</summary>
    public static readonly DateTime Created = new(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc);

    public static Lead Lead(string? message = null, string? country = null) => new()
    {
        Id = new Guid("11111111-1111-1111-1111-111111111111"),
        IdentityKey = "key",
        Message = message,
        Country = country,
        CreatedAt = Created,
    };
}
