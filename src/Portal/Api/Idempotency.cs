using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Api;

/// <summary>
/// <c>Idempotency-Key</c>: the first answer is stored in the transaction of its effect and given again to every repetition. A repetition
/// that arrives while the first is running waits for it and gets the same answer.
/// </summary>
internal sealed record Idempotency(Guid ApiKeyId, string Operation, string Key, byte[] Fingerprint)
{
    public const string Header = "Idempotency-Key";
    private const int Longest = 255;

    /// <summary>How long answers are kept at least.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(48);

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

    /// <summary>The stored answer, if there is one.</summary>
    /// <exception cref="ApiException">422: the key was used for another request.</exception>
    public async Task<StoredAnswer?> FindAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var record = await db.Idempotency.AsNoTracking()
            .SingleOrDefaultAsync(r => r.ApiKeyId == ApiKeyId && r.Operation == Operation && r.Key == Key, cancellationToken);
        if (record is null)
        {
            return null;
        }

        return record.Fingerprint.AsSpan().SequenceEqual(Fingerprint)
            ? new StoredAnswer(record.Status, record.Body)
            : throw ApiProblem.Invalid(Header, "This key was used for a request with another content. Use a new key for a new request.").AsException();
    }

    /// <summary>Stores the answer in the caller's transaction. A second request with the key fails here and finds the first's answer when it runs again.</summary>
    public async Task StoreAsync(TenantDb db, StoredAnswer answer, DateTime now, CancellationToken cancellationToken)
    {
        await db.Idempotency.Where(r => r.At < now - Kept).ExecuteDeleteAsync(cancellationToken);
        db.Idempotency.Add(new IdempotencyRecord
        {
            ApiKeyId = ApiKeyId,
            Operation = Operation,
            Key = Key,
            Fingerprint = Fingerprint,
            Status = answer.Status,
            Body = answer.Body,
            At = now,
        });
        await db.SaveChangesAsync(cancellationToken);
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
