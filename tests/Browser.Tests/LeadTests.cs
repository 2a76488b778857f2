using LeadGen.Infrastructure.Access;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

public sealed class LeadTests(Portal portal)
{
    [Fact]
    public async Task The_list_shows_scored_leads_best_first_and_a_lead_says_why()
    {
        var (tenant, owner) = await portal.TenantAsync("Reasons");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await Expect(page.Locator(".leads tr.row")).ToHaveCountAsync(10);
        var scores = (await page.Locator(".leads .score b").AllInnerTextsAsync()).Select(int.Parse).ToList();
        scores.Count.ShouldBe(10);
        scores.ShouldBe(scores.OrderDescending());

        await page.GetByRole(AriaRole.Link, new() { Name = "Jonas Keller" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Jonas Keller" })).ToBeVisibleAsync();
        await Expect(page.Locator(".waterfall li").First).ToContainTextAsync("Where every lead starts");
        var points = (await page.Locator(".waterfall li b").AllInnerTextsAsync())
            .Select(p => int.Parse(p.Replace('−', '-').TrimStart('+'), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        points[..^1].Sum().ShouldBe(points[^1], "base and points make up the score");
        (await page.Locator(".big").InnerTextAsync()).ShouldStartWith(points[^1].ToString(System.Globalization.CultureInfo.InvariantCulture));
        await Expect(page.Locator(".quote mark").First).ToBeVisibleAsync();
        await Expect(page.Locator(".match li").First).ToBeVisibleAsync();
        await Expect(page.Locator(".intents q").First).ToBeVisibleAsync();
        await Expect(page.Locator(".alike li")).ToHaveCountAsync(5);
        await Expect(page.Locator(".who")).ToContainTextAsync("region code");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Import of fair-rotterdam.csv");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Filters_sorting_and_words_narrow_the_list_and_stand_in_its_address()
    {
        var (tenant, owner) = await portal.TenantAsync("Filters");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await page.Locator("summary.chip", new() { HasText = "Filter" }).ClickAsync();
        await page.GetByLabel("Find a field").FillAsync("sour");
        await page.Locator(".adds .item").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Partner referral" }).ClickAsync();
        await Expect(page.Locator(".leads tr.row")).ToHaveCountAsync(3);
        page.Url.ShouldContain("source=Partner%20referral");

        await page.ReloadAsync();
        await Expect(page.Locator(".leads tr.row")).ToHaveCountAsync(3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await Expect(page.Locator(".leads tr.row")).ToHaveCountAsync(10);

        await page.GetByRole(AriaRole.Button, new() { Name = "Company", Exact = true }).ClickAsync();
        await Expect(page.Locator("th[aria-sort=ascending]")).ToHaveTextAsync("Company");
        await Expect(page.Locator(".leads .c-company").Nth(1)).ToHaveTextAsync("Beaumont Frères");

        await page.GetByLabel("Describe whom you look for").FillAsync("a student who wants an internship");
        await page.GetByLabel("Describe whom you look for").PressAsync("Enter");
        await Expect(page.Locator(".leads tr.row .name").First).ToHaveTextAsync("Lena Maier");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_list_is_walked_by_keys()
    {
        var (tenant, owner) = await portal.TenantAsync("Keys");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        var second = await page.Locator(".leads .name").Nth(1).InnerTextAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Leads" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByLabel("Describe whom you look for")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = second })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Rows_appear_and_fill_in_while_an_import_runs()
    {
        var (tenant, owner) = await portal.TenantAsync("Live");
        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await Expect(window.Page.GetByText("Your leads will stand here")).ToBeVisibleAsync();
        await Seed.ImportAsync(portal, tenant);
        await Expect(window.Page.Locator(".leads tbody .grade")).ToHaveCountAsync(10, new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task A_long_list_holds_few_rows_shows_each_once_and_comes_back_to_its_place()
    {
        var (tenant, owner) = await portal.TenantAsync("Long");
        var rows = Enumerable.Range(1, 400).Select(i => $"p{i}@long.example,Person,Number{i:000},Company {i}");
        await Seed.ImportAsync(portal, tenant, "email,firstName,lastName,companyName\n" + string.Join('\n', rows));
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/leads?sort=NameUp");
        await Expect(page.Locator(".head")).ToContainTextAsync("400");
        await Expect(page.Locator(".leads tr.row .name").First).ToHaveTextAsync("Person Number001");
        await page.EvaluateAsync("() => { document.querySelector('.main').scrollTop = 300 * 40; }");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Person Number310" })).ToBeVisibleAsync();
        (await page.Locator(".leads tr.row").CountAsync()).ShouldBeLessThan(80);
        var names = await page.Locator(".leads .name").AllInnerTextsAsync();
        names.ShouldBe(names.Distinct().Order());

        await page.GetByRole(AriaRole.Link, new() { Name = "Person Number310" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Person Number310" })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Person Number310" })).ToBeFocusedAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lead_that_is_not_there_is_404()
    {
        var (tenant, owner) = await portal.TenantAsync("Nothing");
        var (other, _) = await portal.TenantAsync("Elsewhere");
        await Seed.ImportAsync(portal, other);
        var foreign = Guid.Empty;
        await portal.InTenantAsync(other, async s => foreign = await Seed.AnyLeadAsync(s));
        await using var window = await portal.OpenAsync(owner);
        foreach (var id in new[] { foreign, Guid.NewGuid() })
        {
            (await window.Page.GotoAsync($"/t/{tenant.Slug}/leads/{id}"))!.Status.ShouldBe(404);
            await Expect(window.Page.GetByText("There is nothing here")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task What_a_lead_wrote_is_text_and_never_markup()
    {
        var (tenant, owner) = await portal.TenantAsync("Markup");
        await Seed.ImportAsync(portal, tenant, "email,firstName,message,linkedInUrl\nx@evil.example,<b>Mallory</b>,\"<script>alert(1)</script> What does it cost?\",javascript:alert(1)\n");
        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await window.Page.Locator(".leads .name").First.ClickAsync();
        await Expect(window.Page.Locator(".lead")).ToBeVisibleAsync();
        (await window.Page.Locator("a[href^=javascript]").CountAsync()).ShouldBe(0);
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_viewer_sees_leads_and_no_way_to_change_anything()
    {
        var (tenant, _) = await portal.TenantAsync("Viewing");
        var viewer = await portal.MemberAsync(tenant, "Vera Viewer", MemberRole.Viewer);
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(viewer);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await Expect(page.Locator(".leads tr.row")).ToHaveCountAsync(10);
        (await page.GetByText("Import leads").CountAsync()).ShouldBe(0);
        await page.GetByLabel("Select Jonas Keller").CheckAsync();
        await Expect(page.Locator(".bulk")).ToContainTextAsync("1 selected");
        (await page.Locator(".bulk summary, .bulk .loss").CountAsync()).ShouldBe(0);
        (await page.GotoAsync($"/t/{tenant.Slug}/leads?grade=A"))!.Ok.ShouldBeTrue();
        (await page.GetByText("Save as view").CountAsync()).ShouldBe(0);

        await window.GoAsync($"/t/{tenant.Slug}/imports");
        (await page.Locator("[data-upload]").CountAsync()).ShouldBe(0);
        await window.GoAsync($"/t/{tenant.Slug}/icp");
        (await page.GetByText("Publish version").CountAsync()).ShouldBe(0);
        await Expect(page.Locator("#icp-name")).Not.ToBeEditableAsync();
        await window.GoAsync($"/t/{tenant.Slug}/members");
        (await page.Locator("select, #invite-email").CountAsync()).ShouldBe(0);
        (await page.Locator(".rail").GetByText("Developers").CountAsync()).ShouldBe(0);

        (await page.GotoAsync($"/t/{tenant.Slug}/developers"))!.Status.ShouldBe(403);
        await Expect(page.GetByText("Your role does not allow this")).ToBeVisibleAsync();
        await window.ShouldBeAccessibleAsync();
    }
}
