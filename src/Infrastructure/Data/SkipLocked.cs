using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LeadGen.Infrastructure.Data;

/// <summary>Adds <c>FOR UPDATE SKIP LOCKED</c> to tagged PostgreSQL queries, which EF Core cannot express.</summary>
public sealed class SkipLocked : DbCommandInterceptor
{
    public const string Tag = "skip-locked";

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith($"-- {Tag}", StringComparison.Ordinal))
        {
            command.CommandText += "\nFOR UPDATE SKIP LOCKED";
        }

        return ValueTask.FromResult(result);
    }
}
