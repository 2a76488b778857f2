using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace LeadGen.Infrastructure.Data;

/// <summary>
/// Inserts many new rows of one table in the context's transaction. On SQLite through one prepared statement, several times as fast as
/// EF Core's change tracker, which sends a statement for each row anyway; on PostgreSQL EF Core's own batches are quick.
/// </summary>
public static class BulkInsert
{
    /// <summary>The rows must be new, and are not tracked afterwards.</summary>
    public static async Task BulkInsertAsync<T>(this DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class
    {
        if (rows.Count == 0)
        {
            return;
        }

        if (!db.Database.IsSqlite() || db.Database.CurrentTransaction is not { } transaction)
        {
            db.AddRange(rows);
            await db.SaveChangesAsync(cancellationToken);
            foreach (var row in rows)
            {
                db.Entry(row).State = EntityState.Detached;
            }

            return;
        }

        var type = db.Model.FindEntityType(typeof(T)) ?? throw new ArgumentException($"{typeof(T).Name} is not of this database.");
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = transaction.GetDbTransaction();
        var columns = Prepare(command, type);
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var column in columns)
            {
                column.Parameter.Value = column.Read(row) ?? DBNull.Value;
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static List<Column> Prepare(DbCommand command, IEntityType type)
    {
        var table = StoreObjectIdentifier.Table(type.GetTableName()!, type.GetSchema());
        var columns = new List<Column>();
        foreach (var property in type.GetProperties().Where(p => !IsNumberedByDatabase(p)))
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{columns.Count}";
            command.Parameters.Add(parameter);
            columns.Add(new Column(property.GetColumnName(table)!, parameter, property));
        }

        var names = string.Join(", ", columns.Select(c => $"\"{c.Name}\""));
        command.CommandText = $"INSERT INTO \"{table.Name}\" ({names}) VALUES ({string.Join(", ", columns.Select(c => c.Parameter.ParameterName))})";
        command.Prepare();
        return columns;
    }

    /// <summary>Running numbers are the database's; ids of ours come with the row, though EF Core could make them as well.</summary>
    private static bool IsNumberedByDatabase(IProperty property) =>
        property.ValueGenerated == ValueGenerated.OnAdd && property.ClrType != typeof(Guid);

    /// <summary>A column with the way from an entity to what the database keeps.</summary>
    private sealed class Column(string name, DbParameter parameter, IProperty property)
    {
        private readonly IClrPropertyGetter getter = property.GetGetter();
        private readonly Func<object?, object?>? convert = property.GetTypeMapping().Converter?.ConvertToProvider;

        public string Name => name;

        public DbParameter Parameter => parameter;

        public object? Read(object entity)
        {
            var value = getter.GetClrValueUsingContainingEntity(entity);
            return value is null || convert is null ? value : convert(value);
        }
    }
}
