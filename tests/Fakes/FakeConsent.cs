using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace LeadGen.Fakes;

/// <summary>
/// The page on which a person lets an app into the account, and the codes that it gives: for one client, one redirect address and one use, within
/// ten minutes, bound by PKCE where the request brought a challenge.
/// </summary>
public sealed class FakeConsent(FakeVendor vendor, string clientId, string clientSecret, string path, params string[] scopes)
{
    private const string Style = """
        body{font:15px/22px system-ui,sans-serif;margin:0;color:#1c1f23;background:#f3f2ef}main{max-width:440px;margin:10vh auto;padding:28px;background:#fff;border:1px solid #dcd9d2;border-radius:8px}
        h1{font-size:20px;margin:0 0 12px}button{font:inherit;padding:8px 16px;margin-right:8px}.muted{color:#5b636d}code{overflow-wrap:anywhere}
        """;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Given> codes = [];

    /// <summary>The one address that is registered; null for any on this machine that ends as LeadGen's does.</summary>
    public string? RedirectUri { get; set; }

    /// <summary>Scopes that a token lacks although the app asks for them.</summary>
    public HashSet<string> Withheld { get; } = [];

    /// <summary>Of the tokens that are given.</summary>
    public string Granted(char between) => string.Join(between, scopes.Except(Withheld));

    /// <summary>The app may not do without PKCE.</summary>
    public bool NeedsPkce { get; set; }

    public void Map(WebApplication app)
    {
        app.MapGet(path, (HttpContext context) => Ask(context.Request.Query));
        app.MapPost(path, async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            return Wrong(n => form[n]) is { } wrong ? Refused(wrong) : Results.Redirect(Decide(form));
        });
    }

    /// <summary>Takes a code at the token endpoint.</summary>
    /// <returns>Null when it is good, else the error of RFC 6749 and what is wrong in words.</returns>
    public (string Error, string Said)? Redeem(IFormCollection form, string? basic = null)
    {
        var proven = basic is null
            ? form["client_id"] == clientId && form["client_secret"] == clientSecret
            : basic == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}"));
        if (!proven)
        {
            return ("invalid_client", "invalid client credentials");
        }

        lock (gate)
        {
            if (!codes.Remove(form["code"].ToString(), out var given))
            {
                return ("invalid_grant", "expired or unknown authorization code");
            }

            return form["redirect_uri"] != given.RedirectUri ? ("redirect_uri_mismatch", "redirect_uri must match the one of the authorization")
                : DateTime.UtcNow > given.Until ? ("invalid_grant", "expired authorization code")
                : given.Challenge.Length > 0 && Challenge(form["code_verifier"].ToString()) != given.Challenge ? ("invalid_grant", "invalid code verifier")
                : null;
        }
    }

    private static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private IResult Ask(IQueryCollection query)
    {
        if (Wrong(n => query[n]) is { } wrong)
        {
            return Refused(wrong);
        }

        var hidden = string.Concat(query.Select(q => $"""<input type="hidden" name="{Safe(q.Key)}" value="{Safe(q.Value)}">"""));
        var asked = query["scope"].ToString() is { Length: > 0 } named ? named.Split(' ') : scopes;
        return Page($"""
            <h1>LeadGen wants to work in your {vendor.Name} account</h1>
            <p>It may then use:</p><ul>{string.Concat(asked.Select(s => $"<li><code>{Safe(s)}</code></li>"))}</ul>
            <form method="post" action="{path}">{hidden}<button name="answer" value="allow"><b>Allow</b></button><button name="answer" value="deny">Cancel</button></form>
            <p class="muted">A pretended {vendor.Name}. You are led back to <code>{Safe(query["redirect_uri"])}</code>.</p>
            """);
    }

    private string Decide(IFormCollection form)
    {
        var (back, state) = (form["redirect_uri"].ToString(), Uri.EscapeDataString(form["state"].ToString()));
        if (form["answer"] != "allow")
        {
            return $"{back}?error=access_denied&error_description={Uri.EscapeDataString("end-user denied authorization")}&state={state}";
        }

        var code = "code-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        lock (gate)
        {
            codes[code] = new Given(back, form["code_challenge"].ToString(), DateTime.UtcNow.AddMinutes(10));
        }

        return $"{back}?code={code}&state={state}";
    }

    /// <summary>What a vendor says on its own page, since it leads nobody to an address that it does not know.</summary>
    private string? Wrong(Func<string, Microsoft.Extensions.Primitives.StringValues> value)
    {
        var back = value("redirect_uri").ToString();
        var known = RedirectUri is { } registered
            ? back == registered
            : Uri.TryCreate(back, UriKind.Absolute, out var uri) && uri.IsLoopback && uri.PathAndQuery == $"/oauth/{vendor.Name.ToLowerInvariant()}/callback";
        return value("client_id") != clientId ? "There is no app with this client id."
            : !known ? "The redirect address is not registered for this app."
            : value("response_type") != "code" ? "The response type must be code."
            : value("code_challenge").ToString() is { Length: > 0 } && value("code_challenge_method") != "S256" ? "The challenge's method must be S256."
            : NeedsPkce && value("code_challenge").ToString().Length == 0 ? "This app needs PKCE."
            : value("scope").ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(scopes).FirstOrDefault() is { } unknown ? $"The app may not ask for {unknown}."
            : null;
    }

    private static IResult Refused(string why) => Page($"<h1>This cannot be done</h1><p>{Safe(why)}</p>", 400);

    private static IResult Page(string body, int status = 200) => Results.Content(
        $"""<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Allow an app</title><style>{Style}</style></head><body><main>{body}</main></body></html>""",
        "text/html; charset=utf-8",
        statusCode: status);

    private static string Safe(string? text) => WebUtility.HtmlEncode(text ?? "");

    private sealed record Given(string RedirectUri, string Challenge, DateTime Until);
}
