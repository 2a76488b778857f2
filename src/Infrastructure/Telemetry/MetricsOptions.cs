using System.ComponentModel.DataAnnotations;

namespace LeadGen.Infrastructure.Telemetry;

/// <summary>Who may read <c>/metrics</c>; section <c>Metrics</c>. Without key and port nobody may: the address answers 404.</summary>
public sealed class MetricsOptions : IValidatableObject
{
    public const string Section = "Metrics";

    /// <summary>Served at the portal's own address to whoever sends this as bearer token.</summary>
    [MinLength(16, ErrorMessage = "Metrics:Key has at least 16 characters.")]
    public string? Key { get; set; }

    /// <summary>Served to everybody on this port, which must not be reachable from outside.</summary>
    [Range(1, 65535, ErrorMessage = "Metrics:Port is a port, 1 to 65535.")]
    public int? Port { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Key is not null && Key.Any(c => c is < '!' or > '~'))
        {
            yield return new ValidationResult("Metrics:Key is sent in a header: printable ASCII characters without spaces.", [nameof(Key)]);
        }
    }
}
