using System.Diagnostics;
using System.Security.Claims;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Portal.Api;

/// <summary>Stands outermost below <c>/api</c> and notes every request that came with a tenant's key, with the answer it got.</summary>
internal sealed class RequestLogging(RequestDelegate next, RequestLog log, RequestPressure pressure, TimeProvider time)
{
    private const int LongestPath = 200;

    public async Task InvokeAsync(HttpContext context, CurrentTenant tenant)
    {
        pressure.Count();
        var (began, at) = (Stopwatch.GetTimestamp(), time.GetUtcNow().UtcDateTime);
        await next(context);
        if (!tenant.IsSet || context.User.FindFirstValue(ApiKeyHandler.KeyClaim) is not { } key)
        {
            return;
        }

        var path = context.Request.Path.Value ?? "";
        log.Add(tenant.Id, new ApiRequest
        {
            ApiKeyId = Guid.Parse(key),
            At = at,
            Method = context.Request.Method,
            Path = path.Length <= LongestPath ? path : path[..LongestPath],
            Status = context.Response.StatusCode,
            Duration = (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds,
            TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
            Problem = context.Response.StatusCode >= 400 ? ApiProblem.TitleOf(context.Response.StatusCode) : null,
        });
    }
}
