using System.ComponentModel.DataAnnotations;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Section <c>Outreach</c>: how this process sends.</summary>
public sealed class SendingOptions
{
    public const string Section = "Outreach";

    /// <summary>Mails that leave at once, and so connections that are kept to one server.</summary>
    [Range(1, 64)]
    public int Connections { get; set; } = 8;

    /// <summary>Seconds after which a mail that was being sent is given up as unknown: its process died.</summary>
    [Range(1, 3600)]
    public int LeaseSeconds { get; set; } = 300;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
