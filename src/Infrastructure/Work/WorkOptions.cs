using System.ComponentModel.DataAnnotations;

namespace LeadGen.Infrastructure.Work;

/// <summary>Section <c>Work</c>.</summary>
public sealed class WorkOptions
{
    public const string Section = "Work";

    /// <summary>How long work that was taken belongs to its worker; a killed worker's is taken over after this. Far above a batch's time.</summary>
    [Range(5, 3600)]
    public int LeaseSeconds { get; set; } = 30;

    /// <summary>How long an import may run before the files of another tenant get their turn.</summary>
    [Range(1, 3600)]
    public int TurnSeconds { get; set; } = 10;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    public TimeSpan Turn => TimeSpan.FromSeconds(TurnSeconds);
}
