using System.Security.Claims;
using LeadGen.Infrastructure.Access;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;

namespace LeadGen.Portal.Account;

/// <summary>Ties the sign-in cookie to a session in the catalog: it begins with it, counts only as long as it is there, and ends with it.</summary>
internal static class SessionCookies
{
    /// <summary>A cookie is about to be given: to a new session, or again to the one that this browser is in.</summary>
    public static async Task BeginAsync(CookieSigningInContext context)
    {
        var (sessions, person) = (Of(context.HttpContext), context.Principal);
        if (person?.Identity is not ClaimsIdentity identity || !Guid.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var userId))
        {
            return;
        }

        foreach (var stale in identity.FindAll(Sessions.ClaimType).ToList())
        {
            identity.RemoveClaim(stale);
        }

        var before = context.HttpContext.User;
        var id = before.FindFirstValue(ClaimTypes.NameIdentifier) == userId.ToString() && await sessions.IsAliveAsync(before, context.HttpContext.RequestAborted)
            ? Sessions.IdOf(before)
            : null;
        id ??= await sessions.BeginAsync(userId, DeviceWords.Of(context.Request.Headers.UserAgent), context.HttpContext.RequestAborted);
        identity.AddClaim(new Claim(Sessions.ClaimType, id.Value.ToString()));
    }

    /// <summary>Asked on every request that carries a cookie; files that are the same for everybody need no answer.</summary>
    public static async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        {
            return;
        }

        if (context.Principal is null || !await Of(context.HttpContext).IsAliveAsync(context.Principal, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            return;
        }

        await SecurityStampValidator.ValidatePrincipalAsync(context);
    }

    public static async Task EndAsync(CookieSigningOutContext context)
    {
        var person = context.HttpContext.User;
        if (Sessions.IdOf(person) is { } id && Guid.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var userId))
        {
            await Of(context.HttpContext).EndAsync(userId, id, CancellationToken.None);
        }
    }

    /// <summary>The person's claims are made anew every minute; the session stays the same.</summary>
    public static Task KeepAsync(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal?.FindFirst(Sessions.ClaimType) is { } claim && context.NewPrincipal?.Identity is ClaimsIdentity identity)
        {
            identity.AddClaim(new Claim(claim.Type, claim.Value));
        }

        return Task.CompletedTask;
    }

    private static Sessions Of(HttpContext context) => context.RequestServices.GetRequiredService<Sessions>();
}
