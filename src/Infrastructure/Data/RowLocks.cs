using System.Data.Common;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LeadGen.Infrastructure.Data;

/// <summary>
/// Row locks for what is read in order to be changed, which EF Core cannot express. On PostgreSQL several writers are at work at once; a
/// SQLite file has one writer anyway, and the marks are comments to it.
/// </summary>
public static class RowLocks
{
    /// <summary>Waits for others who hold the rows, then reads them as they are and keeps others waiting until the end of the transaction.</summary>
    public static IQueryable<T> ForUpdate<T>(this IQueryable<T> rows) => rows.TagWith(RowLockClauses.ForUpdate);

    /// <summary>Locks the rows that nobody else holds and leaves out the others.</summary>
    public static IQueryable<T> SkipLocked<T>(this IQueryable<T> rows) => rows.TagWith(RowLockClauses.SkipLocked);

    /// <summary>One at a time from here to the end of the transaction, and what the others committed is seen.</summary>
    public static Task LockTenantAsync(this TenantDb db, CancellationToken cancellationToken) =>
        db.Meta.ForUpdate().Select(m => m.Id).SingleAsync(cancellationToken);
}

/// <summary>Turns the marks of <see cref="RowLocks"/> into SQL on PostgreSQL.</summary>
public sealed class RowLockClauses : DbCommandInterceptor
{
    internal const string ForUpdate = "for-update";
    internal const string SkipLocked = "skip-locked";

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith($"-- {ForUpdate}", StringComparison.Ordinal))
        {
            command.CommandText += "\nFOR UPDATE";
        }
        else if (command.CommandText.StartsWith($"-- {SkipLocked}", StringComparison.Ordinal))
        {
            command.CommandText += "\nFOR UPDATE SKIP LOCKED";
        }

        return ValueTask.FromResult(result);
    }
}
