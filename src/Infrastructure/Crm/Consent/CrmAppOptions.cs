using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Crm.Consent;

/// <summary>Section <c>Crm</c>: apps that the operator registered with vendors, so that members sign in there instead of pasting credentials.</summary>
public sealed class CrmAppOptions
{
    public const string Section = "Crm";

    public CrmApp HubSpot { get; set; } = new();
    public CrmApp Salesforce { get; set; } = new();
    public CrmApp Pipedrive { get; set; } = new();

    /// <summary>Null where the operator registered none.</summary>
    public CrmApp? Of(CrmKind kind) => SectionOf(kind) is { ClientId.Length: > 0 } app ? app : null;

    /// <summary>Where the operator says that the vendor is; null for its own addresses.</summary>
    public string? AddressOf(CrmKind kind) => SectionOf(kind)?.Address;

    /// <summary>
    /// Whether the operator's secret may be sent to an address. Members can type addresses: the secret goes where the operator says, else to
    /// the vendor alone.
    /// </summary>
    /// <param name="address">Of the connection; null for the vendor's own.</param>
    public bool MayGo(CrmKind kind, string? address) => Of(kind) is { } app
        && (string.Equals(address?.TrimEnd('/'), app.Address?.TrimEnd('/'), StringComparison.Ordinal)
            || kind == CrmKind.Salesforce && app.Address is null && IsSalesforce(address));

    private CrmApp? SectionOf(CrmKind kind) => kind switch
    {
        CrmKind.HubSpot => HubSpot,
        CrmKind.Salesforce => Salesforce,
        CrmKind.Pipedrive => Pipedrive,
        _ => null,
    };

    private static bool IsSalesforce(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.IsDefaultPort && uri.UserInfo.Length == 0
        && uri.PathAndQuery == "/"
        && (uri.IdnHost is "login.salesforce.com" or "test.salesforce.com" || uri.IdnHost.EndsWith(".my.salesforce.com", StringComparison.OrdinalIgnoreCase));
}

/// <summary>An app as registered with a vendor.</summary>
public sealed class CrmApp
{
    public string? ClientId { get; set; }
    public string? ClientSecret { get; set; }

    /// <summary>Where the vendor is reached, for its consent page, tokens and API alike; the vendor's own addresses when null.</summary>
    public string? Address { get; set; }
}

/// <summary>Says at start what is missing, not when somebody presses the button.</summary>
internal sealed class CrmAppCheck : IValidateOptions<CrmAppOptions>
{
    public ValidateOptionsResult Validate(string? name, CrmAppOptions options)
    {
        var wrong = new List<string>();
        foreach (var (vendor, app) in new[] { ("HubSpot", options.HubSpot), ("Salesforce", options.Salesforce), ("Pipedrive", options.Pipedrive) })
        {
            if (string.IsNullOrWhiteSpace(app.ClientId) != string.IsNullOrWhiteSpace(app.ClientSecret))
            {
                wrong.Add($"Crm:{vendor}:ClientId and Crm:{vendor}:ClientSecret are given together, or neither.");
            }

            if (app.Address is { } address && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"))
            {
                wrong.Add($"Crm:{vendor}:Address is '{address}', which is no address. Write it as https://crm.example.com, or leave it out.");
            }
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
