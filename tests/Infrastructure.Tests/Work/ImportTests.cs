using System.Text;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class ImportTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Every_row_is_accounted_for_and_done_means_that_every_lead_is_scored(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "known@acme.test")), () => Leads.Read(("email", "same@acme.test"), ("city", "Bonn")));
        await installation.StartWorkersAsync();
        var import = await installation.QueueAsync(
            tenant,
            """
            E-Mail,Full Name,Company,City,Message
            new@acme.test,Nora New,Acme,Paris,"We want a demo, please."
            known@acme.test,Kim Known,Acme,Rome,
            same@acme.test,,,Bonn,
            no-address,Bad Address,Acme,,
            ,Nobody Nowhere,,,
            new@acme.test,Nora New,Acme,Paris,
            last@acme.test,Lea Last,Acme,Oslo,"What does it cost for 20 users?"
            """);
        var done = await installation.EndAsync(tenant, import.Id);
        done.Import.ShouldSatisfyAllConditions(
            i => i.State.ShouldBe(ImportState.Done),
            i => i.Rows.ShouldBe(7),
            i => i.Created.ShouldBe(2),
            i => i.Merged.ShouldBe(1),
            i => i.Duplicates.ShouldBe(2),
            i => i.Rejected.ShouldBe(2));
        done.Scored.ShouldBe(3);
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(l => l.ImportId == import.Id && (l.ScoreValue == null || l.Grade == null || l.ScoredAt == null), Ct)).ShouldBe(0);
        var leads = await db.Leads.Where(l => l.ImportId == import.Id).Select(l => l.Id).ToListAsync(Ct);
        (await db.Analyses.CountAsync(a => leads.Contains(a.LeadId), Ct)).ShouldBe(3);
        (await db.Vectors.CountAsync(a => leads.Contains(a.LeadId), Ct)).ShouldBe(3);
        (await db.Intents.CountAsync(a => leads.Contains(a.LeadId), Ct)).ShouldBeGreaterThanOrEqualTo(2);

        var errors = await db.ImportErrors.Where(e => e.ImportId == import.Id).OrderBy(e => e.Row).ToListAsync(Ct);
        errors.Select(e => e.Row).ShouldBe([4, 5]);
        errors.ShouldAllBe(e => e.Column == "E-Mail" && e.Reason.EndsWith('.') && e.Original != null);
        errors[0].Original.ShouldBe("no-address,Bad Address,Acme,,");
        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_cancelled_import_keeps_what_was_stored_and_stores_no_more(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var import = await installation.QueueAsync(tenant, Leads.Csv(30_000));
        await installation.StartWorkersAsync();
        await Eventually.IsAsync(async () => (await installation.ProgressAsync(tenant, import.Id)).Import.Rows > 0);
        (await CancelAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.Done);
        var cancelled = (await installation.EndAsync(tenant, import.Id)).Import;
        cancelled.State.ShouldBe(ImportState.Cancelled);
        cancelled.Rows.ShouldBeInRange(1, 29_999);
        await Eventually.IsAsync(async () => (await installation.ProgressAsync(tenant, import.Id)).Scored == cancelled.Created);
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct)).ShouldBe((int)cancelled.Created);
        (await db.Imports.AsNoTracking().SingleAsync(Ct)).ShouldSatisfyAllConditions(
            i => i.State.ShouldBe(ImportState.Cancelled), i => i.Rows.ShouldBe(cancelled.Rows), i => i.StoredAt.ShouldBeNull());
        (await CancelAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.TooLate);
        (await CancelAsync(installation, tenant, Guid.NewGuid())).ShouldBe(ImportVerdict.NotFound);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("Email,Name\n")]
    public async Task An_unusable_file_is_refused_at_once_or_ends_with_no_rows_and_leaves_no_file(string text)
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        await installation.StartWorkersAsync();
        try
        {
            var import = await installation.QueueAsync(tenant, text);
            (await installation.EndAsync(tenant, import.Id)).Import.Rows.ShouldBe(0);
        }
        catch (UnusableFile refused)
        {
            refused.Message.ShouldEndWith(".");
            await using var db = installation.Open(tenant);
            (await db.Imports.AnyAsync(Ct)).ShouldBeFalse();
            Directory.EnumerateFiles(installation.DataPath, "*.upload", SearchOption.AllDirectories).ShouldBeEmpty();
        }
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Text_with_characters_that_a_database_refuses_is_taken_all_the_same(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.StartWorkersAsync();

        // Far enough behind the head that the file still passes as text.
        var filler = string.Concat(Enumerable.Range(0, 1_200).Select(i => $"filler@x.test,{new string('x', 100)},,\n"));
        var import = await installation.QueueAsync(
            tenant, $"Email,Full Name,Company,Message\n{filler}a@x.test,A\0nn,Acme,de\0mo\nbad\0address,Bob,Acme,\n,\0,,\nc@x.test,C,Acme,\"\ud83d\ude80 demo\"\n");
        var done = await installation.EndAsync(tenant, import.Id);
        done.Import.State.ShouldBe(ImportState.Done);
        done.Import.Rows.ShouldBe(1_204);
        done.Import.Created.ShouldBeGreaterThanOrEqualTo(2);
        done.Import.Rejected.ShouldBeGreaterThanOrEqualTo(1);
        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_hundred_small_uploads_at_once_in_two_tenants_all_finish_and_reconcile(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        Tenant[] tenants = [await installation.TenantAsync("a-tenant"), await installation.TenantAsync("b-tenant")];
        await installation.StartWorkersAsync();

        // Neighbouring files share half of their people.
        var queued = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(
            async () => (Tenant: tenants[i % 2], Import: await installation.QueueAsync(tenants[i % 2], Leads.Csv(20, i / 2 * 10))), Ct)));
        foreach (var (tenant, import) in queued)
        {
            var done = await installation.EndAsync(tenant, import.Id, 120);
            done.Import.ShouldSatisfyAllConditions(i => i.State.ShouldBe(ImportState.Done), i => i.Rows.ShouldBe(20), i => i.Rejected.ShouldBe(0));
        }

        foreach (var tenant in tenants)
        {
            await using var db = installation.Open(tenant);
            (await db.Leads.CountAsync(Ct)).ShouldBe(510);
            (await db.Leads.CountAsync(l => l.Stage == LeadStage.Scored, Ct)).ShouldBe(510);
            (await db.Imports.SumAsync(i => i.Created, Ct)).ShouldBe(510);
        }

        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Two_processes_share_the_files_of_a_tenant_and_read_each_once(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        await using var beside = installation.Beside();
        var tenant = await installation.TenantAsync();
        var imports = new List<Import>();
        for (var i = 0; i < 6; i++)
        {
            imports.Add(await installation.QueueAsync(tenant, Leads.Csv(600, i * 400)));
        }

        await Task.WhenAll(installation.StartWorkersAsync(), beside.StartWorkersAsync());
        foreach (var import in imports)
        {
            var done = await installation.EndAsync(tenant, import.Id, 120);
            done.Import.ShouldSatisfyAllConditions(i => i.State.ShouldBe(ImportState.Done), i => i.Rows.ShouldBe(600), i => i.Rejected.ShouldBe(0));
        }

        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct)).ShouldBe(2_600);
        (await db.ScoreChanges.GroupBy(s => new { s.LeadId, s.LeadVersion, s.ModelVersion }).CountAsync(g => g.Count() > 1, Ct)).ShouldBe(0);
        (await db.Leads.CountAsync(l => l.ClaimToken != null || l.ScoreValue == null, Ct)).ShouldBe(0);
        installation.Problems.Concat(beside.Problems).ShouldBeEmpty();
    }

    [Fact]
    public async Task Large_files_of_one_tenant_let_the_files_of_another_have_their_turn()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, ("Work:TurnSeconds", "1"));
        var big = await installation.TenantAsync("big");
        var small = await installation.TenantAsync("small");
        var large = new List<Import>();
        for (var i = 0; i < 5; i++)
        {
            large.Add(await installation.QueueAsync(big, Leads.Csv(8_000, i * 8_000)));
        }

        await installation.StartWorkersAsync();
        await Eventually.IsAsync(async () => (await installation.ProgressAsync(big, large[3].Id)).Import.Rows > 0);
        var late = await installation.QueueAsync(small, Leads.Csv(10));
        (await installation.EndAsync(small, late.Id)).Import.State.ShouldBe(ImportState.Done);
        (await installation.ProgressAsync(big, large[0].Id)).Import.StoredAt.ShouldBeNull("the large files were through before: the test shows nothing");
        foreach (var import in large)
        {
            await CancelAsync(installation, big, import.Id);
        }
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_lead_that_cannot_be_analysed_is_set_aside_after_three_attempts_and_the_others_go_on(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.StartWorkersAsync();
        await installation.EndAsync(tenant, (await installation.QueueAsync(tenant, Leads.Csv(50))).Id);

        // A row that cannot even be read.
        var poisoned = "p7@company7.test";
        await installation.WriteAsync(tenant, (db, ct) => db.Database.ExecuteSqlAsync(
            $"UPDATE \"Leads\" SET \"Custom\" = '{{', \"Stage\" = 'Received', \"ScoreValue\" = NULL WHERE \"Email\" = {poisoned}", ct));
        await installation.TakeAsync(tenant, [.. Enumerable.Range(0, 20).Select(i => new Func<Lead>(() => Leads.Read(("email", $"later{i}@x.test"))))]);
        await Eventually.IsAsync(async () =>
        {
            await using var read = installation.Open(tenant);
            return !await read.Leads.AnyAsync(l => l.Stage == LeadStage.Received, Ct);
        }, otherwise: () => "Leads still wait. " + string.Join('\n', installation.Problems));
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(l => l.Stage == LeadStage.Scored && l.ScoreValue != null, Ct)).ShouldBe(69);
        var failed = await db.Leads.Where(l => l.Stage == LeadStage.Failed).Select(l => new { l.Email, l.Attempts, l.ClaimToken }).SingleAsync(Ct);
        failed.Email.ShouldBe(poisoned);
        failed.Attempts.ShouldBe(3);
        failed.ClaimToken.ShouldBeNull();
        installation.Problems.ShouldContain(p => p.StartsWith("Lead ", StringComparison.Ordinal));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_import_ends_though_its_last_waiting_lead_was_erased(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var import = await installation.QueueAsync(tenant, Leads.Csv(1));
        await installation.InAsync(tenant, s => s.GetRequiredService<ImportRun>().RunNextAsync(Ct));
        await using var db = installation.Open(tenant);
        await installation.EraseAsync(tenant, (await db.Leads.SingleAsync(Ct)).Id);
        (await installation.ProgressAsync(tenant, import.Id)).Import.State.ShouldBe(ImportState.Running);
        await installation.StartWorkersAsync();
        (await installation.EndAsync(tenant, import.Id)).Import.State.ShouldBe(ImportState.Done);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Two_workers_that_store_the_last_leads_at_once_end_the_import(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        for (var round = 0; round < 8; round++)
        {
            var import = await installation.QueueAsync(tenant, Leads.Csv(2, round * 2));
            await installation.InAsync(tenant, s => s.GetRequiredService<ImportRun>().RunNextAsync(Ct));
            var stores = new List<Func<Task>>();
            for (var half = 0; half < 2; half++)
            {
                stores.Add(await installation.InAsync(tenant, async s =>
                {
                    var claim = await s.GetRequiredService<LeadClaims>().TakeAsync(1, Ct);
                    var understanding = s.GetRequiredService<LeadUnderstanding>();
                    var understood = await understanding.AnalyzeAsync(await understanding.LoadAsync(claim.Ids, Ct), Ct);
                    return (Func<Task>)(() => understanding.StoreAsync(understood, claim.Token, Ct));
                }));
            }

            await Task.WhenAll(stores.Select(store => Task.Run(store, Ct)));
            (await installation.ProgressAsync(tenant, import.Id)).Import.State.ShouldBe(ImportState.Done, $"round {round}");
        }
    }

    [Fact]
    public async Task A_file_of_another_name_cannot_leave_the_tenant_s_folder()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var import = await installation.InAsync(tenant, s => s.GetRequiredService<Imports>().QueueAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(Leads.Csv(1))), "../../..\\evil.csv", new ImportSettings(), "member", Ct));
        import.FileName.ShouldBe("evil.csv");
        Directory.EnumerateFiles(installation.DataPath, "*.upload", SearchOption.AllDirectories).Single()
            .ShouldStartWith(Path.Combine(installation.DataPath, tenant.TenantId.Folder));
    }

    private static Task<ImportVerdict> CancelAsync(Installation installation, Tenant tenant, Guid id) =>
        installation.InAsync(tenant, s => s.GetRequiredService<Imports>().CancelAsync(id));
}
