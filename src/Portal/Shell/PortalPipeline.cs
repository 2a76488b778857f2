using LeadGen.Infrastructure.Answers;
using LeadGen.Portal.Account;
using LeadGen.Portal.Answers;
using LeadGen.Portal.Forms;
using LeadGen.Portal.Forms.Open;
using LeadGen.Portal.Importing;
using LeadGen.Portal.Integrations;
using LeadGen.Portal.Knowledge;
using LeadGen.Portal.Leads;
using LeadGen.Portal.Outreach.Open;
using LeadGen.Portal.Settings;
using Microsoft.AspNetCore.Diagnostics;

namespace LeadGen.Portal.Shell;

/// <summary>The way of a request: outside in, the tenant before routing, the person before the tenant's door.</summary>
public static class PortalPipeline
{
    public static void UsePortal(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseHsts();
        app.UseWhen(IsPage, pages =>
        {
            pages.UseExceptionHandler("/problem/500", createScopeForErrors: true);
            pages.UseStatusCodePagesWithReExecute("/problem/{0}", createScopeForStatusCodePages: true);
        });
        app.Use(ProblemsAreRead);
        app.UseMiddleware<TenantPath>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<TenantDoor>();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    public static void MapPortal(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapAccount();
        app.MapImporting();
        app.MapKnowledgePages();
        app.MapSettings();
        app.MapLeadExport();
        app.MapPublicForms();
        app.MapFormExport();
        app.MapHooks();
        app.MapUnsubscribe();
        app.MapTracking();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o =>
        {
            // Ours are sent with every answer, not only with pages.
            o.ContentSecurityFrameAncestorsPolicy = null;

            // Secrets that are shown once must not share a compressed message with text that a stranger chose.
            o.DisableWebSocketCompression = true;
        });
    }

    /// <summary>The page that tells of a problem is read, even when what failed was a form that was posted.</summary>
    private static Task ProblemsAreRead(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            context.Request.Method = HttpMethods.Get;
        }

        return next(context);
    }

    /// <summary>Programs get problems as JSON, from the API's own handlers.</summary>
    private static bool IsPage(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments(HookEndpoints.Prefix, StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments(TrackedLinks.OpenPrefix, StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase);
}
