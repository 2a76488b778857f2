using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Settings;

/// <summary>What of the settings is no page: the logo, which the door shows to members only.</summary>
public static class SettingsEndpoints
{
    public static void MapSettings(this IEndpointRouteBuilder app) => app.MapGet("/logo", LogoAsync).RequireAuthorization(Roles.Viewer);

    private static async Task<IResult> LogoAsync(HttpContext context, WorkspaceSettings settings)
    {
        if (LogoFile.Read((await settings.ReadAsync(context.RequestAborted)).Logo) is not { } logo)
        {
            return Results.NotFound();
        }

        // The address carries the picture's version.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.Bytes(logo.Content, logo.MediaType);
    }
}
