using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace LeadGen.Infrastructure.Backup;

/// <summary>The tables of a tenant as lines of JSON and back. Found in the model: a table that is added one day is backed up the day it is added.</summary>
internal static class BackupTables
{
    private const int Portion = 1_000;

    /// <summary>All but the row that says whose database it is: that one is made anew.</summary>
    public static IReadOnlyList<IEntityType> Of(TenantDb db) =>
        [.. db.Model.GetEntityTypes().Where(e => !e.IsOwned() && e.ClrType != typeof(TenantMeta)).OrderBy(e => e.GetTableName(), StringComparer.Ordinal)];

    public static JsonSerializerOptions Json(TenantDb db)
    {
        // Running numbers are the database's own; rows go back in the order they had.
        var numbered = db.Model.GetEntityTypes().SelectMany(e => e.GetProperties())
            .Where(p => p.ValueGenerated == ValueGenerated.OnAdd && p.ClrType != typeof(Guid))
            .Select(p => (p.DeclaringType.ClrType, Name: JsonNamingPolicy.CamelCase.ConvertName(p.Name))).ToHashSet();
        return new JsonSerializerOptions(StoredJson.Options)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(type =>
            {
                foreach (var property in type.Properties.Where(p => numbered.Contains((type.Type, p.Name))).ToList())
                {
                    type.Properties.Remove(property);
                }
            }),
        };
    }

    /// <returns>Rows written.</returns>
    public static Task<long> WriteAsync(TenantDb db, IEntityType table, Stream stream, JsonSerializerOptions json, CancellationToken cancellationToken) =>
        (Task<long>)Generic(nameof(WriteRowsAsync), table).Invoke(null, [db, stream, json, cancellationToken])!;

    /// <returns>Rows read and stored.</returns>
    public static Task<long> ReadAsync(TenantDb db, IEntityType table, Stream stream, JsonSerializerOptions json, CancellationToken cancellationToken) =>
        (Task<long>)Generic(nameof(ReadRowsAsync), table).Invoke(null, [db, stream, json, cancellationToken])!;

    private static MethodInfo Generic(string method, IEntityType table) =>
        typeof(BackupTables).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(table.ClrType);

    private static async Task<long> WriteRowsAsync<T>(TenantDb db, Stream stream, JsonSerializerOptions json, CancellationToken cancellationToken)
        where T : class
    {
        long rows = 0;
        await foreach (var row in InOrder(db.Set<T>().AsNoTracking(), db).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            await JsonSerializer.SerializeAsync(stream, row, json, cancellationToken);
            stream.WriteByte((byte)'\n');
            rows++;
        }

        return rows;
    }

    private static IQueryable<T> InOrder<T>(IQueryable<T> rows, TenantDb db)
        where T : class
    {
        var key = db.Model.FindEntityType(typeof(T))!.FindPrimaryKey()!.Properties;
        var ordered = rows.OrderBy(r => EF.Property<object>(r, key[0].Name));
        return key.Skip(1).Aggregate(ordered, (o, p) => o.ThenBy(r => EF.Property<object>(r, p.Name)));
    }

    private static async Task<long> ReadRowsAsync<T>(TenantDb db, Stream stream, JsonSerializerOptions json, CancellationToken cancellationToken)
        where T : class
    {
        long rows = 0;
        await foreach (var portion in LinesAsync<T>(stream, json, cancellationToken).Chunk(Portion).WithCancellation(cancellationToken))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.BulkInsertAsync(portion, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            rows += portion.Length;
        }

        return rows;
    }

    private static async IAsyncEnumerable<T> LinesAsync<T>(
        Stream stream, JsonSerializerOptions json, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return JsonSerializer.Deserialize<T>(line, json) ?? throw new JsonException("A line of the backup is empty.");
        }
    }
}
