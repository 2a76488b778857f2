using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Account;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;

namespace LeadGen.Portal.Shell;

/// <summary>
/// Lets members in. To everybody else a tenant that exists and one that does not look the same: strangers get 404, people who are not
/// signed in are asked to.
/// </summary>
public sealed class TenantDoor(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, CurrentTenant tenant, MembershipCheck membership)
    {
        var endpoint = context.GetEndpoint();
        if (context.Features.Get<TenantAddress>() is not { } address)
        {
            if (IsTenantsOwn(endpoint, context.Request.Path))
            {
                context.SetEndpoint(null);
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            await next(context);
            return;
        }

        if (tenant.IsSet && endpoint?.Metadata.GetMetadata<OpenToStrangersAttribute>() is not null)
        {
            await next(context);
            return;
        }

        if (context.User.Identity?.IsAuthenticated != true)
        {
            context.Response.Redirect(SignInAddress.For(context.Request));
            return;
        }

        if (!tenant.IsSet || !await membership.RefreshAsync(context.User, context.RequestAborted))
        {
            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (context.Request.Path.Value is "" or "/")
        {
            context.Response.Redirect(address.Root.Add(TenantPath.AddressOf(address.Slug)) + "/dashboard");
            return;
        }

        if (IsOutside(endpoint))
        {
            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await next(context);
    }

    /// <summary>A page of a tenant, or the circuit's hub, asked for without one.</summary>
    private static bool IsTenantsOwn(Endpoint? endpoint, PathString path) =>
        path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase)
        || (IsComponent(endpoint) && endpoint!.Metadata.GetMetadata<ExcludeFromInteractiveRoutingAttribute>() is null);

    /// <summary>Sign-in and the like have one address each, outside of tenants.</summary>
    private static bool IsOutside(Endpoint? endpoint) =>
        IsComponent(endpoint) && endpoint!.Metadata.GetMetadata<ExcludeFromInteractiveRoutingAttribute>() is not null;

    private static bool IsComponent(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;
}

/// <summary>A tenant's page for people who are not members yet.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OpenToStrangersAttribute : Attribute;
