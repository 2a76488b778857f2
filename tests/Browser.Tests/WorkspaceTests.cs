using System.Text;
using LeadGen.Infrastructure.Access;
using LeadGen.Portal.Icps;
using LeadGen.Portal.Importing;
using LeadGen.Portal.Shell;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

public sealed class WorkspaceTests(Portal portal)
{
    [Fact]
    public async Task A_file_is_imported_shown_and_taken_back()
    {
        var (tenant, owner) = await portal.TenantAsync("Filing");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/imports");
        await page.Locator("input[type=file]").SetInputFilesAsync(File("leads.csv", Seed.Csv + "\nnot-an-address,Bad,Row,,,,,,,,,,\n"));
        await page.UntilAtAsync("**/setup");
        await page.GetByRole(AriaRole.Link, new() { Name = "Check" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import 11 rows" }).ClickAsync();
        await Expect(page.Locator(".line-head .word")).ToHaveTextAsync("Done", new() { Timeout = 30_000 });
        await Expect(page.Locator(".progress-card")).ToContainTextAsync("10 leads scored");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Download these rows (CSV)").ClickAsync());
        var errors = await System.IO.File.ReadAllTextAsync(await download.PathAsync());
        errors.ShouldStartWith("row,column,reason,original");
        errors.ShouldContain("\r\n11,");

        await page.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await Expect(page.Locator(".line-head .word")).ToHaveTextAsync("Taken back", new() { Timeout = 30_000 });
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await Expect(page.GetByText("Your leads will stand here")).ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_says_why_beside_the_form()
    {
        var (tenant, owner) = await portal.TenantAsync("Unusable");
        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/imports");
        await window.Page.Locator("input[type=file]").SetInputFilesAsync(File("leads.csv", "%PDF-1.7 not a table"));
        await Expect(window.Page.Locator("[data-problem]")).ToBeVisibleAsync();
        (await window.Page.Locator("[data-problem]").InnerTextAsync()).Length.ShouldBeGreaterThan(10);
        await Expect(window.Page.GetByText("No file was imported yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_posted_file_needs_the_forms_token_and_the_role()
    {
        var (tenant, owner) = await portal.TenantAsync("Forged");
        var viewer = await portal.MemberAsync(tenant, "Vic Viewer", MemberRole.Viewer);
        foreach (var (user, status) in new[] { (owner, 400), (viewer, 403) })
        {
            await using var window = await portal.OpenAsync(user);
            var form = window.Page.APIRequest.CreateFormData();
            form.Append("file", File("leads.csv", Seed.Csv));
            var answer = await window.Page.APIRequest.PostAsync($"/t/{tenant.Slug}/imports", new() { Multipart = form });
            answer.Status.ShouldBe(status);
        }
    }

    [Fact]
    public async Task Handlers_refuse_a_viewer_even_when_the_button_was_there()
    {
        var (tenant, owner) = await portal.TenantAsync("Handlers");
        var viewer = await portal.MemberAsync(tenant, "Vim Viewer", MemberRole.Viewer);
        var import = await Seed.ImportAsync(portal, tenant);
        await portal.InTenantAsync(tenant, async services =>
        {
            // Drawn as an editor, who has been made a viewer since.
            services.GetRequiredService<CurrentMember>().Set(viewer, MemberRole.Editor);
            (await services.GetRequiredService<ImportActions>().RevertAsync(import)).ShouldBe("Your role does not allow this.");
            var icps = services.GetRequiredService<IcpActions>();
            var row = (await icps.FindAsync())!;
            (await icps.PublishAsync(row.Id, row.Draft with { Name = "Taken over" }, row.Revision)).Saved.ShouldBeNull();
            (await icps.FindAsync())!.Draft.Name.ShouldBe(row.Draft.Name);
            (await services.GetRequiredService<LeadGen.Portal.Developers.KeyActions>().CreateAsync("k", [Scopes.LeadsRead])).Key.ShouldBeNull();
            (await services.GetRequiredService<LeadGen.Portal.Team.TeamActions>().RemoveAsync(owner.Id)).ShouldBe("Your role does not allow this.");
        });
    }

    [Fact]
    public async Task A_profile_is_changed_published_and_scores_all_leads_again()
    {
        var (tenant, owner) = await portal.TenantAsync("Profiles");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/icp");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to “must”", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish version 2" }).ClickAsync();
        await Expect(page.Locator(".criteria .error").First).ToBeVisibleAsync();

        await page.Locator("[id^=values-]").FillAsync("Manufacturing");
        await page.Locator("[id^=values-]").PressAsync("Enter");
        await Expect(page.Locator(".criterion-form .chip")).ToContainTextAsync("Manufacturing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish version 2" }).ClickAsync();
        await Expect(page.GetByText("Version 2 is live")).ToBeVisibleAsync();

        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await page.GetByRole(AriaRole.Link, new() { Name = "Jonas Keller" }).ClickAsync();
        await Expect(page.Locator(".match")).ToContainTextAsync("must", new() { Timeout = 20_000 });
        await Expect(page.Locator(".facts")).ToContainTextAsync("version 2");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_who_edit_the_profile_at_once_are_told_and_lose_nothing()
    {
        var (tenant, owner) = await portal.TenantAsync("Conflict");
        await using var first = await portal.OpenAsync(owner);
        await using var second = await portal.OpenAsync(owner);
        await first.GoAsync($"/t/{tenant.Slug}/icp");
        await second.GoAsync($"/t/{tenant.Slug}/icp");
        await first.Page.Locator("#icp-name").FillAsync("First was faster");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Save draft" }).ClickAsync();
        await Expect(first.Page.GetByText("Saved.")).ToBeVisibleAsync();

        await second.Page.Locator("#icp-name").FillAsync("Second typed this");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Save draft" }).ClickAsync();
        await Expect(second.Page.GetByText("Somebody else saved this profile")).ToBeVisibleAsync();
        await Expect(second.Page.Locator("#icp-name")).ToHaveValueAsync("Second typed this");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Go on with mine" }).ClickAsync();
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Save draft" }).ClickAsync();
        await Expect(second.Page.GetByText("Saved.")).ToBeVisibleAsync();
        await portal.InTenantAsync(tenant, async s => (await s.GetRequiredService<LeadGen.Infrastructure.Work.IcpEditing>().ListAsync())
            .Single().Draft.Name.ShouldBe("Second typed this"));
    }

    [Fact]
    public async Task A_removed_criterion_can_be_put_back()
    {
        var (tenant, owner) = await portal.TenantAsync("Undoing");
        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/icp");
        var before = await window.Page.Locator(".says").AllInnerTextsAsync();
        await window.Page.Locator(".criterion button[aria-label^=Remove]").First.ClickAsync();
        await Expect(window.Page.Locator(".says")).ToHaveCountAsync(before.Count - 1);
        await window.Page.WaitForTimeoutAsync(1_200);
        await window.ShouldBeAccessibleAsync();
        await window.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await window.ShouldBeAccessibleAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(window.Page.Locator(".says")).ToHaveCountAsync(before.Count);
        (await window.Page.Locator(".says").AllInnerTextsAsync()).ShouldBe(before);
        await Expect(window.Page.GetByText("No changes")).ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_last_owner_stays()
    {
        var (tenant, owner) = await portal.TenantAsync("Lasting");
        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/members");
        await window.Page.GetByLabel("Role of Mara Lindqvist").SelectOptionAsync("Viewer");
        await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("keeps at least one owner");
        await Expect(window.Page.GetByLabel("Role of Mara Lindqvist")).ToHaveValueAsync("Owner");
    }

    [Fact]
    public async Task A_key_is_shown_once_works_and_can_be_shut()
    {
        var (tenant, owner) = await portal.TenantAsync("Keyed");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/developers");
        await page.Locator("#key-name").FillAsync("Website");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        var key = await page.Locator("#secret").InputValueAsync();
        key.ShouldStartWith("lg_live_");
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        (await page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe(key);
        await portal.InTenantAsync(tenant, async s => (await s.GetRequiredService<ApiKeyLookup>().FindAsync(key)).ShouldNotBeNull());

        await window.GoAsync($"/t/{tenant.Slug}/developers");
        (await page.ContentAsync()).ShouldNotContain(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Shut" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Shut" }).ClickAsync();
        await Expect(page.Locator("tr.past")).ToHaveCountAsync(1);
        await portal.InTenantAsync(tenant, async s => (await s.GetRequiredService<ApiKeyLookup>().FindAsync(key)).ShouldBeNull());
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_colours_that_a_person_chose_are_kept()
    {
        var (tenant, owner) = await portal.TenantAsync("Colours");
        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        var light = await BackgroundAsync(window);
        await window.Page.Locator(".person").ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await window.Page.ReloadAsync();
        (await BackgroundAsync(window)).ShouldNotBe(light);
        await window.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        (await BackgroundAsync(window)).ShouldNotBe(light);
    }

    private static Task<string> BackgroundAsync(Window window) =>
        window.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) };
}
