using Microsoft.AspNetCore.Antiforgery;

namespace LeadGen.Portal.Account;

/// <summary>What of the account is no page.</summary>
public static class AccountEndpoints
{
    public static void MapAccount(this IEndpointRouteBuilder app) => app.MapPost("/account/sign-out", SignOutAsync).AllowAnonymous();

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, AccountActions account)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest();
        }

        await account.SignOutAsync();
        return Results.LocalRedirect(SignInAddress.Path);
    }
}
