using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Portal.Leads;

namespace LeadGen.Portal.Api;

/// <summary>
/// Takes in the leads that programs post one by one. Those that come while others are being stored wait for one another and are stored
/// together: two transactions for all, instead of two for each.
/// </summary>
internal sealed class LeadPosts(TenantScopes scopes)
{
    private const int MostTogether = 200;

    private readonly ConcurrentDictionary<(TenantId Tenant, Guid ApiKey, string Actor), Gathering<LeadPost, StoredAnswer>> gatherings = new();

    /// <summary>Stores a lead, or finds what a request with the same idempotency key was answered.</summary>
    /// <param name="apiKey">The key that posts: what one key posts is stored together, since one actor stands behind it.</param>
    /// <exception cref="ApiException">409: another request with the idempotency key is running. 422: the key was used for another content.</exception>
    public Task<StoredAnswer> TakeAsync(TenantId tenant, Guid apiKey, string actor, LeadPost post) => gatherings
        .GetOrAdd((tenant, apiKey, actor), _ => new(posts => scopes.RunAsync(tenant, s => s.GetRequiredService<LeadPostRun>().RunAsync(actor, posts)), MostTogether))
        .AddAsync(post);
}

/// <summary>A lead that is posted.</summary>
/// <param name="Lead">Known to be readable.</param>
/// <param name="Key">Null: the request has none.</param>
/// <param name="Answer">Makes the answer of what became of it.</param>
internal sealed record LeadPost(RawLead Lead, Idempotency? Key, Func<Intake, StoredAnswer> Answer);

/// <summary>Stores posted leads of the current tenant: marks their keys as running, then leads and answers in one transaction.</summary>
internal sealed class LeadPostRun(LeadActions actions, TenantWrites writes, TimeProvider time)
{
    public async Task RunAsync(string actor, IReadOnlyList<Gathered<LeadPost, StoredAnswer>> posts)
    {
        var run = Guid.NewGuid();
        var begun = await BeginAsync(posts, run);
        FailPoint.Reach("idempotency-marked");
        try
        {
            await StoreAsync(actor, begun, run);
        }
        catch (Exception) when (begun.Count > 1)
        {
            // One of them may be what fails: each alone, so that it takes nobody with it.
            foreach (var post in begun)
            {
                await StoreAloneAsync(actor, post, run);
            }
        }
        catch (Exception e)
        {
            await GiveUpAsync(begun[0], run, e);
        }
    }

    /// <returns>Those that have no key, or are the first with theirs; the others are answered.</returns>
    private async Task<List<Gathered<LeadPost, StoredAnswer>>> BeginAsync(IReadOnlyList<Gathered<LeadPost, StoredAnswer>> posts, Guid run)
    {
        var keyed = posts.Where(p => p.Item.Key is not null).ToList();
        if (keyed.Count == 0)
        {
            return [.. posts];
        }

        var marks = await writes.RunAsync((db, ct) => IdempotencyMarks.BeginAsync(db, Keys(keyed), run, Now, ct));
        var refused = new HashSet<Gathered<LeadPost, StoredAnswer>>();
        foreach (var (post, mark) in keyed.Zip(marks).Where(m => m.Second != IdempotencyMark.Begun))
        {
            refused.Add(post);
            if (mark.Answer is { } answer)
            {
                post.Complete(answer);
            }
            else
            {
                post.Fail(mark.Refusal!.AsException());
            }
        }

        return [.. posts.Where(p => !refused.Contains(p))];
    }

    private async Task StoreAsync(string actor, IReadOnlyList<Gathered<LeadPost, StoredAnswer>> posts, Guid run)
    {
        if (posts.Count == 0)
        {
            return;
        }

        var answers = await actions.TakeAsync(
            actor,
            async (db, take, ct) =>
            {
                var held = await IdempotencyMarks.HeldAsync(db, Keys(posts), run, ct);
                var mine = posts.Where(p => p.Item.Key is not { } key || held.Contains(key)).ToList();
                var became = await take([.. mine.Select(p => actions.Read(p.Item.Lead).Lead!)]);
                var given = mine.Zip(became, (post, intake) => (Post: post, Answer: post.Item.Answer(intake))).ToList();
                await IdempotencyMarks.AnswerAsync(
                    db, given.Where(g => g.Post.Item.Key is not null).Select(g => (g.Post.Item.Key!, g.Answer)), Now, ct);
                return given;
            });
        FailPoint.Reach("idempotency-answered");
        answers.ForEach(a => a.Post.Complete(a.Answer));
        foreach (var late in posts)
        {
            // Took so long that another request has taken its place; those that were answered stay so.
            late.Fail(IdempotencyMarks.Running(TimeSpan.Zero).AsException());
        }
    }

    private async Task StoreAloneAsync(string actor, Gathered<LeadPost, StoredAnswer> post, Guid run)
    {
        try
        {
            await StoreAsync(actor, [post], run);
        }
        catch (Exception e)
        {
            await GiveUpAsync(post, run, e);
        }
    }

    /// <summary>The key is free again before the sender hears that it failed.</summary>
    private async Task GiveUpAsync(Gathered<LeadPost, StoredAnswer> post, Guid run, Exception exception)
    {
        if (post.Item.Key is { } key)
        {
            await writes.RunAsync((db, ct) => IdempotencyMarks.ReleaseAsync(db, [key], run, ct));
        }

        post.Fail(exception);
    }

    private static List<Idempotency> Keys(IEnumerable<Gathered<LeadPost, StoredAnswer>> posts) => [.. posts.Select(p => p.Item.Key).OfType<Idempotency>()];

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}
