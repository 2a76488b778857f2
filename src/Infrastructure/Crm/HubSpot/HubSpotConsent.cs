using LeadGen.Infrastructure.Crm.Consent;

namespace LeadGen.Infrastructure.Crm.HubSpot;

/// <summary>Where people let an app into their HubSpot account.</summary>
/// <remarks>
/// developers.hubspot.com: "Working with OAuth" (the authorization's address and scopes) and "Migrate from the OAuth v1 API": of the endpoints
/// for tokens those of v1 end on 2027-02-16, <c>/oauth/2026-03/token</c> and <c>…/revoke</c> follow them. PKCE is described for
/// HubSpot's MCP apps alone; other apps' requests may carry it, beside the client's secret that stays needed.
/// </remarks>
internal static class HubSpotConsent
{
    public const string Home = "https://api.hubapi.com";
    public const string TokenPath = "/oauth/2026-03/token";
    private const string People = "https://app.hubspot.com";

    public static ConsentTerms Terms(string? address)
    {
        var root = (address ?? Home).TrimEnd('/');
        return new ConsentTerms
        {
            Vendor = "HubSpot",
            AuthorizeAt = (address?.TrimEnd('/') ?? People) + "/oauth/authorize",
            TokenAt = root + TokenPath,
            RevokeAt = root + TokenPath + "/revoke",
            Scopes =
            [
                ("oauth", null),
                ("crm.objects.contacts.read", null), ("crm.objects.contacts.write", null),
                ("crm.objects.companies.read", null), ("crm.objects.companies.write", null),
                ("crm.objects.deals.read", null),
                ("crm.schemas.contacts.read", null), ("crm.schemas.contacts.write", null),
                ("crm.schemas.companies.read", null), ("crm.schemas.companies.write", null),
            ],
            Pkce = true,
        };
    }
}
