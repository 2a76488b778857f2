using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>
/// The way to change a tenant's data: the delegate runs in a transaction of its own and is committed when it returns. It may run more than
/// once (a lost race on PostgreSQL), so it must start from what it reads and have no effect outside the database.
/// </summary>
public sealed class TenantWrites(CurrentTenant tenant, TenantDatabases databases, WriteGates gates)
{
    private const int Tries = 4;

    public Task RunAsync(Func<TenantDb, CancellationToken, Task> write, CancellationToken cancellationToken = default) =>
        RunAsync<object?>(
            async (db, ct) =>
            {
                await write(db, ct);
                return null;
            },
            cancellationToken);

    public Task<T> RunAsync<T>(Func<TenantDb, CancellationToken, Task<T>> write, CancellationToken cancellationToken = default) =>
        databases.IsSqlite ? gates.RunAsync(tenant.Id, write, cancellationToken) : RunOnPostgresAsync(write, cancellationToken);

    private async Task<T> RunOnPostgresAsync<T>(Func<TenantDb, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = databases.Open(tenant.Id);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            try
            {
                var result = await write(db, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (Exception e) when (attempt < Tries && IsLostRace(e))
            {
                await transaction.RollbackAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>Two writers met on a unique key or locked each other: running again sees the other's result.</summary>
    private static bool IsLostRace(Exception exception) =>
        (exception as PostgresException ?? (exception as DbUpdateException)?.InnerException as PostgresException)?.SqlState is
            PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;
}
