using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>A template from its first block to its first version.</summary>
public sealed class DesignerTests(Portal portal)
{
    [Fact]
    public async Task An_owner_writes_two_variants_looks_at_them_as_a_lead_on_a_phone_and_publishes()
    {
        var (tenant, owner) = await portal.TenantAsync("Writing");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/outreach/templates");
        await page.GetByRole(AriaRole.Button, new() { Name = "New template" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Stocktaking");
        await page.GetByLabel("Goal").FillAsync("Talk about stocktaking");

        // Blocks: one is filled, one is added and moved, and a value goes in at the cursor.
        await page.Locator(".blocks textarea").Nth(1).FillAsync("Counting took you two days last year.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Heading", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move Heading 4 up" }).ClickAsync();
        await Expect(page.Locator(".blocks li").Nth(2).Locator("label").First).ToHaveTextAsync("Heading");
        var heading = page.Locator(".blocks li").Nth(2).Locator("input");
        await heading.FillAsync("For ");
        await page.GetByText("Insert a value").ClickAsync();
        await page.Locator(".merge").GetByRole(AriaRole.Button, new() { Name = "Company", Exact = true }).ClickAsync();
        await Expect(heading).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^For \\{\\{ company\\.name"));
        await page.GetByText("Insert a value").ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Compare another" }).ClickAsync();
        await page.GetByLabel("Subject").FillAsync("Two days of counting, {{ lead.firstName | default: \"perhaps\" }}?");
        await page.Locator(".picker input").FillAsync("Jonas");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("Jonas Keller") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Phone", Exact = true }).ClickAsync();
        await Expect(page.Locator(".mail-subject")).ToHaveTextAsync("Two days of counting, Jonas?");
        await Expect(page.FrameLocator(".mail-preview.phone iframe").Locator("body")).ToContainTextAsync("For Rheinau");
        await Expect(page.FrameLocator(".mail-preview.phone iframe").Locator("body")).ToContainTextAsync("Counting took you two days");
        (await page.Locator(".mail-preview").EvaluateAsync<double>("e => e.getBoundingClientRect().width")).ShouldBeLessThanOrEqualTo(390);

        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Published. New mails are written from it.")).ToBeVisibleAsync();
        await Expect(page.Locator(".line-head")).ToContainTextAsync("Version 1");
        await page.GetByText("Versions 1").ClickAsync();
        await Expect(page.Locator(".versions li")).ToContainTextAsync("In use");
        await Expect(page.GetByText("No mail of this template has left yet.")).ToBeVisibleAsync();

        // A frame without scripts cannot be looked into by axe, which would wait for it without end.
        await page.GetByRole(AriaRole.Button, new() { Name = "Plain text", Exact = true }).ClickAsync();
        await Expect(page.Locator(".mail-preview pre")).ToContainTextAsync("Counting took you two days");
        await window.ShouldBeAccessibleAsync();
        await window.GoAsync($"/t/{tenant.Slug}/outreach/templates");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("Stocktaking") })).ToContainTextAsync("Version 1");
        window.Complaints.ShouldBeEmpty();
    }
}
