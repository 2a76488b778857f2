using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeadGen.Portal.Api;

/// <summary>An error as RFC 9457 writes it, the only form in which the API says no.</summary>
public sealed class ApiProblem(int status, string? detail = null, IReadOnlyDictionary<string, string[]>? errors = null) : IResult, IStatusCodeHttpResult
{
    public const string ContentType = "application/problem+json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public int Status => status;

    public string? Detail => detail;

    public IReadOnlyDictionary<string, string[]>? Errors => errors;

    /// <summary>Seconds after which the same request may go well; null when waiting does not help.</summary>
    public int? Wait { get; private init; }

    int? IStatusCodeHttpResult.StatusCode => status;

    public static ApiProblem Unreadable(string detail) => new(StatusCodes.Status400BadRequest, detail);

    public static ApiProblem NotFound(string what) => new(StatusCodes.Status404NotFound, $"There is no such {what}.");

    public static ApiProblem Conflict(string detail) => new(StatusCodes.Status409Conflict, detail);

    public static ApiProblem Stale() => new(
        StatusCodes.Status412PreconditionFailed, "It was changed since you read it. Read it again and repeat your change on what it is now.");

    /// <summary>Readable but wrong.</summary>
    public static ApiProblem Invalid(string field, string sentence) => Invalid(new Dictionary<string, string[]> { [field] = [sentence] });

    public static ApiProblem Invalid(IReadOnlyDictionary<string, string[]> errors) => new(
        StatusCodes.Status422UnprocessableEntity,
        errors.Count == 1 ? $"{errors.Keys.First()}: {errors.Values.First()[0]}" : $"{errors.Count} fields are wrong.",
        errors);

    /// <summary>The same, with <c>Retry-After</c>.</summary>
    public ApiProblem RetryAfter(int seconds) => new(status, detail, errors) { Wait = seconds };

    public ApiException AsException() => new(this);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        if (Wait is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return response.WriteAsJsonAsync(BodyOf(httpContext), Json, ContentType, httpContext.RequestAborted);
    }

    internal ProblemBody BodyOf(HttpContext context) => new(
        "about:blank",
        TitleOf(status),
        status,
        detail ?? DetailOf(status),
        context.Request.PathBase + context.Request.Path,
        Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
        errors);

    internal static string TitleOf(int status) => status switch
    {
        400 => "Unreadable request",
        401 => "No valid key",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Conflict",
        412 => "Changed meanwhile",
        413 => "Too large",
        415 => "Unsupported content type",
        422 => "Wrong content",
        429 => "Too many requests",
        503 => "Not available",
        >= 500 => "Internal error",
        _ => "Request failed",
    };

    private static string? DetailOf(int status) => status switch
    {
        404 => "There is nothing at this address.",
        405 => "This address does not take this method. The header Allow names those it takes.",
        413 => "The request is larger than this address takes.",
        415 => "Send the content type that the description of this address names, mostly application/json.",
        >= 500 => "Something went wrong on our side. Nothing of your request was stored; try again, and name the traceId if it stays.",
        _ => null,
    };
}

/// <summary>The fields of an error answer.</summary>
/// <param name="Type">Always <c>about:blank</c>: the status says what kind of problem it is.</param>
/// <param name="Title">The kind of problem in a few words.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What happened and what helps.</param>
/// <param name="Instance">Path of the request.</param>
/// <param name="TraceId">Finds the request in our records.</param>
/// <param name="Errors">With 422: field by field, sentences with the remedy.</param>
public sealed record ProblemBody(
    string Type, string Title, int Status, string? Detail, string Instance, string TraceId, IReadOnlyDictionary<string, string[]>? Errors);

/// <summary>Ends a request with a problem from where no result can be returned.</summary>
public sealed class ApiException(ApiProblem problem) : Exception(problem.Detail)
{
    public ApiProblem Problem => problem;
}
