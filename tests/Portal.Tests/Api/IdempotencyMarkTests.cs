using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
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
        (await BeginAsync(key, db, First, Noon, Ct)).ShouldBeNull();
        (await WaitAsync(() => BeginAsync(key, db, Second, Noon.AddSeconds(0.1), Ct))).ShouldBe(1);
        (await WaitAsync(() => BeginAsync(key, db, Second, Noon.AddSeconds(7), Ct))).ShouldBe(7, "as long again as it has run");
        (await WaitAsync(() => BeginAsync(key, db, Second, Noon.AddSeconds(28), Ct))).ShouldBe(2, "until the mark ends");
        (await Should.ThrowAsync<ApiException>(() => BeginAsync(KeyOf(2), db, Second, Noon, Ct))).Problem.Status.ShouldBe(422);

        await AnswerAsync(key, db, First, new StoredAnswer(201, "{}"), Noon, Ct);
        (await BeginAsync(key, db, Second, Noon.AddHours(1), Ct)).ShouldBe(new StoredAnswer(201, "{}"));
        (await Should.ThrowAsync<ApiException>(() => BeginAsync(KeyOf(2), db, Second, Noon, Ct))).Problem.Status.ShouldBe(422);
    }

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task A_dead_request_is_replaced_and_its_late_answer_refused(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        await using var db = stores.CreateDbContext();
        var key = KeyOf(1);
        await BeginAsync(key, db, First, Noon, Ct);
        var late = Noon + IdempotencyMarks.LongestRun;
        (await BeginAsync(key, db, Second, late, Ct)).ShouldBeNull();
        await WaitAsync(() => AnswerAsync(key, db, First, new StoredAnswer(201, "first"), late, Ct));
        await IdempotencyMarks.ReleaseAsync(db, [key], First, Ct);
        await AnswerAsync(key, db, Second, new StoredAnswer(201, "second"), late, Ct);
        (await BeginAsync(key, db, First, late, Ct))!.Body.ShouldBe("second");
    }

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task A_request_that_failed_leaves_nothing(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        await using var db = stores.CreateDbContext();
        await BeginAsync(KeyOf(1), db, First, Noon, Ct);
        await IdempotencyMarks.ReleaseAsync(db, [KeyOf(1)], First, Ct);
        db.ChangeTracker.Clear();
        (await BeginAsync(KeyOf(2), db, Second, Noon, Ct)).ShouldBeNull("even for another content");
        (await db.Idempotency.CountAsync(Ct)).ShouldBe(1);
    }

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task Requests_that_run_together_each_get_what_is_theirs(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        await using var db = stores.CreateDbContext();
        Idempotency Key(string text, byte content = 1) => new(Guid.Empty, "post /leads", text, [content]);
        await BeginAsync(Key("answered"), db, First, Noon, Ct);
        await AnswerAsync(Key("answered"), db, First, new StoredAnswer(200, "known"), Noon, Ct);
        await BeginAsync(Key("dead"), db, First, Noon - IdempotencyMarks.LongestRun, Ct);

        List<Idempotency> together = [Key("new"), Key("answered"), Key("new"), Key("answered", content: 2), Key("dead"), Key("dead")];
        var marks = await IdempotencyMarks.BeginAsync(db, together, Second, Noon, Ct);
        marks.Select(m => (m.Answer?.Body, m.Refusal?.Status)).ShouldBe([(null, null), ("known", null), (null, 409), (null, 422), (null, null), (null, 409)]);
        (await IdempotencyMarks.HeldAsync(db, [together[0], together[1], together[4]], Second, Ct)).ShouldBe([together[0], together[4]], ignoreOrder: true);
    }

    private static async Task<StoredAnswer?> BeginAsync(Idempotency key, TenantDb db, Guid run, DateTime now, CancellationToken cancellationToken)
    {
        var mark = (await IdempotencyMarks.BeginAsync(db, [key], run, now, cancellationToken))[0];
        return mark.Refusal is { } refusal ? throw refusal.AsException() : mark.Answer;
    }

    private static async Task AnswerAsync(Idempotency key, TenantDb db, Guid run, StoredAnswer answer, DateTime now, CancellationToken cancellationToken)
    {
        if ((await IdempotencyMarks.HeldAsync(db, [key], run, cancellationToken)).Count == 0)
        {
            throw IdempotencyMarks.Running(TimeSpan.Zero).AsException();
        }

        await IdempotencyMarks.AnswerAsync(db, [(key, answer)], now, cancellationToken);
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
