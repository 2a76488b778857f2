using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LeadGen.Portal.Api;

/// <summary>The <c>Idempotency-Key</c> of a request: unique for an API key, a method and a path. <see cref="IdempotencyMarks"/> says where it stands.</summary>
internal sealed record Idempotency(Guid ApiKeyId, string Operation, string Key, byte[] Fingerprint)
{
    public const string Header = "Idempotency-Key";
    public const int Longest = 255;

    /// <returns>Null when the request has no key.</returns>
    /// <exception cref="ApiException">400: the key is empty or too long.</exception>
    public static Idempotency? Of(HttpContext context, ReadOnlySpan<byte> body)
    {
        if (!context.Request.Headers.TryGetValue(Header, out var sent))
        {
            return null;
        }

        var key = sent.ToString().Trim();
        if (key.Length is 0 or > Longest)
        {
            throw ApiProblem.Unreadable($"{Header} must have 1 to {Longest} characters.").AsException();
        }

        var operation = $"{context.Request.Method} {context.Request.Path}".ToLowerInvariant();
        return new Idempotency(context.User.KeyId(), operation, key, SHA256.HashData(body));
    }
}

/// <summary>An answer as it was first given.</summary>
internal sealed record StoredAnswer(int Status, string Body) : IResult, IStatusCodeHttpResult
{
    int? IStatusCodeHttpResult.StatusCode => Status;

    public static StoredAnswer Of<T>(int status, T body, JsonSerializerOptions options) => new(status, JsonSerializer.Serialize(body, options));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = Status >= 400 ? ApiProblem.ContentType : "application/json; charset=utf-8";
        return httpContext.Response.WriteAsync(Body, Encoding.UTF8, httpContext.RequestAborted);
    }
}

/// <summary>Stands on endpoints that look at <see cref="Idempotency.Header"/>, for the description.</summary>
internal sealed class TakesIdempotencyKey;
