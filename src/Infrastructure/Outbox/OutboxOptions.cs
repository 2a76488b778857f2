using System.ComponentModel.DataAnnotations;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>Section <c>Outbox</c>.</summary>
public sealed class OutboxOptions
{
    public const string Section = "Outbox";

    /// <summary>How long messages that were taken belong to their dispatcher; a killed one's are delivered by another after this. Twice the longest exchange and more.</summary>
    [Range(2, 3600)]
    public int LeaseSeconds { get; set; } = 60;

    /// <summary>Portions of destinations under way at once in this process; slow destinations hold their place for up to half a minute.</summary>
    [Range(1, 10_000)]
    public int Lanes { get; set; } = 256;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
