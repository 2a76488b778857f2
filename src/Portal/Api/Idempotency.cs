using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Api;

/// <summary>
/// <c>Idempotency-Key</c>: who comes first marks the key as running, in a transaction of its own, so that other processes see it too; the
/// answer is stored in the transaction of its effect and given again to every repetition. A repetition that arrives while the first is
/// running is told so at once. A mark whose process died ends by itself.
/// </summary>
internal sealed record Idempotency(Guid ApiKeyId, string Operation, string Key, byte[] Fingerprint)
{
    public const string Header = "Idempotency-Key";
    public const int Longest = 255;

    /// <summary>From then on a request that has not answered counts as dead, and the next with its key takes its place.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

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

    /// <summary>Marks the key as running; to be committed before the effect begins.</summary>
    /// <param name="run">Whose mark it is.</param>
    /// <returns>The answer that was given before; null when the caller is the one to give it.</returns>
    /// <exception cref="ApiException">409: another request with the key is running. 422: the key was used for another request.</exception>
    public async Task<StoredAnswer?> BeginAsync(TenantDb db, Guid run, DateTime now, CancellationToken cancellationToken)
    {
        if (await Records(db).AsNoTracking().SingleOrDefaultAsync(cancellationToken) is not { } record)
        {
            db.Idempotency.Add(new IdempotencyRecord
            {
                ApiKeyId = ApiKeyId,
                Operation = Operation,
                Key = Key,
                Fingerprint = Fingerprint,
                At = now,
                RunToken = run,
            });
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }

        if (!record.Fingerprint.AsSpan().SequenceEqual(Fingerprint))
        {
            throw ApiProblem.Invalid(Header, "This key was used for a request with another content. Use a new key for a new request.").AsException();
        }

        if (record.RunToken is null)
        {
            return new StoredAnswer(record.Status, record.Body);
        }

        // Of several that find a dead one, one takes its place.
        var (dead, end) = (record.RunToken, record.At + LongestRun);
        return end <= now && await Records(db).Where(r => r.RunToken == dead).ExecuteUpdateAsync(
            r => r.SetProperty(x => x.RunToken, run).SetProperty(x => x.At, now), cancellationToken) == 1
            ? null
            : throw Running(now - record.At).AsException();
    }

    /// <summary>Stores the answer in the transaction of its effect.</summary>
    /// <exception cref="ApiException">409: the request took so long that another has taken its place; the effect must not be.</exception>
    public async Task AnswerAsync(TenantDb db, Guid run, StoredAnswer answer, DateTime now, CancellationToken cancellationToken)
    {
        var stored = await Records(db).Where(r => r.RunToken == run).ExecuteUpdateAsync(
            r => r.SetProperty(x => x.RunToken, (Guid?)null).SetProperty(x => x.Status, answer.Status).SetProperty(x => x.Body, answer.Body).SetProperty(x => x.At, now),
            cancellationToken);
        if (stored == 0)
        {
            throw Running(TimeSpan.Zero).AsException();
        }
    }

    /// <summary>The request failed and had no effect: the key is as if it had never been used.</summary>
    public Task ReleaseAsync(TenantDb db, Guid run, CancellationToken cancellationToken) =>
        Records(db).Where(r => r.RunToken == run).ExecuteDeleteAsync(cancellationToken);

    /// <summary>Asked to come back after as long again as it has run: often at first, then rarely, and when the mark has ended.</summary>
    private static ApiProblem Running(TimeSpan since)
    {
        var left = LongestRun - since;
        var wait = since < left ? since : left;
        return ApiProblem.Conflict($"A request with this {Header} is still running. Send it again after the time in Retry-After: you get its answer.")
            .RetryAfter(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }

    private IQueryable<IdempotencyRecord> Records(TenantDb db) =>
        db.Idempotency.Where(r => r.ApiKeyId == ApiKeyId && r.Operation == Operation && r.Key == Key);
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
