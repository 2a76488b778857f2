using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Portal.Importing;
using LeadGen.Portal.Shell;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>The import wizard, step by step, with a file as people have them.</summary>
public sealed class ImportTests(Portal portal)
{
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task A_messy_file_is_understood_corrected_tried_imported_and_reported(int width)
    {
        var (tenant, owner) = await portal.TenantAsync("Messy");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner, width: width);
        var page = window.Page;
        await UploadAsync(window, tenant);

        await Expect(page.GetByLabel("Encoding")).ToHaveValueAsync("windows-1252");
        await Expect(page.GetByLabel("Values are divided by")).ToHaveValueAsync(";");
        await Expect(page.Locator(".found header")).ToContainTextAsync("8 columns, 7 rows");
        await Expect(page.Locator(".raw tbody tr").First).ToContainTextAsync("Jörg Müller");
        await Expect(page.Locator(".raw .bad")).ToContainTextAsync("The row has 9 values for 8 columns.");

        // Every choice is read anew at once, and what cannot be is said and not taken over.
        await page.GetByLabel("Values are divided by").SelectOptionAsync(",");
        await Expect(page.Locator(".found header")).ToContainTextAsync("1 column");
        await page.GetByLabel("Values are divided by").SelectOptionAsync(";");
        await Expect(page.Locator(".found header")).ToContainTextAsync("8 columns, 7 rows");

        await page.GetByRole(AriaRole.Link, new() { Name = "Choose columns" }).ClickAsync();
        var size = page.Locator(".column-line", new() { HasText = "Mitarbeiter" });
        await Expect(size).ToContainTextAsync("This is no number of employees");
        var second = page.Locator(".column-line", new() { Has = page.Locator("b", new() { HasText = "E-Mail (2)" }) });
        await second.Locator(".pick").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Field for E-Mail (2)" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("e-mail addr");
        await page.Keyboard.PressAsync("Enter");
        await Expect(second).ToContainTextAsync("“E-Mail” goes to the same field and comes first");
        await Expect(second).ToContainTextAsync("Your choice");
        await second.Locator(".pick").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Field for E-Mail (2)" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("leave");
        await page.Keyboard.PressAsync("Enter");
        await Expect(second.Locator(".pick")).ToHaveTextAsync("Leave out");
        await page.GetByText("Fill gaps only").ClickAsync();
        await window.ShouldBeAccessibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Check the rows" }).ClickAsync();
        await Expect(page.Locator(".notice")).ToContainTextAsync("3 of 7 rows cannot be taken");
        await Expect(page.Locator(".setup-head .main-action")).ToBeDisabledAsync();
        await Expect(page.Locator(".trial tbody tr").Nth(2)).ToContainTextAsync("Same lead as row 1.");
        await Expect(page.Locator(".trial tbody tr").Nth(6)).ToContainTextAsync("This lead is there already.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take the good rows" }).ClickAsync();
        await Expect(page.Locator(".notice")).ToHaveCountAsync(0);
        await Expect(page.Locator(".trial-sums dd").First).ToBeVisibleAsync();
        var sums = await page.Locator(".trial-sums dd").AllInnerTextsAsync();
        await window.ShouldBeAccessibleAsync();

        // A double click starts one import.
        await page.GetByRole(AriaRole.Button, new() { Name = "Import 7 rows" }).DblClickAsync();
        await Expect(page.Locator(".line-head .word")).ToHaveTextAsync("Done", new() { Timeout = 60_000 });
        (await page.Locator(".figures dd").AllInnerTextsAsync()).Take(4).ShouldBe(sums.Skip(1), "the report is what the trial foretold");
        await Expect(page.Locator(".reasons")).ToContainTextAsync("E-Mail");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Download these rows (CSV)").ClickAsync());
        var errors = await File.ReadAllTextAsync(await download.PathAsync());
        errors.ShouldContain("\r\n4,E-Mail,");
        (await ImportsAsync(tenant)).Count.ShouldBe(2);
        await window.ShouldBeAccessibleAsync();

        // The back button comes to the wizard of a file that runs: it shows the import instead.
        await page.GoBackAsync();
        await Expect(page.Locator(".line-head .word")).ToHaveTextAsync("Done");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_may_be_left_come_back_to_and_discarded_and_its_choices_stay()
    {
        var (tenant, owner) = await portal.TenantAsync("Leaving");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await UploadAsync(window, tenant);
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose columns" }).ClickAsync();
        await page.GetByText("Skip the row").ClickAsync();
        await Expect(page.GetByLabel("Skip the row")).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to imports" }).ClickAsync();
        await Expect(page.Locator(".drafts")).ToContainTextAsync("kontakte.csv");
        (await ImportsAsync(tenant)).ShouldBeEmpty();

        await page.GetByRole(AriaRole.Link, new() { Name = "Go on with kontakte.csv" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose columns" }).ClickAsync();
        await Expect(page.GetByLabel("Skip the row")).ToBeCheckedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(page.GetByText("No file was imported yet.")).ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_change_in_one_window_is_not_overwritten_by_another_and_one_start_is_enough()
    {
        var (tenant, owner) = await portal.TenantAsync("Twice");
        var draft = await Seed.DraftAsync(portal, tenant);
        await using var one = await portal.OpenAsync(owner);
        await using var other = await portal.OpenAsync(owner);
        foreach (var window in new[] { one, other })
        {
            await window.GoAsync($"/t/{tenant.Slug}/imports/{draft}/setup?step=columns");
            await Expect(window.Page.Locator(".column-list")).ToBeVisibleAsync();
        }

        await one.Page.GetByText("Skip the row").ClickAsync();
        await Expect(one.Page.GetByLabel("Skip the row")).ToBeCheckedAsync();
        await other.Page.GetByText("E-mail address only").ClickAsync();
        await Expect(other.Page.GetByText("These settings were changed in another window.")).ToBeVisibleAsync();
        await Expect(other.Page.GetByLabel("Skip the row")).ToBeCheckedAsync();

        await one.Page.GetByText("Stop when the file looks misread").ClickAsync();
        await one.Page.GetByRole(AriaRole.Link, new() { Name = "Check the rows" }).ClickAsync();
        await one.Page.GetByRole(AriaRole.Button, new() { Name = "Import 7 rows" }).ClickAsync();
        await Expect(one.Page.Locator(".progress-card")).ToBeVisibleAsync();
        await other.Page.GetByText("Fill gaps only").ClickAsync();
        await Expect(other.Page.Locator(".progress-card")).ToBeVisibleAsync();
        (await ImportsAsync(tenant)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_running_import_is_paused_left_resumed_and_cancelled()
    {
        var (tenant, owner) = await portal.TenantAsync("Pausing");
        var rows = string.Join('\n', Enumerable.Range(1, 60_000).Select(i => $"p{i}@long.example,Person,Number{i},Company {i}"));
        var import = Guid.Empty;
        await portal.InTenantAsync(tenant, async services =>
        {
            using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes("email,firstName,lastName,companyName\n" + rows));
            import = (await services.GetRequiredService<Infrastructure.Work.Imports>().QueueAsync(file, "long.csv", new ImportSettings(), "import")).Id;
        });
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/imports/{import}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Locator(".line-head .word")).ToHaveTextAsync("Paused");
        await window.GoAsync($"/t/{tenant.Slug}/imports?x=1");
        await Expect(page.Locator(".imports")).ToContainTextAsync("Paused");
        await page.GetByRole(AriaRole.Link, new() { Name = "long.csv" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.Locator(".line-head .word")).Not.ToHaveTextAsync("Paused");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel import" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel import" }).ClickAsync();
        await Expect(page.Locator(".line-head .word")).ToHaveTextAsync("Cancelled");
        var ended = (await ImportsAsync(tenant)).Single();
        (ended.Created + ended.Merged + ended.Duplicates + ended.Rejected).ShouldBe(ended.Rows);
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_import_is_found_by_its_name_and_its_settings_serve_a_new_file()
    {
        var (tenant, owner) = await portal.TenantAsync("Again");
        var import = await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/imports");
        await page.GetByLabel("Search by file name").FillAsync("ROTTER");
        await Expect(page.Locator(".imports tbody tr")).ToHaveCountAsync(1);
        await page.GetByLabel("Search by file name").FillAsync("100%");
        await Expect(page.GetByText("No file is called “100%”.")).ToBeVisibleAsync();
        await window.GoAsync($"/t/{tenant.Slug}/imports/{import}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Import again with these settings" }).ClickAsync();
        await Expect(page.GetByText("The new file is read with the settings of")).ToBeVisibleAsync();
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "next.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(Seed.Csv) });
        await page.UntilAtAsync("**/setup");
        await page.GetByRole(AriaRole.Link, new() { Name = "Check", Exact = false }).First.ClickAsync();
        await Expect(page.Locator(".trial-sums")).ToContainTextAsync("Nothing new\n10", new() { UseInnerText = true });
    }

    [Fact]
    public async Task A_viewer_looks_at_imports_and_can_neither_see_drafts_nor_steer()
    {
        var (tenant, _) = await portal.TenantAsync("Looker");
        var import = await Seed.ImportAsync(portal, tenant);
        var draft = await Seed.DraftAsync(portal, tenant);
        var viewer = await portal.MemberAsync(tenant, "Vera Viewer", MemberRole.Viewer);
        await using var window = await portal.OpenAsync(viewer);
        await window.GoAsync($"/t/{tenant.Slug}/imports");
        await Expect(window.Page.Locator(".imports tbody tr")).ToHaveCountAsync(1);
        (await window.Page.Locator("[data-upload], .drafts").CountAsync()).ShouldBe(0);
        await window.GoAsync($"/t/{tenant.Slug}/imports/{import}");
        await Expect(window.Page.Locator(".figures")).ToBeVisibleAsync();
        (await window.Page.Locator(".revert").CountAsync()).ShouldBe(0);
        (await window.Page.GetByText("Import again").CountAsync()).ShouldBe(0);
        (await window.Page.GotoAsync($"/t/{tenant.Slug}/imports/{draft}/setup"))!.Status.ShouldBe(403);

        await portal.InTenantAsync(tenant, async services =>
        {
            services.GetRequiredService<CurrentMember>().Set(viewer, MemberRole.Viewer);
            var actions = services.GetRequiredService<ImportActions>();
            foreach (var answer in new[] { await actions.PauseAsync(import), await actions.ResumeAsync(import), await actions.CancelAsync(import), await actions.RevertAsync(import) })
            {
                answer.ShouldBe("Your role does not allow this.");
            }

            var drafts = services.GetRequiredService<DraftActions>();
            (await drafts.ListAsync()).ShouldBeEmpty();
            (await drafts.FindAsync(draft)).ShouldBeNull();
            (await drafts.DiscardAsync(draft)).ShouldBe("Your role does not allow this.");
            var stored = (await services.GetRequiredService<ImportDrafts>().FindAsync(draft))!;
            await Should.ThrowAsync<DraftRefused>(() => drafts.StartAsync(stored, stored.Settings));
            await Should.ThrowAsync<DraftRefused>(() => drafts.ChangeAsync(draft, stored.Settings, stored.Settings));
            await Should.ThrowAsync<DraftRefused>(() => drafts.ReadAsync(stored, stored.Settings));
            await Should.ThrowAsync<DraftRefused>(() => drafts.TryAsync(stored, stored.Settings));
        });
    }

    [Fact]
    public async Task A_draft_of_another_workspace_is_not_there()
    {
        var (tenant, owner) = await portal.TenantAsync("Mine");
        var (other, _) = await portal.TenantAsync("Theirs");
        var foreign = await Seed.DraftAsync(portal, other);
        await using var window = await portal.OpenAsync(owner);
        foreach (var page in new[] { $"imports/{foreign}/setup", $"imports/{foreign}", $"imports/{foreign}/errors.csv" })
        {
            (await window.Page.GotoAsync($"/t/{tenant.Slug}/{page}"))!.Status.ShouldBe(404);
        }
    }

    private static async Task UploadAsync(Window window, Tenant tenant)
    {
        await window.GoAsync($"/t/{tenant.Slug}/imports");
        await window.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "kontakte.csv", MimeType = "text/csv", Buffer = Seed.Messy });
        await window.Page.UntilAtAsync("**/setup");
        await Expect(window.Page.Locator(".found")).ToBeVisibleAsync();
    }

    private async Task<IReadOnlyList<Import>> ImportsAsync(Tenant tenant)
    {
        IReadOnlyList<Import> imports = [];
        await portal.InTenantAsync(tenant, async services => imports = await services.GetRequiredService<Infrastructure.Work.Imports>().ListAsync());
        return imports;
    }
}
