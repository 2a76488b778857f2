using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Backup;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Backup;

public sealed partial class BackupTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DataProvider.Sqlite, DataProvider.Postgres)]
    [InlineData(DataProvider.Postgres, DataProvider.Sqlite)]
    public async Task A_tenant_goes_whole_from_one_kind_of_database_to_the_other(DataProvider from, DataProvider to)
    {
        await using var here = await Installation.CreateAsync(from, postgres);
        var tenant = await FilledAsync(here);
        var key = await here.InAsync(tenant, async s => (await s.GetRequiredService<ApiKeys>().CreateAsync("laptop", Scopes.All)).Key);
        var file = await BackUpAsync(here, tenant);

        await using var there = await Installation.CreateAsync(to, postgres);
        var restored = (await RestoreAsync(there, "moved", file))!;
        restored.Tenant.State.ShouldBe(TenantState.Active);
        restored.Passwords.Select(p => p.Email).ShouldBe(["owner@acme.test"]);
        (await RowsAsync(there, restored.Tenant)).ShouldBe(await RowsAsync(here, tenant));
        (await there.Get<ApiKeyLookup>().FindAsync(key, Ct))!.TenantId.ShouldBe(restored.Tenant.Id);

        // It lives on: search finds, new leads are scored, and who was erased stays out.
        (await there.InAsync(restored.Tenant, s => s.GetRequiredService<LeadVectors>().SearchAsync("price", 3, cancellationToken: Ct))).ShouldNotBeEmpty();
        var taken = await there.TakeAsync(
            restored.Tenant, () => Leads.Read(("email", "erased@zoo.test")), () => Leads.Read(("email", "new@zoo.test"), ("message", "Send us a quote.")));
        taken.Select(t => t.Kind).ShouldBe([IntakeKind.Erased, IntakeKind.Created]);
        await there.ScoreAllAsync(restored.Tenant);
    }

    [Fact]
    public async Task A_backup_taken_while_leads_come_in_is_of_one_moment()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        await installation.StartWorkersAsync();
        var import = await installation.QueueAsync(tenant, Leads.Csv(8_000));
        await Eventually.IsAsync(async () => (await installation.ProgressAsync(tenant, import.Id)).Import.Rows > 0);
        var file = await BackUpAsync(installation, tenant);
        var restored = (await RestoreAsync(installation, "copy", file))!;
        await using (var db = installation.Open(restored.Tenant))
        {
            var then = await db.Imports.AsNoTracking().SingleAsync(Ct);
            (await db.LeadChanges.CountAsync(c => c.Field == "created", Ct)).ShouldBe((int)then.Created);
        }

        // The copy's import goes on where the backup found it, once its lease is over.
        await Eventually.IsAsync(
            async () => (await installation.ProgressAsync(restored.Tenant, import.Id)).Import is { StoredAt: not null, Rows: 8_000, Created: 8_000 }, 120);
    }

    [Fact]
    public async Task A_damaged_backup_leaves_nothing_behind()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var file = await BackUpAsync(installation, await FilledAsync(installation));
        using (var zip = await ZipFile.OpenAsync(file, ZipArchiveMode.Update, Ct))
        {
            zip.GetEntry("tables/Leads.ndjson")!.Delete();
            await using var forged = await zip.CreateEntry("tables/Leads.ndjson").OpenAsync(Ct);
            await forged.WriteAsync(Encoding.UTF8.GetBytes("{\"id\":\n"), Ct);
        }

        (await Should.ThrowAsync<BackupException>(() => RestoreAsync(installation, "copy", file))).Message.ShouldContain("Leads");
        (await installation.Get<TenantStore>().AllAsync(Ct)).Select(t => t.Slug).ShouldBe(["acme"]);
        Directory.GetDirectories(Path.Combine(installation.DataPath, "tenants")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_restore_that_was_killed_is_begun_again_and_no_start_opens_it()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var file = await BackUpAsync(installation, await FilledAsync(installation));
        var half = (await RestoreAsync(installation, "copy", file))!.Tenant;
        await using (var catalog = installation.Catalog())
        {
            await catalog.Tenants.Where(t => t.Id == half.Id).ExecuteUpdateAsync(t => t.SetProperty(x => x.State, TenantState.Restoring), Ct);
        }

        await using var next = installation.Beside();
        (await next.Get<TenantProvisioning>().MigrateAsync(cancellationToken: Ct)).ShouldBeEmpty();
        (await next.Get<TenantStore>().FindAsync("copy", Ct))!.State.ShouldBe(TenantState.Restoring);
        await Should.ThrowAsync<TenantUnavailableException>(() => next.InAsync(half, _ => Task.FromResult(1)));
        var again = (await RestoreAsync(next, "copy", file))!.Tenant;
        (again.Id == half.Id, again.State).ShouldBe((false, TenantState.Active));
        (await RestoreAsync(next, "copy", file)).ShouldBeNull();
    }

    private static async Task<Tenant> FilledAsync(Installation installation)
    {
        var tenant = await installation.TenantAsync();
        var taken = await installation.TakeAsync(
            tenant,
            () => Leads.Read(("email", "ann@zoo.test"), ("fullName", "Ann Ö"), ("message", "What is the price for 40 users?"), ("custom.plan", "gold"), ("tags", "a, b")),
            () => Leads.Read(("email", "erased@zoo.test"), ("message", "Please forget me.")));
        await installation.ScoreAllAsync(tenant);
        await installation.EraseAsync(tenant, taken[1].Lead!.Id);
        await using var scope = installation.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Owners>().EnsureAsync(tenant, "owner@acme.test", "correct horse battery 1", Ct);
        return tenant;
    }

    private static async Task<string> BackUpAsync(Installation installation, Tenant tenant)
    {
        var file = Path.Combine(installation.DataPath, "backup.zip");
        await installation.Get<TenantBackup>().WriteAsync(tenant, file, Ct);
        File.Exists(file + ".partial").ShouldBeFalse();
        return file;
    }

    private static async Task<RestoredTenant?> RestoreAsync(Installation installation, string slug, string file)
    {
        await using var scope = installation.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TenantRestore>().ReadAsync(slug, file, Ct);
    }

    /// <summary>Every row of every table as JSON, numbers of the database's own left out.</summary>
    private static async Task<string> RowsAsync(Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        var all = new StringBuilder();
        foreach (var table in BackupTables.Of(db))
        {
            using var rows = new MemoryStream();
            await BackupTables.WriteAsync(db, table, rows, BackupTables.Json(db), Ct);
            all.AppendLine(table.GetTableName()).AppendLine(Encoding.UTF8.GetString(rows.ToArray()));
        }

        all.Length.ShouldBeGreaterThan(3_000);
        // PostgreSQL keeps microseconds.
        return Fraction().Replace(all.ToString(), m => m.Groups[1].Value.PadRight(7, '0')[..6] + "Z");
    }

    [GeneratedRegex(@"(?<=:\d\d\.)(\d{1,7})Z")]
    private static partial Regex Fraction();
}
