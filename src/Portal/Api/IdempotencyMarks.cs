using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Api;

/// <summary>
/// Where idempotency keys stand: who comes first marks the key as running, in a transaction of its own, so that other processes see it too;
/// the answer is stored in the transaction of its effect and given again to every repetition. A repetition that arrives while the first is
/// running is told so at once. A mark whose process died ends by itself. Requests that run together (<see cref="LeadPosts"/>) share one mark.
/// </summary>
internal static class IdempotencyMarks
{
    /// <summary>From then on a request that has not answered counts as dead, and the next with its key takes its place.</summary>
    public static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    /// <summary>Marks keys as running; to be committed before the effect begins.</summary>
    /// <param name="keys">A few hundred at most; of equal ones the first begins.</param>
    /// <param name="run">Whose mark it is.</param>
    /// <returns>For each key, in order, where it stands.</returns>
    public static async Task<IReadOnlyList<IdempotencyMark>> BeginAsync(
        TenantDb db, IReadOnlyList<Idempotency> keys, Guid run, DateTime now, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var known = (await Records(db, keys).AsNoTracking().ToListAsync(cancellationToken)).ToDictionary(Id);
        var (marks, begun) = (new List<IdempotencyMark>(keys.Count), new List<IdempotencyRecord>());
        foreach (var key in keys)
        {
            if (known.TryGetValue(Id(key), out var record))
            {
                marks.Add(await OfAsync(db, key, record, run, now, cancellationToken));
                continue;
            }

            record = new IdempotencyRecord
            {
                ApiKeyId = key.ApiKeyId,
                Operation = key.Operation,
                Key = key.Key,
                Fingerprint = key.Fingerprint,
                At = now,
                RunToken = run,
            };
            known.Add(Id(key), record);
            begun.Add(record);
            marks.Add(IdempotencyMark.Begun);
        }

        await db.BulkInsertAsync(begun, cancellationToken);
        return marks;
    }

    /// <summary>The keys that this run still holds, locked; asked in the transaction of the effect, which must not be for the others.</summary>
    public static async Task<IReadOnlySet<Idempotency>> HeldAsync(
        TenantDb db, IReadOnlyList<Idempotency> keys, Guid run, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return new HashSet<Idempotency>();
        }

        var held = await Records(db, keys).Where(r => r.RunToken == run).OrderBy(r => r.Key).ForUpdate().AsNoTracking().ToListAsync(cancellationToken);
        var ids = held.Select(Id).ToHashSet();
        return keys.Where(k => ids.Contains(Id(k))).ToHashSet();
    }

    /// <summary>Stores the answers of keys that <see cref="HeldAsync"/> gave, in the same transaction.</summary>
    public static Task AnswerAsync(
        TenantDb db, IEnumerable<(Idempotency Key, StoredAnswer Answer)> answers, DateTime now, CancellationToken cancellationToken) => db.BulkUpdateAsync(
            [.. answers.Select(a => new IdempotencyRecord
            {
                ApiKeyId = a.Key.ApiKeyId,
                Operation = a.Key.Operation,
                Key = a.Key.Key,
                Fingerprint = a.Key.Fingerprint,
                Status = a.Answer.Status,
                Body = a.Answer.Body,
                At = now,
            })],
            [nameof(IdempotencyRecord.RunToken), nameof(IdempotencyRecord.Status), nameof(IdempotencyRecord.Body), nameof(IdempotencyRecord.At)],
            cancellationToken);

    /// <summary>The requests failed and had no effect: their keys are as if they had never been used. Finds nothing where the answer was stored.</summary>
    public static Task ReleaseAsync(TenantDb db, IReadOnlyList<Idempotency> keys, Guid run, CancellationToken cancellationToken) =>
        Records(db, keys).Where(r => r.RunToken == run).ExecuteDeleteAsync(cancellationToken);

    /// <summary>Asked to come back after as long again as it has run: often at first, then rarely, and when the mark has ended.</summary>
    /// <param name="since">How long the first has been running.</param>
    public static ApiProblem Running(TimeSpan since)
    {
        var left = LongestRun - since;
        var wait = since < left ? since : left;
        return ApiProblem.Conflict($"A request with this {Idempotency.Header} is still running. Send it again after the time in Retry-After: you get its answer.")
            .RetryAfter(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }

    private static async Task<IdempotencyMark> OfAsync(
        TenantDb db, Idempotency key, IdempotencyRecord record, Guid run, DateTime now, CancellationToken cancellationToken)
    {
        if (!record.Fingerprint.AsSpan().SequenceEqual(key.Fingerprint))
        {
            return new(null, ApiProblem.Invalid(Idempotency.Header, "This key was used for a request with another content. Use a new key for a new request."));
        }

        if (record.RunToken is not { } running)
        {
            return new(new StoredAnswer(record.Status, record.Body), null);
        }

        // Of several that find a dead one, one takes its place.
        if (running == run || now < record.At + LongestRun || await Records(db, [key]).Where(r => r.RunToken == running).ExecuteUpdateAsync(
            r => r.SetProperty(x => x.RunToken, run).SetProperty(x => x.At, now), cancellationToken) == 0)
        {
            return new(null, Running(now - record.At));
        }

        (record.RunToken, record.At) = (run, now);
        return IdempotencyMark.Begun;
    }

    private static IQueryable<IdempotencyRecord> Records(TenantDb db, IReadOnlyList<Idempotency> keys)
    {
        var apiKeys = keys.Select(k => k.ApiKeyId).Distinct().ToList();
        var operations = keys.Select(k => k.Operation).Distinct().ToList();
        var texts = keys.Select(k => k.Key).Distinct().ToList();
        return db.Idempotency.Where(r => apiKeys.Contains(r.ApiKeyId) && operations.Contains(r.Operation) && texts.Contains(r.Key));
    }

    private static (Guid ApiKey, string Operation, string Key) Id(Idempotency key) => (key.ApiKeyId, key.Operation, key.Key);

    private static (Guid ApiKey, string Operation, string Key) Id(IdempotencyRecord record) => (record.ApiKeyId, record.Operation, record.Key);
}

/// <summary>Where a key stands: begun by the caller, answered before, or not to be used now.</summary>
/// <param name="Answer">That was given before, to be given again.</param>
/// <param name="Refusal">409: another request with the key is running. 422: the key was used for another content.</param>
internal sealed record IdempotencyMark(StoredAnswer? Answer, ApiProblem? Refusal)
{
    /// <summary>The caller is the one to give the answer.</summary>
    public static readonly IdempotencyMark Begun = new(null, null);
}
