using LeadGen.Infrastructure.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace LeadGen.Portal.Account;

/// <summary>What of the account is no page: forms that are posted and lead back. Whose account it is, the sign-in says, never the form.</summary>
public static class AccountEndpoints
{
    public const string ThemeCookie = "leadgen.theme";
    private const string Page = "/account";

    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapPost("/account/sign-out", SignOutAsync).AllowAnonymous();
        app.MapPost("/account/theme", SetThemeAsync).RequireAuthorization();
        app.MapPost("/account/sessions/end", EndAsync).RequireAuthorization();
        app.MapPost("/account/sessions/end-others", EndOthersAsync).RequireAuthorization();
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, AccountActions account)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }

        await account.SignOutAsync();
        return Results.LocalRedirect(SignInAddress.Path);
    }

    private static async Task<IResult> SetThemeAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }

        // Not hidden from scripts: the menu inside of workspaces sets the same cookie.
        var options = new CookieOptions { Path = "/", SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = TimeSpan.FromDays(365) };
        if ((await context.Request.ReadFormAsync(context.RequestAborted))["theme"].ToString() is ("light" or "dark") and var theme)
        {
            context.Response.Cookies.Append(ThemeCookie, theme, options);
        }
        else
        {
            context.Response.Cookies.Delete(ThemeCookie, new CookieOptions { Path = "/" });
        }

        return Results.LocalRedirect(Page);
    }

    private static async Task<IResult> EndAsync(HttpContext context, IAntiforgery antiforgery, Sessions sessions, UserManager<User> users)
    {
        if (!await antiforgery.IsRequestValidAsync(context)
            || !Guid.TryParse(users.GetUserId(context.User), out var userId)
            || !Guid.TryParse((await context.Request.ReadFormAsync(context.RequestAborted))["id"].ToString(), out var id))
        {
            return Results.BadRequest();
        }

        // One that is gone already, or somebody else's, leads to the same list without it.
        return Results.LocalRedirect(await sessions.EndAsync(userId, id, context.RequestAborted) ? Page + "?done=ended" : Page);
    }

    private static async Task<IResult> EndOthersAsync(HttpContext context, IAntiforgery antiforgery, Sessions sessions, UserManager<User> users)
    {
        if (!await antiforgery.IsRequestValidAsync(context) || !Guid.TryParse(users.GetUserId(context.User), out var userId))
        {
            return Results.BadRequest();
        }

        await sessions.EndOthersAsync(userId, Sessions.IdOf(context.User), context.RequestAborted);
        return Results.LocalRedirect(Page + "?done=others");
    }
}
