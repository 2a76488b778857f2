using System.Diagnostics;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Portal.Api;

/// <summary>Stands around everything below <c>/api</c>: whatever goes wrong there leaves as a problem, never as a page or a stack trace.</summary>
internal sealed partial class ApiErrors(RequestDelegate next, ILogger<ApiErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (CarriesKey(context.Request.Query))
        {
            await ApiProblem.Unreadable("A key does not belong in an address: addresses are written to logs. Send it as 'Authorization: Bearer …' and replace this one.")
                .ExecuteAsync(context);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (context.RequestAborted.IsCancellationRequested)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return;
            }

            await ProblemOf(e, context).ExecuteAsync(context);
            return;
        }

        var response = context.Response;
        if (response is { HasStarted: false, StatusCode: >= 400, ContentLength: null or 0, ContentType: null })
        {
            await new ApiProblem(response.StatusCode).ExecuteAsync(context);
        }
    }

    private static bool CarriesKey(IQueryCollection query) =>
        query.Any(q => q.Value.Any(v => v?.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal) == true));

    private ApiProblem ProblemOf(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ApiException expected:
                return expected.Problem;
            case BadHttpRequestException bad:
                return new ApiProblem(bad.StatusCode);
            case TenantUnavailableException:
                return new ApiProblem(StatusCodes.Status503ServiceUnavailable, "This tenant is being changed. Try again in a minute.");
            default:
                // The kinds and places of the exceptions, not their messages: those may quote what was sent.
                var kinds = string.Join(" < ", Chain(exception).Select(e => e.GetType().Name));
                var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route";
                Failed(logger, context.Request.Method, route, Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier, kinds, exception.StackTrace);
                return new ApiProblem(StatusCodes.Status500InternalServerError);
        }
    }

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }

    [LoggerMessage(301, LogLevel.Error, "{Method} {Route} failed, trace {TraceId}: {Kinds}\n{Where}")]
    private static partial void Failed(ILogger logger, string method, string route, string traceId, string kinds, string? where);
}
