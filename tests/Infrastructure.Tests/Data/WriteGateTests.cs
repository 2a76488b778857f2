using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Ingestion;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Data;

public sealed class WriteGateTests(PostgresServer postgres) : IAsyncLifetime
{
    private Installation installation = null!;
    private Tenant tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private WriteGates Gates => installation.Get<WriteGates>();

    public async ValueTask InitializeAsync()
    {
        installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        tenant = await installation.TenantAsync();
    }

    public ValueTask DisposeAsync() => installation.DisposeAsync();

    [Fact]
    public async Task Parallel_writes_are_all_stored_and_each_caller_s_in_its_order()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(
            () => Task.WhenAll(Enumerable.Range(0, 40).Select(row => AddAsync($"{caller}", row))),
            Ct)));
        await using var db = installation.Open(tenant);
        var rows = await db.ImportErrors.OrderBy(e => e.Id).ToListAsync(Ct);
        rows.Count.ShouldBe(320);
        foreach (var caller in rows.GroupBy(r => r.Reason))
        {
            caller.Select(r => r.Row).ShouldBe(Enumerable.Range(0, 40).Select(i => (long)i));
        }
    }

    [Fact]
    public async Task Writes_that_have_gathered_are_committed_together()
    {
        var (blocker, release) = Block();
        var committedBefore = new List<int>();
        var writes = Enumerable.Range(0, 30).Select(i => RunAsync(async (db, ct) =>
        {
            db.ImportErrors.Add(Row("together", i));
            await db.SaveChangesAsync(ct);
            committedBefore.Add(await CountAsync());
        })).ToList();
        await release();
        await blocker;
        await Task.WhenAll(writes);
        (await CountAsync()).ShouldBe(30);
        committedBefore.Distinct().Count().ShouldBeLessThan(15, "every write had a transaction of its own");
    }

    [Fact]
    public async Task A_write_that_fails_takes_nobody_with_it()
    {
        var (blocker, release) = Block();
        var first = AddAsync("first", 1);
        var failing = RunAsync(async (db, ct) =>
        {
            db.ImportErrors.Add(Row("failing", 1));
            await db.SaveChangesAsync(ct);
            throw new InvalidOperationException("no");
        });
        var refused = RunAsync((db, ct) => db.Database.ExecuteSqlRawAsync("INSERT INTO \"Meta\" SELECT * FROM \"Meta\"", ct));
        var last = AddAsync("last", 1);
        await release();
        await Task.WhenAll(blocker, first, last);
        (await Should.ThrowAsync<InvalidOperationException>(failing)).Message.ShouldBe("no");
        await Should.ThrowAsync<SqliteException>(refused);
        await using var db = installation.Open(tenant);
        (await db.ImportErrors.OrderBy(e => e.Id).Select(e => e.Reason).ToListAsync(Ct)).ShouldBe(["first", "last"]);
    }

    [Fact]
    public async Task A_write_cancelled_before_its_turn_does_not_run()
    {
        var (blocker, release) = Block();
        using var cancel = new CancellationTokenSource();
        var ran = false;
        var cancelled = Gates.RunAsync<int>(
            tenant.TenantId,
            (_, _) =>
            {
                ran = true;
                return Task.FromResult(1);
            },
            cancel.Token);
        var other = AddAsync("other", 1);
        await cancel.CancelAsync();
        await release();
        await Task.WhenAll(blocker, other);
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task A_write_cancelled_while_it_runs_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var cancelled = Gates.RunAsync<int>(
            tenant.TenantId,
            async (db, ct) =>
            {
                db.ImportErrors.Add(Row("cancelled", 1));
                await db.SaveChangesAsync(ct);
                await cancel.CancelAsync();
                ct.ThrowIfCancellationRequested();
                return 1;
            },
            cancel.Token);
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task When_the_commit_fails_everybody_in_it_hears_and_the_next_write_succeeds()
    {
        await RunAsync((db, ct) => db.Database.ExecuteSqlRawAsync(
            "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)", ct));
        var (blocker, release) = Block();
        var innocent = AddAsync("innocent", 1);
        var guilty = RunAsync((db, ct) => db.Database.ExecuteSqlRawAsync("INSERT INTO b VALUES (7)", ct));
        await release();
        await blocker;
        await Should.ThrowAsync<SqliteException>(guilty);
        await Should.ThrowAsync<SqliteException>(innocent);
        (await CountAsync()).ShouldBe(0);
        await AddAsync("next", 1);
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_write_that_ruins_the_transaction_leaves_nobody_waiting()
    {
        var (blocker, release) = Block();
        var before = AddAsync("before", 1);
        var ruining = RunAsync(async (db, ct) =>
        {
            await db.Database.ExecuteSqlRawAsync("ROLLBACK", ct);
            throw new InvalidOperationException("ruined");
        });
        var after = AddAsync("after", 1);
        await release();
        await blocker.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        (await Should.ThrowAsync<InvalidOperationException>(ruining.WaitAsync(TimeSpan.FromSeconds(20), Ct))).Message.ShouldBe("ruined");
        await Should.ThrowAsync<Exception>(before.WaitAsync(TimeSpan.FromSeconds(20), Ct));
        await after.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        await using var db = installation.Open(tenant);
        (await db.ImportErrors.Select(e => e.Reason).ToListAsync(Ct)).ShouldBe(["after"]);
    }

    [Fact]
    public async Task Two_processes_on_one_file_lose_no_update()
    {
        await using var other = installation.Beside();
        await Task.WhenAll(new[] { installation, other }.SelectMany(process => Enumerable.Range(0, 60).Select(_ => Task.Run(
            () => process.WriteAsync(tenant, async (db, ct) =>
            {
                // Read and written in two steps: another writer in between would be lost.
                var meta = await db.Meta.SingleAsync(ct);
                meta.VectorVersion++;
                await db.SaveChangesAsync(ct);
            }),
            Ct))));
        await using var db = installation.Open(tenant);
        (await db.Meta.SingleAsync(Ct)).VectorVersion.ShouldBe(120);
    }

    [Fact]
    public async Task A_write_waits_for_another_process_and_reads_do_not()
    {
        await using var connection = new SqliteConnection($"Data Source={installation.FileOf(tenant)};Pooling=false");
        await connection.OpenAsync(Ct);
        await using var foreign = connection.BeginTransaction(deferred: false);
        var write = AddAsync("waits", 1);
        (await CountAsync()).ShouldBe(0);
        (await Task.WhenAny(write, Task.Delay(1_000, Ct))).ShouldNotBe(write);
        await foreign.CommitAsync(Ct);
        await write.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Closing_a_gate_waits_for_the_writes_that_wait()
    {
        var (blocker, release) = Block();
        var waiting = AddAsync("waiting", 1);
        var closing = Gates.CloseAsync(tenant.TenantId);
        closing.IsCompleted.ShouldBeFalse();
        await release();
        await closing;
        blocker.IsCompletedSuccessfully.ShouldBeTrue();
        await waiting;
        (await CountAsync()).ShouldBe(1);
    }

    /// <summary>A write that stands in the gate until it is released, so that others gather behind it for the next round.</summary>
    private (Task Write, Func<Task> Release) Block()
    {
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var write = RunAsync((_, _) =>
        {
            inside.SetResult();
            return release.Task;
        });
        return (write, ReleaseAsync);

        async Task ReleaseAsync()
        {
            await inside.Task;
            await Task.Delay(60);
            release.SetResult();
        }
    }

    private Task AddAsync(string reason, int row) => RunAsync(async (db, ct) =>
    {
        db.ImportErrors.Add(Row(reason, row));
        await db.SaveChangesAsync(ct);
    });

    private Task RunAsync(Func<TenantDb, CancellationToken, Task> write) => Gates.RunAsync(
        tenant.TenantId,
        async (db, ct) =>
        {
            await write(db, ct);
            return true;
        },
        CancellationToken.None);

    private async Task<int> CountAsync()
    {
        await using var db = installation.Open(tenant);
        return await db.ImportErrors.CountAsync(Ct);
    }

    private static ImportError Row(string reason, int row) => new() { ImportId = Guid.Empty, Row = row, Reason = reason };
}
