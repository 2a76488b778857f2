using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Portal.Leads;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

public sealed class LeadListTests(Portal portal)
{
    [Fact]
    public async Task A_selection_is_tagged_by_keys_and_the_tag_is_taken_back()
    {
        await using var window = await OpenAsync("Tagging");
        var page = window.Page;
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync(" ");
        await Expect(page.Locator(".bulk")).ToContainTextAsync("2 selected");
        await page.Locator(".bulk summary", new() { HasText = "Tag" }).ClickAsync();
        await window.ShouldBeAccessibleAsync();
        await page.GetByLabel("Add a tag").FillAsync("Fair 2026");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("2 leads tagged")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByText("2 leads as before")).ToBeVisibleAsync();
        await page.Locator(".leads .name").First.FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".bulk")).ToHaveCountAsync(0);
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_that_match_are_deleted_brought_back_graded_and_assigned()
    {
        await using var window = await OpenAsync("Many");
        var page = window.Page;
        await page.GetByLabel("Select all 10").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("10 leads deleted")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".leads tr.row")).ToHaveCountAsync(10, new() { Timeout = 20_000 });

        await page.GetByLabel("Select Jonas Keller").CheckAsync();
        await page.Locator(".bulk summary", new() { HasText = "Grade" }).ClickAsync();
        await page.GetByLabel("Why, in your words").FillAsync("Met at the fair");
        await page.GetByRole(AriaRole.Button, new() { Name = "Grade D" }).ClickAsync();
        await Expect(page.GetByText("1 lead graded D")).ToBeVisibleAsync();
        var jonas = page.Locator(".leads tr.row", new() { HasText = "Jonas Keller" });
        await Expect(jonas.Locator(".grade")).ToHaveTextAsync("D");
        await Expect(jonas.Locator(".judged")).ToHaveCountAsync(1);
        await page.Locator(".bulk summary", new() { HasText = "Assign" }).ClickAsync();
        await page.Locator(".bulk .item", new() { HasText = "Mara Lindqvist" }).ClickAsync();
        await Expect(jonas.Locator(".owner")).ToContainTextAsync("Mara Lindqvist");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_view_is_saved_changed_renamed_and_deleted_with_a_way_back()
    {
        await using var window = await OpenAsync("Views");
        var page = window.Page;
        await page.GetByLabel("Name, company or title").FillAsync("norrland");
        await page.GetByLabel("Name, company or title").PressAsync("Enter");
        await Expect(page.Locator(".leads tr.row")).ToHaveCountAsync(1);
        await page.GetByText("Save as view").ClickAsync();
        await page.GetByLabel("Name of the view").FillAsync("Timber");
        await page.Keyboard.PressAsync("Enter");
        var tab = page.Locator(".tabs a[aria-current]");
        await Expect(tab).ToHaveTextAsync("Timber");

        await page.Locator("summary", new() { HasText = "Columns" }).ClickAsync();
        await page.GetByLabel("Find a column to add").FillAsync("region");
        await page.Locator(".adds .values .item").First.ClickAsync();
        await Expect(page.Locator("td.c-own")).ToHaveTextAsync("R-1");
        await Expect(tab.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
        await window.ShouldBeAccessibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByText("Save changes").ClickAsync();
        await Expect(tab.GetByRole(AriaRole.Img)).ToHaveCountAsync(0);
        await page.ReloadAsync();
        await Expect(page.Locator("td.c-own")).ToHaveTextAsync("R-1");

        await page.GetByLabel("View Timber").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete view" }).ClickAsync();
        await Expect(tab).ToHaveTextAsync("All");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(tab).ToHaveTextAsync("Timber");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Resting_on_a_score_or_a_row_says_why()
    {
        await using var window = await OpenAsync("Resting");
        var page = window.Page;
        await page.Locator(".leads tr.row td.c-score").First.HoverAsync(new() { Force = true });
        await Expect(page.Locator(".why")).ToContainTextAsync("Every lead of yours starts at");
        await page.Mouse.MoveAsync(2, 2);
        await Expect(page.Locator(".why")).ToBeHiddenAsync();
        await page.Locator(".leads .name").Nth(2).FocusAsync();
        await Expect(page.Locator(".why li").First).ToBeVisibleAsync();
        await window.ShouldBeAccessibleAsync();
    }

    [Fact]
    public async Task Words_that_describe_leads_respect_the_filters_and_a_selection_is_exported()
    {
        await using var window = await OpenAsync("Asking");
        var page = window.Page;
        await page.GetByLabel("Name, company or title").FillAsync("maier");
        await page.GetByLabel("Name, company or title").PressAsync("Enter");
        await Expect(page.Locator(".leads tr.row")).ToHaveCountAsync(1);
        await page.GetByLabel("Describe whom you look for").FillAsync("logistics with a warehouse");
        await page.GetByLabel("Describe whom you look for").PressAsync("Enter");
        await Expect(page.Locator(".leads tr.row .name")).ToHaveTextAsync(["Lena Maier"]);
        await page.GetByLabel("Select Lena Maier").CheckAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator(".bulk").GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync());
        var lines = (await File.ReadAllTextAsync((await download.PathAsync())!, TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[1].ShouldContain("student@uni.example");
    }

    [Fact]
    public async Task Whoever_may_only_look_changes_nothing_whatever_they_send()
    {
        var (tenant, _) = await portal.TenantAsync("Handlers");
        await Seed.ImportAsync(portal, tenant);
        var viewer = await portal.MemberAsync(tenant, "Vera Viewer", MemberRole.Viewer);
        await portal.InTenantAsync(tenant, async services =>
        {
            services.GetRequiredService<CurrentMember>().Set(viewer, MemberRole.Owner);
            var bulk = services.GetRequiredService<LeadBulkActions>();
            var all = new LeadTargets(LeadFilter.All, []);
            (await bulk.BeginAsync(all, new BulkChange(BulkKind.Delete))).ShouldBe(BulkOutcome.NotAllowed);
            (await bulk.StopAsync(Guid.NewGuid())).ShouldBe(BulkOutcome.NotAllowed);
            (await bulk.UndoAsync(Guid.NewGuid())).ShouldBe(BulkOutcome.NotAllowed);
            var views = services.GetRequiredService<SavedViewActions>();
            (await views.SaveAsync("x", "", [], true)).ShouldBe(ViewOutcome.NotAllowed);
            (await views.OrderAsync([])).ShouldBe(ViewOutcome.NotAllowed);
            await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
            (await db.Leads.CountAsync()).ShouldBe(10);
        });
    }

    private async Task<Window> OpenAsync(string name)
    {
        var (tenant, owner) = await portal.TenantAsync(name);
        await Seed.ImportAsync(portal, tenant);
        var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await Expect(window.Page.Locator(".leads tr.row .name")).ToHaveCountAsync(10);
        return window;
    }
}
