using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Http.Features;

namespace LeadGen.Portal.Integrations;

/// <summary>
/// <c>/hooks/{tenant}/{key}</c>: CRMs tell what changed there. The address is random and the call must be proved; what is wrong gets a bare
/// status, so that guessing teaches nothing.
/// </summary>
internal static class HookEndpoints
{
    public const string Prefix = "/hooks";

    private const int Largest = 1024 * 1024;

    public static void MapHooks(this IEndpointRouteBuilder app) => app.MapPost($"{Prefix}/{{tenant}}/{{key}}", TakeAsync).AllowAnonymous().DisableAntiforgery();

    private static async Task<IResult> TakeAsync(
        string tenant, string key, HttpContext context, TenantStore tenants, TenantScopes scopes, CancellationToken cancellationToken)
    {
        if (await tenants.FindAsync(tenant, cancellationToken) is not { State: TenantState.Active } found)
        {
            return Results.StatusCode(StatusCodes.Status404NotFound);
        }

        if (await BodyAsync(context.Request, cancellationToken) is not { } body)
        {
            // The rest of the body is not read: nothing else can come over this connection.
            context.Response.Headers.Connection = "close";
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        var hook = new CrmHook(
            context.Request.Method,
            Address(context),
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body);
        var answer = await scopes.RunAsync(found.TenantId, s => s.GetRequiredService<CrmInbox>().TakeAsync(key, hook, cancellationToken), cancellationToken);
        return Results.StatusCode(answer switch
        {
            HookAnswer.Taken => StatusCodes.Status200OK,
            HookAnswer.Unproven => StatusCodes.Status401Unauthorized,
            _ => StatusCodes.Status404NotFound,
        });
    }

    /// <summary>As the sender wrote it, escapes untouched: signatures are made of it. Scheme and host are the public ones, from the proxy.</summary>
    private static Uri Address(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var path = string.IsNullOrEmpty(target) || target[0] != '/' ? context.Request.PathBase + context.Request.Path + context.Request.QueryString : target;
        return new Uri($"{context.Request.Scheme}://{context.Request.Host}{path}");
    }

    private static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Largest)
        {
            return null;
        }

        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (kept.Length + read > Largest)
            {
                return null;
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }
}
