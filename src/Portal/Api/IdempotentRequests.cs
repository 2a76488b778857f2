using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Portal.Api;

/// <summary>Runs requests of the current tenant so that those with the same key have one effect.</summary>
internal sealed class IdempotentRequests(TenantWrites writes, TimeProvider time)
{
    /// <param name="key">Null: the request has no key and simply runs.</param>
    /// <param name="effect">Gets what stores its answer, to be called in the transaction of the effect.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ApiException">409: another request with the key is running. 422: the key was used for another content.</exception>
    public async Task<StoredAnswer> RunAsync(
        Idempotency? key, Func<Func<TenantDb, StoredAnswer, CancellationToken, Task>, Task<StoredAnswer>> effect, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return await effect((_, _, _) => Task.CompletedTask);
        }

        var run = Guid.NewGuid();
        var mark = (await writes.RunAsync((db, ct) => IdempotencyMarks.BeginAsync(db, [key], run, Now, ct), cancellationToken))[0];
        if (mark.Refusal is { } refusal)
        {
            throw refusal.AsException();
        }

        if (mark.Answer is { } first)
        {
            return first;
        }

        FailPoint.Reach("idempotency-marked");
        try
        {
            var answer = await effect((db, given, ct) => AnswerAsync(db, key, run, given, ct));
            FailPoint.Reach("idempotency-answered");
            return answer;
        }
        catch
        {
            await writes.RunAsync((db, ct) => IdempotencyMarks.ReleaseAsync(db, [key], run, ct), CancellationToken.None);
            throw;
        }
    }

    private async Task AnswerAsync(TenantDb db, Idempotency key, Guid run, StoredAnswer answer, CancellationToken cancellationToken)
    {
        if ((await IdempotencyMarks.HeldAsync(db, [key], run, cancellationToken)).Count == 0)
        {
            throw IdempotencyMarks.Running(TimeSpan.Zero).AsException();
        }

        await IdempotencyMarks.AnswerAsync(db, [(key, answer)], Now, cancellationToken);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}
