using System.Collections.Concurrent;
using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>
/// Exchanges refresh tokens for access tokens (RFC 6749, section 6), which are kept in memory as long as they live. A provider that gives a
/// new refresh token takes the old one back: the new one is stored before the access token is used.
/// </summary>
public sealed class MailboxTokens(
    IHttpClientFactory http, IDbContextFactory<TenantDb> databases, TenantWrites writes, TenantSecrets sealing, MailboxTokenCache cache, TimeProvider time)
{
    public const string Google = "https://oauth2.googleapis.com/token";
    public const string Microsoft = "https://login.microsoftonline.com/common/oauth2/v2.0/token";

    internal const string TokenAddress = "tokenAddress";
    internal const string ClientId = "clientId";
    internal const string ClientSecret = "clientSecret";
    internal const string RefreshToken = "refreshToken";

    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    /// <param name="mailbox">It may be one that is only being tried; its secrets are changed where the provider renews them.</param>
    /// <exception cref="MailboxException">The provider gives none.</exception>
    public async Task<string> GetAsync(AnswerMailbox mailbox, CancellationToken cancellationToken)
    {
        // One at a time for a mailbox: of two who show the same refresh token a strict provider takes the second for a thief.
        var turn = cache.Turns.GetOrAdd(mailbox.Id, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await GetInTurnAsync(mailbox, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The mail server does not take the token any more: the next one is a new one.</summary>
    public void Forget(AnswerMailbox mailbox) => cache.Kept.TryRemove((mailbox.Id, mailbox.Revision), out _);

    private async Task<string> GetInTurnAsync(AnswerMailbox mailbox, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (cache.Kept.TryGetValue((mailbox.Id, mailbox.Revision), out var kept) && kept.Until > now)
        {
            return kept.Token;
        }

        // As it stands now: whoever asked before may have stored a newer one.
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            mailbox.Secrets = await db.Mailboxes.Where(m => m.Id == mailbox.Id && m.Revision == mailbox.Revision).Select(m => m.Secrets).SingleOrDefaultAsync(cancellationToken)
                ?? mailbox.Secrets;
        }

        var secrets = sealing.OpenAll(mailbox.Secrets);
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

        var (token, seconds, renewed) = await AskAsync(secrets.GetValueOrDefault(TokenAddress, Google), fields, cancellationToken);
        if (renewed is not null && renewed != fields["refresh_token"])
        {
            await KeepAsync(mailbox, fields["refresh_token"], renewed);
        }

        cache.Kept[(mailbox.Id, mailbox.Revision)] = (token, now.AddSeconds(seconds) - Margin);
        return token;
    }

    /// <summary>In the mailbox that is being tried, and in the row wherever it holds the token that is spent. Nobody can ask for it again: not to be cancelled.</summary>
    private Task KeepAsync(AnswerMailbox mailbox, string spent, string renewed)
    {
        mailbox.Secrets = With(sealing.OpenAll(mailbox.Secrets));
        return writes.RunAsync(
            async (db, ct) =>
            {
                if (await db.Mailboxes.Where(m => m.Id == mailbox.Id).ForUpdate().Select(m => m.Secrets).SingleOrDefaultAsync(ct) is { } stored
                    && sealing.OpenAll(stored) is var known && known.GetValueOrDefault(RefreshToken) == spent)
                {
                    var anew = With(known);
                    await db.Mailboxes.Where(m => m.Id == mailbox.Id).ExecuteUpdateAsync(m => m.SetProperty(x => x.Secrets, anew), ct);
                }
            },
            CancellationToken.None);

        string With(IReadOnlyDictionary<string, string> all) => sealing.SealAll(new Dictionary<string, string>(all) { [RefreshToken] = renewed });
    }

    private async Task<(string Token, int Seconds, string? Renewed)> AskAsync(string address, Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        using var client = http.CreateClient(OutboundHttp.Name);
        using var content = new FormUrlEncodedContent(fields);
        try
        {
            using var response = await client.PostAsync(new Uri(address), content, cancellationToken);
            using var json = JsonDocument.Parse(await OutboundHttp.ReadCappedAsync(response.Content, cancellationToken: cancellationToken));
            if (response.IsSuccessStatusCode && json.RootElement.TryGetProperty("access_token", out var token) && token.GetString() is { Length: > 0 } text)
            {
                return (
                    text,
                    json.RootElement.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var lives) ? lives : 300,
                    json.RootElement.TryGetProperty("refresh_token", out var renewed) && renewed.ValueKind == JsonValueKind.String && renewed.GetString() is { Length: > 0 } next ? next : null);
            }

            var error = json.RootElement.TryGetProperty("error", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
            throw error == "invalid_grant"
                ? new MailboxException("The provider says that the refresh token is no longer valid. Ask it for a new one, and change the mailbox.") { IsSignedOut = true }
                : new MailboxException($"The provider gave no access token ({error ?? ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture)}).");
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
    internal ConcurrentDictionary<Guid, SemaphoreSlim> Turns { get; } = new();

    internal ConcurrentDictionary<(Guid Mailbox, int Revision), (string Token, DateTimeOffset Until)> Kept { get; } = new();
}
