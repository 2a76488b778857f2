using System.ComponentModel.DataAnnotations;

namespace LeadGen.Portal.Api;

/// <summary>Limits of the HTTP API; section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    public const string Section = "Api";

    /// <summary>Requests that one key may make in a minute.</summary>
    [Range(1, 100_000_000)]
    public int RequestsPerMinute { get; set; } = 60_000;

    /// <summary>Requests that all keys of a tenant may make together in a minute.</summary>
    [Range(1, 100_000_000)]
    public int TenantRequestsPerMinute { get; set; } = 120_000;

    /// <summary>Bytes of an uploaded file.</summary>
    [Range(1, long.MaxValue)]
    public long LargestUpload { get; set; } = 5L * 1024 * 1024 * 1024;
}
