using System.Collections.Concurrent;
using System.Text.Json;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;

namespace LeadGen.Infrastructure.Answers;

/// <summary>Exchanges refresh tokens for access tokens (RFC 6749, section 6), which are kept in memory as long as they live.</summary>
public sealed class MailboxTokens(IHttpClientFactory http, MailboxTokenCache cache, TimeProvider time)
{
    public const string Google = "https://oauth2.googleapis.com/token";
    public const string Microsoft = "https://login.microsoftonline.com/common/oauth2/v2.0/token";

    internal const string TokenAddress = "tokenAddress";
    internal const string ClientId = "clientId";
    internal const string ClientSecret = "clientSecret";
    internal const string RefreshToken = "refreshToken";

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    /// <exception cref="MailboxException">The provider gives none.</exception>
    public async Task<string> GetAsync(AnswerMailbox mailbox, IReadOnlyDictionary<string, string> secrets, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (cache.Kept.TryGetValue((mailbox.Id, mailbox.Revision), out var kept) && kept.Until > now)
        {
            return kept.Token;
        }

        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = secrets.GetValueOrDefault(RefreshToken, ""),
            ["client_id"] = secrets.GetValueOrDefault(ClientId, ""),
        };
        if (secrets.TryGetValue(ClientSecret, out var secret) && secret.Length > 0)
        {
            fields["client_secret"] = secret;
        }

        var (token, seconds) = await AskAsync(secrets.GetValueOrDefault(TokenAddress, Google), fields, cancellationToken);
        cache.Kept[(mailbox.Id, mailbox.Revision)] = (token, now.AddSeconds(seconds) - Margin);
        return token;
    }

    private async Task<(string Token, int Seconds)> AskAsync(string address, Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        using var client = http.CreateClient(OutboundHttp.Name);
        using var content = new FormUrlEncodedContent(fields);
        try
        {
            using var response = await client.PostAsync(new Uri(address), content, cancellationToken);
            using var json = JsonDocument.Parse(await OutboundHttp.ReadCappedAsync(response.Content, cancellationToken: cancellationToken));
            if (response.IsSuccessStatusCode && json.RootElement.TryGetProperty("access_token", out var token) && token.GetString() is { Length: > 0 } text)
            {
                return (text, json.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var lives) ? lives : 300);
            }

            var error = json.RootElement.TryGetProperty("error", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
            throw new MailboxException(error == "invalid_grant"
                ? "The provider says that the refresh token is no longer valid. Ask it for a new one."
                : $"The provider gave no access token ({error ?? ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture)}).");
        }
        catch (JsonException e)
        {
            throw new MailboxException("The address for tokens does not answer as it should (no JSON).", e);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && OutboundHttp.Explain(e) is { } why)
        {
            throw new MailboxException($"The address for tokens: {why}", e);
        }
    }
}

/// <summary>Access tokens by mailbox and revision: one whose secrets changed starts anew.</summary>
public sealed class MailboxTokenCache
{
    internal ConcurrentDictionary<(Guid Mailbox, int Revision), (string Token, DateTimeOffset Until)> Kept { get; } = new();
}
