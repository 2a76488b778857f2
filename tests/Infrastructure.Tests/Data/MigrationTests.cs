using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Data;

public sealed class MigrationTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Migrations_make_the_schema_that_the_model_describes(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await using var catalog = installation.Catalog();
        await using var db = installation.Open(tenant);
        foreach (var context in new DbContext[] { catalog, db })
        {
            context.Database.HasPendingModelChanges().ShouldBeFalse();
            (await context.Database.GetPendingMigrationsAsync(Ct)).ShouldBeEmpty();
            foreach (var table in context.Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct())
            {
#pragma warning disable EF1002 // the name comes from the model
                await context.Database.ExecuteSqlRawAsync($"SELECT COUNT(*) FROM \"{table}\"", Ct);
#pragma warning restore EF1002
            }
        }
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Two_processes_that_start_at_once_migrate_and_provision_without_hindering_each_other(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await AddRowAsync(installation, TenantState.Provisioning);
        await using var other = installation.Beside();
        var broken = await Task.WhenAll(
            installation.Get<TenantProvisioning>().MigrateAsync(null, Ct),
            other.Get<TenantProvisioning>().MigrateAsync(null, Ct));
        broken.SelectMany(b => b.Select(t => t.Problem)).ShouldBeEmpty();
        await using var db = installation.Open(tenant);
        (await db.Meta.CountAsync(Ct)).ShouldBe(1);
        (await db.Icps.CountAsync(Ct)).ShouldBe(1);
        (await db.Models.CountAsync(Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task A_process_killed_in_a_migration_does_not_stop_the_next_one()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();

        // As a killed process leaves it: the migrations' own lock taken, the schema there, the tenant not finished.
        await using (var connection = new SqliteConnection($"Data Source={installation.FileOf(tenant)};Pooling=false"))
        {
            await connection.OpenAsync(Ct);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                INSERT INTO "__EFMigrationsLock" ("Id", "Timestamp") VALUES (1, '2026-01-01');
                DELETE FROM "Meta";
                """;
            await command.ExecuteNonQueryAsync(Ct);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        (await installation.Get<TenantProvisioning>().MigrateAsync(null, limit.Token)).ShouldBeEmpty();
        await using var db = installation.Open(tenant);
        (await db.Meta.SingleAsync(Ct)).TenantId.ShouldBe(tenant.Id);
    }

    private static async Task<Tenant> AddRowAsync(Installation installation, TenantState state)
    {
        await using var catalog = installation.Catalog();
        var tenant = new Tenant { Id = Guid.NewGuid(), Slug = "begun", Name = "Begun", State = state, CreatedAt = DateTime.UnixEpoch };
        catalog.Tenants.Add(tenant);
        await catalog.SaveChangesAsync(Ct);
        return tenant;
    }
}
