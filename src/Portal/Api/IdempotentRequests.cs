using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Portal.Api;

/// <summary>Runs requests of the current tenant so that those with the same key have one effect.</summary>
internal sealed class IdempotentRequests(TenantWrites writes, TimeProvider time)
{
    /// <param name="key">Null: the request has no key and simply runs.</param>
    /// <param name="effect">Gets what stores its answer, to be called in the transaction of the effect.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ApiException">See <see cref="Idempotency.BeginAsync"/>.</exception>
    public async Task<StoredAnswer> RunAsync(
        Idempotency? key, Func<Func<TenantDb, StoredAnswer, CancellationToken, Task>, Task<StoredAnswer>> effect, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return await effect((_, _, _) => Task.CompletedTask);
        }

        var run = Guid.NewGuid();
        if (await writes.RunAsync((db, ct) => key.BeginAsync(db, run, Now, ct), cancellationToken) is { } first)
        {
            return first;
        }

        FailPoint.Reach("idempotency-marked");
        try
        {
            var answer = await effect((db, given, ct) => key.AnswerAsync(db, run, given, Now, ct));
            FailPoint.Reach("idempotency-answered");
            return answer;
        }
        catch
        {
            // Where the answer was stored and only its way out failed, this finds nothing.
            await writes.RunAsync((db, ct) => key.ReleaseAsync(db, run, ct), CancellationToken.None);
            throw;
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}
