using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Salesforce;

/// <summary>
/// Gets an access token: by a signed assertion where there is a private key, else by a refresh token. Both post a form to
/// <c>/services/oauth2/token</c> and get <c>access_token</c> and <c>instance_url</c>.
/// </summary>
/// <remarks>
/// Salesforce Help, "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration" (RS256; <c>iss</c> the consumer key, <c>sub</c> the user
/// name, <c>aud</c> the login server, <c>exp</c> within minutes) and "OAuth 2.0 Refresh Token Flow for Renewed Sessions" (with rotation
/// on, the answer carries a new refresh token and the old one is void).
/// </remarks>
internal static class SalesforceLogin
{
    public const string Production = "https://login.salesforce.com";
    public const string Sandbox = "https://test.salesforce.com";

    /// <summary>Which server has the organisation.</summary>
    private static readonly (string Field, string Secret) Home = ("instance_url", "instanceUrl");

    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(3);
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <remarks>
    /// Salesforce Help, "OAuth 2.0 Web Server Flow for Web App Integration" (which recommends PKCE: <c>code_challenge</c>,
    /// <c>code_verifier</c>), "OAuth Tokens and Scopes", "Revoke OAuth Tokens" (a refresh token takes its access tokens with it).
    /// </remarks>
    public static ConsentTerms Consent(string? address)
    {
        var server = (address ?? Production).TrimEnd('/');
        return new ConsentTerms
        {
            Vendor = SalesforceErrors.Vendor,
            AuthorizeAt = server + "/services/oauth2/authorize",
            TokenAt = server + "/services/oauth2/token",
            RevokeAt = server + "/services/oauth2/revoke",
            Scopes = [("api", "full"), ("refresh_token", "offline_access")],
            Pkce = true,
            Home = Home,
        };
    }

    public static bool IsPossible(ConnectionSecrets secrets) => secrets["privateKey"] is not null || secrets["refreshToken"] is not null;

    /// <summary>Logs in anew.</summary>
    /// <returns>What is to be kept.</returns>
    public static async Task<Dictionary<string, string>> RenewAsync(CrmConnection connection, ConnectionSecrets secrets, DateTime now, CancellationToken cancellationToken)
    {
        var server = (connection.Settings.BaseUrl ?? Production).TrimEnd('/');
        using var request = new HttpRequestMessage(HttpMethod.Post, server + "/services/oauth2/token")
        {
            Content = new FormUrlEncodedContent(Form(connection, secrets, server, now)),
        };
        request.Headers.Accept.Add(new("application/json"));
        var answer = await VendorWire.SendAsync(connection.Http, request, SalesforceErrors.Vendor, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw Refusal(answer, now);
        }

        return TokenAnswer.Read(answer.Json, SalesforceErrors.Vendor, server, Home);
    }

    /// <summary>A JSON Web Token (RFC 7523), signed with RS256.</summary>
    public static string Assertion(string clientId, string userName, string audience, string privateKey, DateTime now)
    {
        var header = """{"alg":"RS256"}""";
        var claims = JsonSerializer.Serialize(
            new SortedDictionary<string, object>(StringComparer.Ordinal)
            {
                ["aud"] = audience,
                ["exp"] = new DateTimeOffset(now + Validity, TimeSpan.Zero).ToUnixTimeSeconds(),
                ["iss"] = clientId,
                ["sub"] = userName,
            },
            Plain);
        var unsigned = Base64Url(Encoding.UTF8.GetBytes(header)) + "." + Base64Url(Encoding.UTF8.GetBytes(claims));
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(privateKey);
            return unsigned + "." + Base64Url(key.SignData(Encoding.ASCII.GetBytes(unsigned), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            throw new CrmException(
                CrmTrouble.Refused, "The private key cannot be read. Paste the whole key in PEM form, from -----BEGIN to END-----, without a password.", error);
        }
    }

    /// <summary>The assertion names the login server, not the company's own domain that may have been typed.</summary>
    public static string Audience(string server)
    {
        var host = Uri.TryCreate(server, UriKind.Absolute, out var address) ? address.Host : "";
        return !host.EndsWith(".salesforce.com", StringComparison.OrdinalIgnoreCase) ? server
            : host.StartsWith("test.", StringComparison.OrdinalIgnoreCase) || host.Contains(".sandbox.", StringComparison.OrdinalIgnoreCase) ? Sandbox
            : Production;
    }

    private static List<KeyValuePair<string, string>> Form(CrmConnection connection, ConnectionSecrets secrets, string server, DateTime now)
    {
        var clientId = connection.Settings.ClientId
            ?? throw new CrmException(CrmTrouble.Refused, "The consumer key of the connected app is missing.");
        if (secrets["privateKey"] is { } key)
        {
            var user = connection.Settings.UserName
                ?? throw new CrmException(CrmTrouble.Refused, "The user name that LeadGen is to work as in Salesforce is missing.");
            return
            [
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", Assertion(clientId, user, Audience(server), key, now)),
            ];
        }

        List<KeyValuePair<string, string>> form =
            [new("grant_type", "refresh_token"), new("client_id", clientId), new("refresh_token", secrets["refreshToken"]!)];
        if (secrets.AppSecret is { } secret)
        {
            form.Insert(2, new("client_secret", secret));
        }

        return form;
    }

    private static CrmException Refusal(VendorAnswer answer, DateTime now)
    {
        var json = answer.TryJson() ?? default;
        var said = VendorWire.Short(json["error_description"].Text ?? json["error"].Text, $"status {(int)answer.Status}");
        var trouble = (int)answer.Status switch
        {
            429 => CrmTrouble.Throttled,
            >= 500 => CrmTrouble.Unavailable,
            _ when json["error"].Text is "server_error" or "temporarily_unavailable" => CrmTrouble.Unavailable,
            400 or 401 or 403 when json["error"].Text is not null => CrmTrouble.Refused,
            401 or 403 => CrmTrouble.Refused,
            _ => CrmTrouble.Unavailable,
        };
        return new CrmException(trouble, $"Salesforce refused the login: {said}.") { Status = (int)answer.Status, RetryAfter = answer.RetryAfter(now) };
    }

    private static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
