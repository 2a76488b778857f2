using System.Text;
using LeadGen.Infrastructure.Crm.Wire;

namespace LeadGen.Infrastructure.Crm.Consent;

/// <summary>Swaps a code for tokens and gives tokens back (RFC 6749, 4.1.3 and 5.2; RFC 7009).</summary>
/// <param name="http">The guarded client.</param>
/// <param name="app">Whose tokens they are.</param>
internal sealed class TokenRequest(HttpClient http, ConsentTerms terms, (string Id, string Secret, bool IsOwn) app)
{
    /// <returns><c>token</c>, <c>refreshToken</c>, and the account's own server where the vendor names it.</returns>
    /// <exception cref="CrmException">Refused, not reachable, or not all that LeadGen needs was granted.</exception>
    public async Task<Dictionary<string, string>> SwapAsync(string code, string verifier, string comeBack, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            terms.TokenAt,
            [
                new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", comeBack),
                .. terms.Pkce ? [new("code_verifier", verifier)] : (KeyValuePair<string, string>[])[],
            ],
            cancellationToken);
        if (!answer.IsSuccess)
        {
            throw Refusal(answer, comeBack);
        }

        var json = answer.Json;
        var got = TokenAnswer.Read(json, terms.Vendor, terms.TokenAt, terms.Home);
        var granted = json["scope"].Text ?? (json["scopes"].IsArray ? string.Join(' ', json["scopes"].Items.Select(s => s.Text)) : json["scopes"].Text);
        if (granted is { Length: > 0 } && terms.Missing(granted) is { Count: > 0 } missing)
        {
            throw new CrmException(
                CrmTrouble.Refused, $"{terms.Vendor} did not grant: {string.Join(", ", missing)}. Add {(missing.Count == 1 ? "this scope" : "these scopes")} to the app there, then sign in again.");
        }

        return got.ContainsKey("refreshToken")
            ? got
            : throw new CrmException(CrmTrouble.Refused, $"{terms.Vendor} let LeadGen in for a moment only: no refresh token came. Allow the app to refresh tokens there, then sign in again.");
    }

    /// <exception cref="CrmException">It still counts there, as far as is known.</exception>
    public async Task RevokeAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(terms.RevokeAt, [new("token", refreshToken), new("token_type_hint", "refresh_token")], cancellationToken);
        if (!answer.IsSuccess)
        {
            throw Refusal(answer, "");
        }
    }

    private async Task<VendorAnswer> SendAsync(string address, List<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        if (terms.Basic)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{app.Id}:{app.Secret}")));
        }
        else
        {
            form.AddRange([new("client_id", app.Id), new("client_secret", app.Secret)]);
        }

        request.Content = new FormUrlEncodedContent(form);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        return await VendorWire.SendAsync(http, request, terms.Vendor, cancellationToken);
    }

    private CrmException Refusal(VendorAnswer answer, string comeBack)
    {
        var (json, status) = (answer.TryJson() ?? default, (int)answer.Status);
        json = json.IsArray ? json.Items.FirstOrDefault() : json;
        var said = VendorWire.Short(json["error_description"].Text ?? json["message"].Text ?? json["error"].Text, $"status {status}");
        return (status, json["error"].Text ?? json["errorCode"].Text) switch
        {
            (_, "invalid_grant") => new CrmException(
                CrmTrouble.Refused, $"{terms.Vendor} does not accept the code that it gave: it was used already, is too old, or belongs to another request ({said}). Sign in again."),
            (_, "invalid_client" or "invalid_client_id" or "unauthorized_client") or (401, _) => new CrmException(
                CrmTrouble.Refused,
                app.IsOwn
                    ? $"{terms.Vendor} does not know the app, or its secret is wrong ({said}). Check client id and client secret."
                    : $"{terms.Vendor} does not accept the app of this installation ({said}). Tell the people who run it: the client id or secret is wrong."),
            (_, "redirect_uri_mismatch") => new CrmException(CrmTrouble.Refused, $"The app in {terms.Vendor} does not know the address {comeBack}. Enter it there as redirect address."),
            (429, _) or (_, "REQUEST_LIMIT_EXCEEDED") => new CrmException(CrmTrouble.Throttled, $"{terms.Vendor} takes no more sign-ins for now. Try again in some minutes."),
            ( >= 500 or < 400 or 408, _) => new CrmException(CrmTrouble.Unavailable, $"{terms.Vendor} is not well at the moment ({said}). Try again in some minutes."),
            _ => new CrmException(CrmTrouble.Refused, $"{terms.Vendor} refused: {said}."),
        };
    }
}
