using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Portal.Shell;

/// <summary>
/// Moves <c>/t/{slug}</c> from the path to the path base, before routing: pages know no tenant in their addresses. Whether the person may
/// enter, <see cref="TenantDoor"/> decides.
/// </summary>
public sealed class TenantPath(RequestDelegate next, TenantStore tenants)
{
    public async Task InvokeAsync(HttpContext context, CurrentTenant current)
    {
        if (SlugOf(context.Request.Path) is not { } slug)
        {
            await next(context);
            return;
        }

        var tenant = await tenants.FindAsync(slug, context.RequestAborted);
        if (tenant is { State: TenantState.Active })
        {
            current.Set(tenant);
        }

        var (path, pathBase) = (context.Request.Path, context.Request.PathBase);
        context.Features.Set(new TenantAddress(slug, pathBase));
        context.Request.PathBase = pathBase.Add(AddressOf(slug));
        context.Request.Path = path.Value![(AddressOf(slug).Length)..];
        try
        {
            await next(context);
        }
        finally
        {
            // The page for problems is rendered outside: it must not look like the tenant's.
            (context.Request.Path, context.Request.PathBase) = (path, pathBase);
            context.Features.Set<TenantAddress>(null);
        }
    }

    /// <summary>The tenant's address below the portal's root, <c>/t/{slug}</c>.</summary>
    public static string AddressOf(string slug) => $"/t/{slug}";

    /// <summary>The slug in a path that begins with <c>/t/{slug}</c>, as it stands there.</summary>
    public static string? SlugOf(string? path)
    {
        if (path is null || !path.StartsWith("/t/", StringComparison.Ordinal))
        {
            return null;
        }

        var end = path.IndexOf('/', 3);
        var slug = end < 0 ? path[3..] : path[3..end];
        return slug.Length == 0 ? null : slug;
    }
}

/// <summary>The request named a tenant, whether there is one or not.</summary>
public sealed record TenantAddress(string Slug, PathString Root);
