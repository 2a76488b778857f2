using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LeadGen.Infrastructure.Data;

/// <summary>
/// Settings of each SQLite connection. <c>synchronous</c> stays FULL: what was answered with 201 is on the disk, and group commit keeps
/// that cheap. The page cache holds the inner pages of the indexes of a million leads, so that imports stay flat.
/// </summary>
public sealed class SqlitePragmas(int cacheKilobytes = 16 * 1024) : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        // SQLite has no asynchronous calls; the provider's would run here all the same.
        Apply(connection);
        return Task.CompletedTask;
    }

    public void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA cache_size=-{cacheKilobytes}; PRAGMA temp_store=MEMORY; PRAGMA busy_timeout=30000;";
        command.ExecuteNonQuery();
    }
}
