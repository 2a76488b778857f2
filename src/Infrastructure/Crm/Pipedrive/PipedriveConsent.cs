using LeadGen.Infrastructure.Crm.Consent;

namespace LeadGen.Infrastructure.Crm.Pipedrive;

/// <summary>Where people allow an app into their company in Pipedrive.</summary>
/// <remarks>
/// Pipedrive developers, "OAuth authorization" (the token's answer names <c>api_domain</c> and the scopes, by commas; the client goes by HTTP
/// Basic; a revoked refresh token takes the app out of the account) and API reference, "Oauth", whose parameters know no PKCE; "Scopes
/// and permission explanations" (scopes are chosen at the app; <c>admin</c> is what adds fields).
/// </remarks>
internal static class PipedriveConsent
{
    private const string OAuth = "https://oauth.pipedrive.com";

    public static readonly (string Field, string Secret) Home = ("api_domain", "apiDomain");

    /// <summary>The server of tokens: Pipedrive's, unless the connection has an address that is not Pipedrive's.</summary>
    public static string Server(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var own) && !own.Host.EndsWith(".pipedrive.com", StringComparison.OrdinalIgnoreCase)
            ? address!.TrimEnd('/')
            : OAuth;

    public static ConsentTerms Terms(string? address)
    {
        var server = Server(address);
        return new ConsentTerms
        {
            Vendor = PipedriveErrors.Vendor,
            AuthorizeAt = server + "/oauth/authorize",
            TokenAt = server + "/oauth/token",
            RevokeAt = server + "/oauth/revoke",
            Scopes = [("contacts:full", null), ("leads:full", null), ("deals:read", "deals:full"), ("admin", null)],
            AsksForScopes = false,
            Basic = true,
            Home = Home,
        };
    }
}
