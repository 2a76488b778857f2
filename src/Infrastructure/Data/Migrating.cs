using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace LeadGen.Infrastructure.Data;

/// <summary>Brings a database to this version.</summary>
public static class Migrating
{
    public static Task<bool> ExistsAsync(this DatabaseFacade database, CancellationToken cancellationToken) =>
        database.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken);

    /// <summary>Only for who holds the database's <see cref="MigrationLocks"/> lock.</summary>
    public static async Task MigrateAloneAsync(this DatabaseFacade database, CancellationToken cancellationToken)
    {
        if (!database.IsSqlite())
        {
            await database.MigrateAsync(cancellationToken);
            return;
        }

        if (await database.ExistsAsync(cancellationToken) && await HasLockTableAsync(database, cancellationToken))
        {
            // Nobody but us migrates now: a row in here is that of a process that was killed.
            await database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsLock\"", cancellationToken);
        }

        await database.MigrateAsync(cancellationToken);
        await database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
    }

    private static async Task<bool> HasLockTableAsync(DatabaseFacade database, CancellationToken cancellationToken) => await database
        .SqlQueryRaw<int>("SELECT COUNT(*) AS \"Value\" FROM sqlite_master WHERE name = '__EFMigrationsLock'")
        .SingleAsync(cancellationToken) > 0;
}
