using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>
/// The way to change a tenant's data: the delegate runs in a transaction of its own and is committed when it returns. It may run more than
/// once (a lost race on PostgreSQL), so it must start from what it reads and have no effect outside the database. Work that it makes on the
/// way (<see cref="TenantDb.Raise"/>) is announced before and after the commit.
/// </summary>
public sealed class TenantWrites(CurrentTenant tenant, TenantDatabases databases, WriteGates gates, WorkBoard board)
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

    public async Task<T> RunAsync<T>(Func<TenantDb, CancellationToken, Task<T>> write, CancellationToken cancellationToken = default)
    {
        IReadOnlyCollection<WorkKind> raised = [];
        var result = databases.IsSqlite
            ? await gates.RunAsync(tenant.Id, WriteAsync, cancellationToken)
            : await RunOnPostgresAsync(WriteAsync, cancellationToken);

        // A worker may have looked, found nothing and lowered between our raise and our commit.
        foreach (var kind in raised)
        {
            await board.RaiseAsync(tenant.Id, kind, CancellationToken.None);
            board.Signal(tenant.Id, kind);
        }

        return result;

        async Task<T> WriteAsync(TenantDb db, CancellationToken ct)
        {
            var written = await write(db, ct);
            raised = db.Raised;
            foreach (var kind in raised)
            {
                await board.RaiseAsync(tenant.Id, kind, ct);
            }

            return written;
        }
    }

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
