using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>
/// SQLite has one writer. All writes of this process to a tenant's file pass one gate, which commits what has gathered in one transaction
/// of at most 20 ms; each write stands in a savepoint of its own, so that one that fails takes nobody with it.
/// </summary>
public sealed class WriteGates(TenantDatabases databases) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TenantId, Gate> gates = new();

    public Task<T> RunAsync<T>(TenantId tenant, Func<TenantDb, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        gates.GetOrAdd(tenant, id => new Gate(databases, id)).RunAsync(write, cancellationToken);

    /// <summary>Ends the gate of a tenant (deletion, restore) after the writes that wait.</summary>
    public async Task CloseAsync(TenantId tenant)
    {
        if (gates.TryRemove(tenant, out var gate))
        {
            await gate.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gate in gates.Values)
        {
            await gate.DisposeAsync();
        }

        gates.Clear();
    }

    private sealed class Gate : IAsyncDisposable
    {
        private static readonly TimeSpan LongestTransaction = TimeSpan.FromMilliseconds(20);
        private static readonly TimeSpan ConnectionIdle = TimeSpan.FromSeconds(20);

        private readonly Channel<Write> waiting = Channel.CreateUnbounded<Write>(new() { SingleReader = true });
        private readonly TenantDatabases databases;
        private readonly TenantId tenant;
        private readonly Task pump;

        public Gate(TenantDatabases databases, TenantId tenant)
        {
            (this.databases, this.tenant) = (databases, tenant);
            pump = Task.Run(PumpAsync);
        }

        public Task<T> RunAsync<T>(Func<TenantDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
        {
            var write = new Write<T>(work, cancellationToken);
            return waiting.Writer.TryWrite(write)
                ? write.Result
                : Task.FromException<T>(new TenantUnavailableException(tenant));
        }

        public async ValueTask DisposeAsync()
        {
            waiting.Writer.TryComplete();
            await pump;
        }

        private async Task PumpAsync()
        {
            SqliteConnection? connection = null;
            try
            {
                while (await WaitAsync(connection))
                {
                    if (!waiting.Reader.TryPeek(out _))
                    {
                        // Idle: an open handle for every tenant that ever wrote would add up.
                        connection?.Dispose();
                        connection = null;
                        continue;
                    }

                    connection = await CommitTogetherAsync(connection);
                }
            }
            finally
            {
                connection?.Dispose();
            }
        }

        /// <summary>True when there is a write or the connection has been idle; false when the gate is closed.</summary>
        private async Task<bool> WaitAsync(SqliteConnection? connection)
        {
            if (connection is null)
            {
                return await waiting.Reader.WaitToReadAsync();
            }

            using var idle = new CancellationTokenSource(ConnectionIdle);
            try
            {
                return await waiting.Reader.WaitToReadAsync(idle.Token);
            }
            catch (OperationCanceledException)
            {
                return true;
            }
        }

        private async Task<SqliteConnection?> CommitTogetherAsync(SqliteConnection? connection)
        {
            var begun = false;
            var round = new List<Write>();
            try
            {
                connection ??= databases.OpenConnection(tenant);
                await using var transaction = connection.BeginTransaction(deferred: false);
                begun = true;
                var options = TenantDatabases.OptionsOn(connection);
                var clock = Stopwatch.StartNew();
                while (clock.Elapsed < LongestTransaction && waiting.Reader.TryRead(out var write))
                {
                    round.Add(write);
                    await RunOneAsync(write, options, transaction);
                }

                transaction.Commit();
                round.ForEach(w => w.Complete());
                return connection;
            }
            catch (Exception e)
            {
                // Opening, beginning or committing failed: nothing of this round is stored, and everybody in it hears why.
                while (!begun && waiting.Reader.TryRead(out var write))
                {
                    round.Add(write);
                }

                round.ForEach(w => w.Fail(e));
                connection?.Dispose();
                return null;
            }
        }

        private static async Task RunOneAsync(Write write, DbContextOptions<SqliteTenantDb> options, SqliteTransaction transaction)
        {
            if (write.IsCancelled)
            {
                return;
            }

            transaction.Save("w");
            try
            {
                await using var db = new SqliteTenantDb(options);
                await db.Database.UseTransactionAsync(transaction);
                await write.RunAsync(db);
                transaction.Release("w");
            }
            catch (Exception e)
            {
                // Told first: where the database is so ill that even going back fails, the whole round does.
                write.Fail(e);
                transaction.Rollback("w");
                transaction.Release("w");
            }
        }
    }

    private abstract class Write
    {
        public abstract bool IsCancelled { get; }

        public abstract Task RunAsync(TenantDb db);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Write<T>(Func<TenantDb, CancellationToken, Task<T>> work, CancellationToken cancellationToken) : Write
    {
        private readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Result => source.Task;

        public override bool IsCancelled
        {
            get
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    source.TrySetCanceled(cancellationToken);
                }

                return cancellationToken.IsCancellationRequested;
            }
        }

        public override async Task RunAsync(TenantDb db) => result = await work(db, cancellationToken);

        public override void Complete() => source.TrySetResult(result);

        public override void Fail(Exception exception)
        {
            if (exception is OperationCanceledException cancelled)
            {
                source.TrySetCanceled(cancelled.CancellationToken);
            }
            else
            {
                source.TrySetException(exception);
            }
        }
    }
}
