using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Http.Features;

namespace LeadGen.Portal.Integrations;

/// <summary>
/// <c>/hooks/{tenant}/{key}</c>: CRMs tell what changed there; <c>…/mail</c>: mail providers pass on answers. The address is random and the call must be proved; what is wrong gets a bare
/// status, so that guessing teaches nothing.
/// </summary>
internal static class HookEndpoints
{
    public const string Prefix = "/hooks";

    private const int Largest = 1024 * 1024;

    public static void MapHooks(this IEndpointRouteBuilder app)
    {
        app.MapPost($"{Prefix}/{{tenant}}/{{key}}", TakeAsync).AllowAnonymous().DisableAntiforgery();
        app.MapPost($"{Prefix}/{{tenant}}/{{key}}/mail", TakeMailAsync).AllowAnonymous().DisableAntiforgery();
    }

    private static async Task<IResult> TakeAsync(
        string tenant, string key, HttpContext context, TenantStore tenants, TenantScopes scopes, CancellationToken cancellationToken)
    {
        if (await tenants.FindAsync(tenant, cancellationToken) is not { State: TenantState.Active } found)
        {
            return Results.StatusCode(StatusCodes.Status404NotFound);
        }

        if (await BodyAsync(context.Request, Largest, cancellationToken) is not { } body)
        {
            return TooLarge(context);
        }

        var hook = new CrmHook(
            context.Request.Method,
            Address(context),
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body);
        var answer = await scopes.RunAsync(found.TenantId, s => s.GetRequiredService<CrmInbox>().TakeAsync(key, hook, cancellationToken), cancellationToken);
        return StatusOf(answer);
    }

    private static async Task<IResult> TakeMailAsync(
        string tenant, string key, HttpContext context, TenantStore tenants, TenantScopes scopes, CancellationToken cancellationToken)
    {
        if (await tenants.FindAsync(tenant, cancellationToken) is not { State: TenantState.Active } found)
        {
            return Results.StatusCode(StatusCodes.Status404NotFound);
        }

        var headers = context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal);
        if (!AnswerHook.IsSigned(headers))
        {
            // Mails are large: what cannot be proved is not read.
            context.Response.Headers.Connection = "close";
            return StatusOf(HookAnswer.Unproven);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MailParser.Largest;
        }

        return await BodyAsync(context.Request, MailParser.Largest, cancellationToken) is { } body
            ? StatusOf(await scopes.RunAsync(found.TenantId, s => s.GetRequiredService<AnswerHook>().TakeAsync(key, headers, body, cancellationToken), cancellationToken))
            : TooLarge(context);
    }

    private static IResult StatusOf(HookAnswer answer) => Results.StatusCode(answer switch
    {
        HookAnswer.Taken => StatusCodes.Status200OK,
        HookAnswer.Unproven => StatusCodes.Status401Unauthorized,
        _ => StatusCodes.Status404NotFound,
    });

    private static IResult TooLarge(HttpContext context)
    {
        // The rest of the body is not read: nothing else can come over this connection.
        context.Response.Headers.Connection = "close";
        return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
    }

    /// <summary>As the sender wrote it, escapes untouched: signatures are made of it. Scheme and host are the public ones, from the proxy.</summary>
    private static Uri Address(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        var path = string.IsNullOrEmpty(target) || target[0] != '/' ? context.Request.PathBase + context.Request.Path + context.Request.QueryString : target;
        return new Uri($"{context.Request.Scheme}://{context.Request.Host}{path}");
    }

    private static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpRequest request, int largest, CancellationToken cancellationToken)
    {
        if (request.ContentLength > largest)
        {
            return null;
        }

        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (kept.Length + read > largest)
            {
                return null;
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }
}
