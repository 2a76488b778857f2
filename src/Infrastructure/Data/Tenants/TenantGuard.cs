using System.Data.Common;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LeadGen.Infrastructure.Data.Tenants;

/// <summary>Asks every opened connection whose database it is and shuts it when the answer is not the scope's tenant.</summary>
public sealed class TenantGuard(TenantId expected) : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Check(connection);

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = Question(connection);
        await VerifyAsync(connection, await command.ExecuteScalarAsync(cancellationToken));
    }

    public void Check(DbConnection connection)
    {
        using var command = Question(connection);
        var answer = command.ExecuteScalar();
        if (!Matches(answer))
        {
            connection.Close();
            throw new TenantMismatchException(expected);
        }
    }

    private async Task VerifyAsync(DbConnection connection, object? answer)
    {
        if (!Matches(answer))
        {
            await connection.CloseAsync();
            throw new TenantMismatchException(expected);
        }
    }

    private static DbCommand Question(DbConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = "SELECT \"TenantId\" FROM \"Meta\"";
        return command;
    }

    private bool Matches(object? answer) => answer switch
    {
        Guid id => id == expected.Value,
        string text => Guid.TryParse(text, out var id) && id == expected.Value,
        _ => false,
    };
}

/// <summary>The opened database belongs to another tenant, or to none.</summary>
public sealed class TenantMismatchException(TenantId expected)
    : Exception($"The database that was opened is not that of tenant {expected}.");
