namespace LeadGen.Infrastructure.Crm.Consent;

/// <summary>How a vendor's consent works (RFC 6749, "Authorization Code Grant"): where, for what, and how an app proves itself.</summary>
public sealed record ConsentTerms
{
    public required string Vendor { get; init; }

    /// <summary>The page that people see.</summary>
    public required string AuthorizeAt { get; init; }

    public required string TokenAt { get; init; }

    /// <summary>Takes a refresh token and makes it worthless.</summary>
    public required string RevokeAt { get; init; }

    /// <summary>Everything without which LeadGen does not work, each with one that includes it, if any.</summary>
    public required IReadOnlyList<(string Name, string? Within)> Scopes { get; init; }

    /// <summary>False where scopes are set at the app and the request cannot name them.</summary>
    public bool AsksForScopes { get; init; } = true;

    /// <summary>The code is bound to who asked for it (RFC 7636, S256).</summary>
    public bool Pkce { get; init; }

    /// <summary>The app proves itself by HTTP Basic instead of in the form.</summary>
    public bool Basic { get; init; }

    /// <summary>Where the token's answer says which server has the account, and the secret that keeps it.</summary>
    public (string Field, string Secret)? Home { get; init; }

    /// <summary>Those that are needed and were not granted.</summary>
    /// <param name="granted">As the vendor lists them, by blanks or commas.</param>
    public IReadOnlyList<string> Missing(string granted)
    {
        var given = granted.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return [.. Scopes.Where(s => !given.Contains(s.Name) && (s.Within is null || !given.Contains(s.Within))).Select(s => s.Name)];
    }
}
