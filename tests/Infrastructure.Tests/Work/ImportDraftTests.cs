using System.Text;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class ImportDraftTests(PostgresServer postgres)
{
    private const string Messy = "Mail;Firma;Mitarbeiter;Mail\nold@acme.test;Acme;20;x\nnew@acme.test;Acme;viele;\nnew@acme.test;Acme;30;\nno-address;Acme;;\n;;;\na@b.test;x;y;z;too many\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_trial_says_what_the_import_then_does_and_writes_nothing(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "old@acme.test"), ("companyName", "Acme")));
        var draft = await DraftAsync(installation, tenant, Messy);
        var trial = await TryAsync(installation, tenant, draft);
        trial.Rows.Select(r => r.Kind).ShouldBe([TrialKind.Merged, TrialKind.New, TrialKind.Merged, TrialKind.Rejected, TrialKind.Rejected, TrialKind.Rejected]);
        trial.Rows[2].SameAs.ShouldBe(2);
        trial.Rows[1].Problems.Single().Severity.ShouldBe(ProblemSeverity.Value);
        trial.Rows[3].Problems.ShouldNotBeEmpty();
        trial.IsWhole.ShouldBeTrue();
        trial.Stops.ShouldBeTrue();
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct)).ShouldBe(1);
        (await db.Leads.SingleAsync(Ct)).EmployeeCount.ShouldBeNull();

        var lenient = draft.Settings with { StopWhenBad = false };
        (await InDraftsAsync(installation, tenant, d => d.ChangeAsync(draft.Id, draft.Settings, lenient, Ct))).ShouldBe(DraftVerdict.Done);
        (await InDraftsAsync(installation, tenant, d => d.StartAsync(draft, lenient, Ct))).ShouldBe(DraftVerdict.Done);
        await installation.StartWorkersAsync();
        (await installation.EndAsync(tenant, draft.Id)).Import.ShouldSatisfyAllConditions(
            i => i.State.ShouldBe(ImportState.Done),
            i => i.Rows.ShouldBe(trial.Rows.Count),
            i => i.Created.ShouldBe(trial.Count(TrialKind.New)),
            i => i.Merged.ShouldBe(trial.Count(TrialKind.Merged)),
            i => i.Duplicates.ShouldBe(trial.Count(TrialKind.Duplicate)),
            i => i.Rejected.ShouldBe(trial.Count(TrialKind.Rejected)));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_file_with_many_bad_first_rows_ends_before_anything_is_stored_and_its_rows_add_up(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var draft = await DraftAsync(installation, tenant, Messy);
        await InDraftsAsync(installation, tenant, d => d.StartAsync(draft, draft.Settings, Ct));
        await installation.StartWorkersAsync();
        var ended = (await installation.EndAsync(tenant, draft.Id)).Import;
        ended.State.ShouldBe(ImportState.Failed);
        ended.Problem!.ShouldStartWith("3 of the first 6 rows cannot be taken, so nothing was stored.");
        (ended.Created + ended.Merged + ended.Rejected + ended.Duplicates).ShouldBe(ended.Rows);
        ended.ClaimToken.ShouldBeNull();
        await using var db = installation.Open(tenant);
        (await db.Leads.AnyAsync(Ct)).ShouldBeFalse();
        (await db.ImportErrors.Select(e => e.Row).Distinct().CountAsync(Ct)).ShouldBe(3);
        var reasons = await installation.InAsync(tenant, s => s.GetRequiredService<ImportSteering>().ReasonsAsync(draft.Id, cancellationToken: Ct));
        reasons.Sum(r => r.Rows).ShouldBe(3);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_two_who_start_one_starts_and_settings_changed_elsewhere_are_not_overwritten(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var draft = await DraftAsync(installation, tenant, Leads.Csv(3));
        var skip = draft.Settings with { Merge = MergeMode.Skip };
        (await InDraftsAsync(installation, tenant, d => d.ChangeAsync(draft.Id, draft.Settings, skip, Ct))).ShouldBe(DraftVerdict.Done);
        (await InDraftsAsync(installation, tenant, d => d.ChangeAsync(draft.Id, draft.Settings, skip with { Match = MatchKey.EmailOnly }, Ct))).ShouldBe(DraftVerdict.Changed);
        (await InDraftsAsync(installation, tenant, d => d.StartAsync(draft, draft.Settings, Ct))).ShouldBe(DraftVerdict.Changed);
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => InDraftsAsync(installation, tenant, d => d.StartAsync(draft, skip, Ct)), Ct)));
        verdicts.Count(v => v == DraftVerdict.Done).ShouldBe(1);
        verdicts.Count(v => v == DraftVerdict.Gone).ShouldBe(3);
        (await InDraftsAsync(installation, tenant, d => d.DiscardAsync(draft.Id, Ct))).ShouldBeFalse();
        (await installation.ProgressAsync(tenant, draft.Id)).Import.ShouldSatisfyAllConditions(
            i => i.State.ShouldBe(ImportState.Queued), i => i.Settings.Merge.ShouldBe(MergeMode.Skip), i => i.Settings.Mapping.ShouldNotBeEmpty());
    }

    [Fact]
    public async Task A_draft_is_no_import_until_it_is_started_and_goes_when_nobody_came_back_for_a_day()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var old = await DraftAsync(installation, tenant, Leads.Csv(3));
        var young = await DraftAsync(installation, tenant, Leads.Csv(3));
        var path = await installation.InAsync(tenant, s => Task.FromResult(s.GetRequiredService<ImportFiles>().PathOf(old.Id)));
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        (await installation.InAsync(tenant, s => s.GetRequiredService<Imports>().FindAsync(young.Id, Ct))).ShouldBeNull();
        (await installation.InAsync(tenant, s => s.GetRequiredService<Imports>().ListAsync(100, Ct))).ShouldBeEmpty();
        (await installation.InAsync(tenant, s => s.GetRequiredService<Imports>().RevertAsync(young.Id, "me", Ct))).ShouldBe(ImportVerdict.NotFound);
        (await installation.InAsync(tenant, s => s.GetRequiredService<ImportSteering>().PauseAsync(young.Id, Ct))).ShouldBe(ImportVerdict.NotFound);
        await installation.StartWorkersAsync();
        await Eventually.IsAsync(() => Task.FromResult(!File.Exists(path)));
        (await InDraftsAsync(installation, tenant, d => d.ListAsync(Ct))).Single().Id.ShouldBe(young.Id);
    }

    [Fact]
    public async Task The_rows_of_a_draft_are_counted_and_the_number_stays_with_it()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var draft = await DraftAsync(installation, tenant, Leads.Csv(45_000));
        var heard = new List<long>();
        (await InDraftsAsync(installation, tenant, d => d.CountAsync(draft, new Ear(heard), Ct))).ShouldBe(45_000);
        heard[^1].ShouldBe(45_000);
        (await InDraftsAsync(installation, tenant, d => d.FindAsync(draft.Id, Ct)))!.Settings.RowCount.ShouldBe(45_000);
    }

    [Fact]
    public async Task Settings_of_an_earlier_import_are_taken_over_where_the_new_file_has_the_columns()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var first = await DraftAsync(installation, tenant, "Kontakt;Wer\na@x.test;Ann\n");
        var chosen = first.Settings with { Mapping = new Dictionary<string, string> { ["Wer"] = "companyName" }, Merge = MergeMode.FillEmpty, Delimiter = ';' };
        await InDraftsAsync(installation, tenant, d => d.ChangeAsync(first.Id, first.Settings, chosen, Ct));
        await InDraftsAsync(installation, tenant, d => d.StartAsync(first, chosen, Ct));

        var same = await DraftAsync(installation, tenant, "Kontakt;Wer\nb@x.test;Bea\n", first.Id);
        same.Settings.Merge.ShouldBe(MergeMode.FillEmpty);
        (await InDraftsAsync(installation, tenant, d => d.ReadAsync(same, same.Settings, Ct))).Columns[1].Field.ShouldBe("companyName");

        var other = await DraftAsync(installation, tenant, "Email,Name\nb@x.test,Bea Beck\n", first.Id);
        var reading = await InDraftsAsync(installation, tenant, d => d.ReadAsync(other, other.Settings, Ct));
        reading.Columns.Select(c => c.Field).ShouldBe(["email", "fullName"]);
        reading.Missing.ShouldBe(["Kontakt", "Wer"], ignoreOrder: true);
    }

    private static Task<TrialResult> TryAsync(Installation installation, Tenant tenant, Import draft) =>
        installation.InAsync(tenant, s => s.GetRequiredService<ImportTrial>().RunAsync(draft, draft.Settings, Ct));

    private static Task<Import> DraftAsync(Installation installation, Tenant tenant, string text, Guid? like = null) =>
        InDraftsAsync(installation, tenant, d => d.CreateAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "messy.csv", like, "member", Ct));

    private static Task<T> InDraftsAsync<T>(Installation installation, Tenant tenant, Func<ImportDrafts, Task<T>> work) =>
        installation.InAsync(tenant, s => work(s.GetRequiredService<ImportDrafts>()));

    private sealed class Ear(List<long> heard) : IProgress<(long Rows, double? Share)>
    {
        public void Report((long Rows, double? Share) value) => heard.Add(value.Rows);
    }
}
