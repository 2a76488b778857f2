using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Portal.Answers;

/// <summary><c>/c/{token}</c> and <c>/o/{token}.gif</c>: links and picture of outreach mail, where a tenant has them counted. The token is sealed and names tenant, mail and link.</summary>
internal static class TrackingEndpoints
{
    private static readonly byte[] Gif = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    public static void MapTracking(this IEndpointRouteBuilder app)
    {
        app.MapMethods(TrackedLinks.ClickPrefix + "/{token}", [HttpMethods.Get, HttpMethods.Head], ClickAsync).AllowAnonymous();
        app.MapGet(TrackedLinks.OpenPrefix + "/{token}.gif", OpenAsync).AllowAnonymous();
    }

    private static async Task<IResult> ClickAsync(
        string token, HttpContext context, TrackedLinks links, TenantStore tenants, TenantScopes scopes, CancellationToken cancellationToken)
    {
        if (links.Read(token) is not { Number: >= 0 } found || await tenants.FindAsync(found.Tenant, cancellationToken) is not { State: TenantState.Active })
        {
            return Results.NotFound();
        }

        var agent = context.Request.Headers.UserAgent.ToString();
        var counts = HttpMethods.IsGet(context.Request.Method);
        var link = await scopes.RunAsync(
            found.Tenant, s => s.GetRequiredService<Tracking>().ClickAsync(found.MessageId, found.Number, agent, counts, cancellationToken), cancellationToken);
        if (link is null)
        {
            return Results.NotFound();
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Redirect(link);
    }

    private static async Task<IResult> OpenAsync(
        string token, HttpContext context, TrackedLinks links, TenantStore tenants, TenantScopes scopes, CancellationToken cancellationToken)
    {
        // The picture is the same whatever was asked for: it tells nobody what exists.
        if (links.Read(token) is { Number: TrackedLinks.Picture } found && await tenants.FindAsync(found.Tenant, cancellationToken) is { State: TenantState.Active })
        {
            await scopes.RunAsync(
                found.Tenant,
                s => s.GetRequiredService<Tracking>().OpenAsync(found.MessageId, context.Request.Headers.UserAgent.ToString(), cancellationToken),
                cancellationToken);
        }

        context.Response.Headers.CacheControl = "no-store";
        return Results.Bytes(Gif, "image/gif");
    }
}
