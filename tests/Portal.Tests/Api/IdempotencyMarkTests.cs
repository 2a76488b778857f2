using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tests;
using LeadGen.Portal.Api;
using LeadGen.Portal.Tests.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Api;

/// <summary>A1, A2: the mark of a request that runs, as every process sees it.</summary>
public sealed class IdempotencyMarkTests(PostgresServer postgres)
{
    private static readonly DateTime Noon = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);
    private static readonly Guid First = Guid.NewGuid();
    private static readonly Guid Second = Guid.NewGuid();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task Who_comes_while_the_first_runs_is_told_and_gets_its_answer_later(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        await using var db = stores.CreateDbContext();
        var key = KeyOf(1);
        (await key.BeginAsync(db, First, Noon, Ct)).ShouldBeNull();
        (await WaitAsync(() => key.BeginAsync(db, Second, Noon.AddSeconds(0.1), Ct))).ShouldBe(1);
        (await WaitAsync(() => key.BeginAsync(db, Second, Noon.AddSeconds(7), Ct))).ShouldBe(7, "as long again as it has run");
        (await WaitAsync(() => key.BeginAsync(db, Second, Noon.AddSeconds(28), Ct))).ShouldBe(2, "until the mark ends");
        (await Should.ThrowAsync<ApiException>(() => KeyOf(2).BeginAsync(db, Second, Noon, Ct))).Problem.Status.ShouldBe(422);

        await key.AnswerAsync(db, First, new StoredAnswer(201, "{}"), Noon, Ct);
        (await key.BeginAsync(db, Second, Noon.AddHours(1), Ct)).ShouldBe(new StoredAnswer(201, "{}"));
        (await Should.ThrowAsync<ApiException>(() => KeyOf(2).BeginAsync(db, Second, Noon, Ct))).Problem.Status.ShouldBe(422);
    }

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task A_dead_request_is_replaced_and_its_late_answer_refused(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        await using var db = stores.CreateDbContext();
        var key = KeyOf(1);
        await key.BeginAsync(db, First, Noon, Ct);
        var late = Noon + Idempotency.LongestRun;
        (await key.BeginAsync(db, Second, late, Ct)).ShouldBeNull();
        await WaitAsync(() => key.AnswerAsync(db, First, new StoredAnswer(201, "first"), late, Ct));
        await key.ReleaseAsync(db, First, Ct);
        await key.AnswerAsync(db, Second, new StoredAnswer(201, "second"), late, Ct);
        (await key.BeginAsync(db, First, late, Ct))!.Body.ShouldBe("second");
    }

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task A_request_that_failed_leaves_nothing(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        await using var db = stores.CreateDbContext();
        await KeyOf(1).BeginAsync(db, First, Noon, Ct);
        await KeyOf(1).ReleaseAsync(db, First, Ct);
        db.ChangeTracker.Clear();
        (await KeyOf(2).BeginAsync(db, Second, Noon, Ct)).ShouldBeNull("even for another content");
        (await db.Idempotency.CountAsync(Ct)).ShouldBe(1);
    }

    private static Idempotency KeyOf(byte content) => new(Guid.Empty, "post /leads", "k1", [content]);

    /// <returns>Seconds to wait.</returns>
    private static async Task<int> WaitAsync(Func<Task> refused)
    {
        var problem = (await Should.ThrowAsync<ApiException>(refused)).Problem;
        problem.Status.ShouldBe(409);
        return problem.Wait!.Value;
    }
}
