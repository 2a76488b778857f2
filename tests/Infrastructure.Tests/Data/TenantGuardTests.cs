using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LeadGen.Infrastructure.Tests.Data;

public sealed class TenantGuardTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Another_tenant_s_database_in_the_place_of_one_s_own_is_neither_read_nor_written(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var a = await installation.TenantAsync("a-tenant");
        var b = await installation.TenantAsync("b-tenant");
        await installation.TakeAsync(b, () => Leads.Read(("email", "canary@b.test")));
        await installation.Get<WriteGates>().CloseAsync(a.TenantId);
        await installation.Get<WriteGates>().CloseAsync(b.TenantId);
        installation.Get<TenantDatabases>().Forget(a.TenantId);
        installation.Get<TenantDatabases>().Forget(b.TenantId);
        await (provider == DataProvider.Sqlite ? CopyAsync(installation, b, a) : RenameAsync(installation, b, a));

        await using (var db = installation.Open(a))
        {
            await Should.ThrowAsync<TenantMismatchException>(() => db.Leads.ToListAsync(Ct));
            await Should.ThrowAsync<TenantMismatchException>(() => db.Leads.CountAsync(Ct));
#pragma warning disable CA1849, xUnit1051 // the other way of opening
            Should.Throw<TenantMismatchException>(() => db.Leads.ToList());
#pragma warning restore CA1849, xUnit1051
        }

        await Should.ThrowAsync<TenantMismatchException>(() => installation.WriteAsync(a, (_, _) => Task.CompletedTask));
        await Should.ThrowAsync<TenantMismatchException>(() => installation.TakeAsync(a, () => Leads.Read(("email", "x@a.test"))));
    }

    [Fact]
    public async Task A_database_that_says_no_tenant_is_refused()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        await installation.WriteAsync(tenant, (db, ct) => db.Meta.ExecuteDeleteAsync(ct));
        await using var db = installation.Open(tenant);
        await Should.ThrowAsync<TenantMismatchException>(() => db.Leads.CountAsync(Ct));
    }

    private static async Task CopyAsync(Installation installation, Tenant from, Tenant over)
    {
        await using (var connection = new SqliteConnection($"Data Source={installation.FileOf(from)};Pooling=false"))
        {
            await connection.OpenAsync(Ct);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync(Ct);
        }

        foreach (var rest in new[] { "-wal", "-shm" })
        {
            File.Delete(installation.FileOf(over) + rest);
        }

        File.Copy(installation.FileOf(from), installation.FileOf(over), overwrite: true);
    }

    private static async Task RenameAsync(Installation installation, Tenant from, Tenant over)
    {
        string Name(Tenant tenant) => tenant.TenantId.DatabaseName(installation.Settings["Data:DatabasePrefix"]!);
        await using var connection = new NpgsqlConnection(installation.Settings["Data:ConnectionString"]);
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = $"DROP DATABASE {Name(over)} WITH (FORCE)";
        await command.ExecuteNonQueryAsync(Ct);
        command.CommandText = $"ALTER DATABASE {Name(from)} RENAME TO {Name(over)}";
        await command.ExecuteNonQueryAsync(Ct);
    }
}
