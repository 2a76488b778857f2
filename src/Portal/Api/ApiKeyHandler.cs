using System.Security.Claims;
using System.Text.Encodings.Web;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Api;

/// <summary>Lets programs in: the bearer key names the tenant, which the request then works for. Cookies mean nothing here.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ApiKeyLookup keys,
    TenantStore tenants,
    CurrentTenant current)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string ScopeClaim = "scope";
    public const string KeyClaim = "key";
    private const string Bearer = "Bearer ";

    private string? refusal;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (await keys.FindAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is not { } key)
        {
            return AuthenticateResult.Fail("The key is unknown, revoked or expired.");
        }

        var tenant = await tenants.FindAsync(new TenantId(key.TenantId), Context.RequestAborted);
        var claims = new List<Claim> { new(KeyClaim, key.Id.ToString()), new(ClaimTypes.Name, key.Name) };
        if (tenant is { State: TenantState.Active })
        {
            current.Set(tenant);
            claims.AddRange(key.Scopes.Select(s => new Claim(ScopeClaim, s)));
        }
        else
        {
            // Known, but without any scope: every address answers 403 and says why.
            refusal = "This tenant is not active. Ask whoever runs this installation.";
        }

        var identity = new ClaimsIdentity(claims, Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var sent = Request.Headers.Authorization.Count > 0;
        Response.Headers.WWWAuthenticate = sent ? "Bearer realm=\"LeadGen\", error=\"invalid_token\"" : "Bearer realm=\"LeadGen\"";
        return new ApiProblem(
            StatusCodes.Status401Unauthorized,
            sent ? "The key is unknown, revoked or expired. Make a new one on the Developers page."
                : "Send a key as 'Authorization: Bearer lg_live_…'. Keys are made on the Developers page.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Context.GetEndpoint()?.Metadata.GetMetadata<NeededScope>()?.Scope;
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"LeadGen\", error=\"insufficient_scope\", scope=\"{scope}\"";
        return new ApiProblem(
            StatusCodes.Status403Forbidden,
            refusal ?? $"The key lacks the scope {scope}. Make a key that has it on the Developers page.").ExecuteAsync(Context);
    }
}

/// <summary>The scope that an address asks for; stands on every endpoint of the API.</summary>
public sealed record NeededScope(string Scope);

internal static class ApiScopes
{
    public static TBuilder Needs<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder => builder
            .WithMetadata(new NeededScope(scope))
            .RequireAuthorization(policy => policy.AddAuthenticationSchemes(ApiKeyHandler.SchemeName).RequireClaim(ApiKeyHandler.ScopeClaim, scope));

    /// <summary>Who acts, for histories.</summary>
    public static string Actor(this ClaimsPrincipal user) => "api:" + user.Identity?.Name;

    public static Guid KeyId(this ClaimsPrincipal user) => Guid.Parse(user.FindFirstValue(ApiKeyHandler.KeyClaim)!);
}
