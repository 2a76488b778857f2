using LeadGen.Infrastructure.Access;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>The command palette and the frame around pages, by keyboard and by thumb.</summary>
public sealed class PaletteTests(Portal portal)
{
    [Fact]
    public async Task Letters_find_a_lead_and_Enter_opens_it()
    {
        var (tenant, owner) = await portal.TenantAsync("Finding");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/members");
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search leads" })).ToBeFocusedAsync();
        await window.ShouldBeAccessibleAsync();

        // Enter comes before the answer: the palette waits for what belongs to the typed words.
        await page.Keyboard.TypeAsync("rheinau jon");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Jonas Keller" })).ToBeVisibleAsync();
        await Expect(page.Locator("#palette")).Not.ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Arrows_walk_the_lines_and_Escape_gives_the_focus_back()
    {
        var (tenant, owner) = await portal.TenantAsync("Walking");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/members");
        await page.Locator("#invite-email").FocusAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Expect(Chosen(page)).ToHaveCountAsync(1);
        var first = await Chosen(page).InnerTextAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        (await Chosen(page).InnerTextAsync()).ShouldNotBe(first);
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search leads" })).ToHaveAttributeAsync("aria-activedescendant", (await Chosen(page).GetAttributeAsync("id"))!);
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        (await Chosen(page).InnerTextAsync()).ShouldBe("All workspaces");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#invite-email")).ToBeFocusedAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Words_become_a_page_a_theme_or_a_search_by_likeness()
    {
        var (tenant, owner) = await portal.TenantAsync("Wording");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/members");
        await page.EvaluateAsync("() => document.activeElement.blur()");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("ideal");
        await page.Keyboard.PressAsync("Enter");
        await page.UntilAtAsync("**/icp");

        await page.GetByRole(AriaRole.Button, new() { Name = "Search leads, pages and commands" }).ClickAsync();
        await page.Keyboard.TypeAsync("dark");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("warehouses with scanners & batch numbers");
        await page.Keyboard.PressAsync("Enter");
        await page.UntilAtAsync("**/leads?ask=warehouses*");
        await Expect(page.Locator(".leads .name").First).ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_viewer_is_offered_nothing_that_a_viewer_may_not_do()
    {
        var (tenant, _) = await portal.TenantAsync("Offering");
        var viewer = await portal.MemberAsync(tenant, "Vera Viewer", MemberRole.Viewer);
        await using var window = await portal.OpenAsync(viewer);
        await window.GoAsync($"/t/{tenant.Slug}/members");
        await window.Page.Keyboard.PressAsync("Control+k");
        await Expect(window.Page.GetByRole(AriaRole.Option, new() { Name = "Leads", Exact = true })).ToBeVisibleAsync();
        foreach (var name in new[] { "Import a file", "Invite a colleague", "New API key", "Developers" })
        {
            await Expect(window.Page.GetByRole(AriaRole.Option, new() { Name = name, Exact = true })).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task The_switcher_leads_to_the_persons_other_workspaces_and_to_a_new_one()
    {
        var (first, owner) = await portal.TenantAsync("Alpha");
        var second = await portal.JoinAsync("Beta", owner);
        await portal.TenantAsync("Gamma");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{first.Slug}/members");
        await page.Locator(".tenant-menu summary").ClickAsync();
        await Expect(page.Locator(".tenants .item")).ToHaveCountAsync(2);
        await window.ShouldBeAccessibleAsync();
        await page.Locator(".tenants").GetByRole(AriaRole.Link, new() { Name = "Beta" }).ClickAsync();
        await page.UntilAtAsync($"**/t/{second.Slug}/**");

        await page.GotoAsync("/account/workspaces");
        await Expect(page.Locator(".choices a")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Make a workspace" }).ClickAsync();
        await page.GetByLabel("Company").FillAsync("Delta Dairy");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the workspace" }).ClickAsync();
        await page.UntilAtAsync("**/t/delta-dairy/**");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task On_a_phone_the_bar_has_five_places_and_the_rest_is_behind_more()
    {
        var (tenant, owner) = await portal.TenantAsync("Thumbs");
        await using var window = await portal.OpenAsync(owner, width: 390, height: 844);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/members");
        (await page.Locator(".bottom > a, .bottom > details").CountAsync()).ShouldBeLessThanOrEqualTo(5);
        await page.Locator(".bottom summary").ClickAsync();
        await window.ShouldBeAccessibleAsync();
        await page.Locator(".bottom .floats").GetByRole(AriaRole.Link, new() { Name = "Members" }).ClickAsync();
        await page.UntilAtAsync("**/members");
        await page.Locator(".finder").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search leads" })).ToBeFocusedAsync();
        await window.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.Locator("#palette")).Not.ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    private static ILocator Chosen(IPage page) => page.Locator("#palette [aria-selected=true]");
}
