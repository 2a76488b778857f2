using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>
/// The way to change a tenant's data: the delegate runs in a transaction of its own and is committed when it returns. It may run more than
/// once (a lost race on PostgreSQL), so it must start from what it reads and have no effect outside the database.
/// </summary>
public sealed class TenantWrites(CurrentTenant tenant, TenantDatabases databases, WriteGates gates)
{
    private const int Tries = 8;

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
            catch (Exception e) when (attempt < Tries && LostRace.Is(e))
            {
                await transaction.RollbackAsync(CancellationToken.None);
            }
        }
    }
}
