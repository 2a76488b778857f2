namespace LeadGen.Infrastructure.Crm.Wire;

/// <summary>The answer of a token endpoint (RFC 6749, 5.1) as secrets to be kept.</summary>
internal static class TokenAnswer
{
    /// <param name="json">What came.</param>
    /// <param name="vendor">For words.</param>
    /// <param name="server">Who answered; with it, a test's server may name itself without TLS.</param>
    /// <param name="home">The field with the account's own server, and the secret's name.</param>
    /// <returns><c>token</c>; <c>refreshToken</c> where a new one came: the old one may be worthless from then on.</returns>
    /// <exception cref="CrmException">There is no token in it.</exception>
    public static Dictionary<string, string> Read(JsonView json, string vendor, string server, (string Field, string Secret)? home = null)
    {
        if (json["access_token"].Text is not { Length: > 0 } token)
        {
            throw new CrmException(CrmTrouble.Unavailable, $"{vendor}'s login answered without a token.");
        }

        var got = new Dictionary<string, string> { ["token"] = token };
        if (json["refresh_token"].Text is { Length: > 0 } refresh)
        {
            got["refreshToken"] = refresh;
        }

        if (home is { } own && json[own.Field].Text is { Length: > 0 } address && Uri.TryCreate(address, UriKind.Absolute, out var at)
            && (at.Scheme == Uri.UriSchemeHttps || at.GetLeftPart(UriPartial.Authority) == new Uri(server).GetLeftPart(UriPartial.Authority)))
        {
            got[own.Secret] = address.TrimEnd('/');
        }

        return got;
    }
}
