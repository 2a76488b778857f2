using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Shell;
using Microsoft.AspNetCore.Http.Features;

namespace LeadGen.Portal.Forms.Open;

/// <summary>Finds the workspace that a public address names. One that is not there, is shut, or was already named by the path is no address.</summary>
internal sealed class PublicFormGate(TenantStore tenants, CurrentTenant current) : IEndpointFilter
{
    /// <summary>Bytes that a form may have when it is sent.</summary>
    public const int Most = 64 * 1024;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Features.Get<TenantAddress>() is not null
            || await tenants.FindAsync((string)http.Request.RouteValues["tenant"]!, http.RequestAborted) is not { State: TenantState.Active } tenant)
        {
            return TypedResults.NotFound();
        }

        current.Set(tenant);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = Most;
        }

        http.Response.Headers.CacheControl = "no-store";
        return await next(context);
    }
}
