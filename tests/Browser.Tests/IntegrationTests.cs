using System.Text.RegularExpressions;
using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>A CRM is connected in steps, gets a lead, and tells how its deal ended.</summary>
public sealed partial class IntegrationTests(Portal portal)
{
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task HubSpot_is_connected_gets_the_leads_and_a_stage_there_is_an_outcome_here(int width)
    {
        var (tenant, owner) = await portal.TenantAsync("Connecting");
        await Seed.ImportAsync(portal, tenant);
        await using var there = new HubSpotFake();
        await there.StartAsync();
        await using var window = await portal.OpenAsync(owner, dark: width < 600, width: width);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/integrations");
        await CheckAsync(window, "nothing connected");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = HubSpot() }).ClickAsync();

        // A wrong token is said where it was typed.
        await page.GetByLabel("Access token").FillAsync("pat-wrong");
        await page.GetByLabel("Client secret of the same app").FillAsync(HubSpotFake.ClientSecret);
        await page.GetByText("Another address than HubSpot’s own").ClickAsync();
        await page.GetByLabel("Address of the API").FillAsync(there.Address);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test and go on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("refuses the token");
        await CheckAsync(window, "a refused token");
        await page.GetByLabel("Access token").FillAsync(HubSpotFake.Token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test and go on" }).ClickAsync();
        await Expect(page.GetByText($"HubSpot account {HubSpotFake.PortalId}")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose the fields" }).ClickAsync();

        await page.GetByLabel("Value of Job title").SelectOptionAsync("upper");
        await Expect(page.GetByText("This change of the value goes one way only")).ToBeVisibleAsync();
        await page.GetByLabel("Way of Job title").SelectOptionAsync("Push");
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToHaveCountAsync(1);
        await CheckAsync(window, "fields");
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose which leads go" }).ClickAsync();
        await page.GetByLabel("Grade", new() { Exact = true }).SelectOptionAsync("C");
        await Expect(page.Locator(".through")).ToContainTextAsync("go through");
        await CheckAsync(window, "rules");

        // Left and taken up again.
        await window.GoAsync($"/t/{tenant.Slug}/integrations");
        await Expect(page.Locator(".integrations")).ToContainTextAsync("Steps not finished");
        await page.Locator(".integrations a").First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose which leads go" }).ClickAsync();
        await Expect(page.GetByLabel("Grade", new() { Exact = true })).ToHaveValueAsync("C");
        await page.GetByLabel("Grade", new() { Exact = true }).SelectOptionAsync("");
        await page.GetByRole(AriaRole.Link, new() { Name = "Say what stages mean" }).ClickAsync();
        await Expect(page.GetByLabel("Meaning of Contact: Customer")).ToHaveValueAsync("Won");
        await CheckAsync(window, "stages");
        await page.GetByRole(AriaRole.Link, new() { Name = "Look it over" }).ClickAsync();
        await page.GetByText("Also send the").ClickAsync();
        there.Hook = new HookTarget(await page.GetByLabel("Address for HubSpot").InputValueAsync(), HubSpotFake.ClientSecret);
        await CheckAsync(window, "start");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.Locator(".progress-card")).ToContainTextAsync("Done", new() { Timeout = 30_000 });
        await CheckAsync(window, "connected");
        var contact = there.Records.Where(r => r.Kind == "contacts").ShouldNotBeNull().First();
        contact.Values.GetValueOrDefault("jobtitle", "").ShouldBe(contact.Values.GetValueOrDefault("jobtitle", "").ToUpperInvariant());
        contact.Values.Keys.ShouldContain("leadgen_grade");

        await there.ChangeAsync("contacts", contact.Id, "lifecyclestage", "customer");
        there.HookAnswers.ShouldBe([200]);
        await window.GoAsync($"/t/{tenant.Slug}/leads?q={Uri.EscapeDataString(contact.Values["email"])}");
        await page.Locator(".leads .name").First.ClickAsync();
        await page.WaitForSelectorAsync(".waterfall");
        await Expect(page.Locator(".in-crm")).ToContainTextAsync("up to date since");
        await Expect(page.Locator(".who")).ToContainTextAsync("Won", new() { Timeout = 15_000 });
        await window.GoAsync($"/t/{tenant.Slug}/integrations");
        await Expect(page.Locator(".integrations")).ToContainTextAsync("Working");
        await CheckAsync(window, "list");
    }

    internal static async Task CheckAsync(Window window, string name)
    {
        await window.ShouldBeAccessibleAsync();
        window.Complaints.ShouldBeEmpty(name);
        (await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, $"{name} scrolls sideways");
    }

    [GeneratedRegex("^.?\\s*HubSpot")]
    private static partial Regex HubSpot();
}
