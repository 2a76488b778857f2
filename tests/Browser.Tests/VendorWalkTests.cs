using System.Text.RegularExpressions;
using LeadGen.Fakes;
using LeadGen.Fakes.Pipedrive;
using LeadGen.Fakes.Salesforce;
using LeadGen.Fakes.Webhook;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>The other CRMs: connected in steps, leads stand there, and how the deal ended there is known here.</summary>
public sealed class VendorWalkTests(Portal portal)
{
    private const string Buyer = "jonas.keller@rheinau.example";

    [Fact]
    public async Task Salesforce_takes_the_leads_and_an_opportunity_that_is_won_there_is_won_here()
    {
        await using var there = new SalesforceFake();
        await there.StartAsync();
        var (tenant, owner) = await portal.TenantAsync("Salesforce");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);

        await ConnectAsync(window, tenant, "Salesforce", there.Address, ("Consumer key", SalesforceFake.ClientId), ("User name", SalesforceFake.UserName), ("Private key", there.PrivateKey));
        await StartAsync(window, there, null);

        var lead = there.Records.Single(r => r.Kind == "Lead" && r.Values.GetValueOrDefault("Email") == Buyer);
        lead.Values["Company"].ShouldBe("Rheinau Getriebe");
        lead.Values.Keys.ShouldContain("leadgen_grade__c");
        var deal = there.Convert(lead.Id);
        await there.ChangeAsync("Opportunity", deal, "StageName", "Closed Won");
        await AskNowAsync(tenant);
        await ShouldBeWonAsync(window, tenant);
    }

    [Fact]
    public async Task Pipedrive_takes_the_leads_and_a_deal_that_is_won_there_is_won_here()
    {
        await using var there = new PipedriveFake();
        await there.StartAsync();
        var (tenant, owner) = await portal.TenantAsync("Pipedrive");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner, dark: true, width: 390);

        await ConnectAsync(
            window, tenant, "Pipedrive", there.Address, ("API token", PipedriveFake.Token), ("User name of the webhook (optional)", "leadgen"), ("Password of the webhook (optional)", "open sesame"));
        await StartAsync(window, there, "leadgen:open sesame");

        var person = there.Ids("persons").Single(id => there.Item("persons", id)!["emails"]!.ToJsonString().Contains(Buyer, StringComparison.Ordinal));
        there.Item("persons", person)!["name"]!.ToString().ShouldBe("Jonas Keller");
        await there.ChangeAsync("persons", person, "deal", "140 scanners");
        await there.ChangeAsync("deals", there.Ids("deals").Single(), "status", "won");
        there.HookAnswers.ShouldBe([200, 200]);
        await ShouldBeWonAsync(window, tenant);
    }

    [Fact]
    public async Task A_receiver_of_signed_webhooks_takes_the_leads_and_a_stage_there_is_an_outcome_here()
    {
        await using var there = new WebhookFake();
        await there.StartAsync();
        var (tenant, owner) = await portal.TenantAsync("Webhook");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);

        await ConnectAsync(window, tenant, "Signed webhook", null, ("Address", there.Address + "/leads"), ("Signing secret (optional)", WebhookFake.Secret));
        await StartAsync(window, there, WebhookFake.Secret);

        var lead = there.Records.Single(r => r.Values.GetValueOrDefault("email") == Buyer);
        lead.Values["leadgen_grade"].ShouldNotBeEmpty();
        await there.ChangeAsync("leads", lead.Id, "stage", "Won");
        there.HookAnswers.ShouldBe([200]);
        await ShouldBeWonAsync(window, tenant);
    }

    [Fact]
    public async Task Whoever_signs_in_at_Pipedrive_s_own_page_comes_back_to_the_fields_and_can_let_go_again()
    {
        var (tenant, owner) = await portal.TenantAsync("Consent");
        await using var window = await portal.OpenAsync(owner, dark: true, width: 390);
        var page = window.Page;
        var (button, back) = (page.GetByRole(AriaRole.Button, new() { Name = "Sign in to Pipedrive" }), new Regex("/oauth/pipedrive/callback"));
        await window.GoAsync($"/t/{tenant.Slug}/integrations/new?kind=Pipedrive");
        await Expect(button).ToBeVisibleAsync();
        await page.GetByText("With an app of your own").ClickAsync();
        await Expect(page.GetByLabel("Redirect address, to be entered at the app")).ToHaveValueAsync(portal.Address + "/oauth/pipedrive/callback");
        await IntegrationTests.CheckAsync(window, "sign in");

        await button.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.UntilAtAsync(back);
        await Expect(page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("You did not let LeadGen into Pipedrive");
        await window.ShouldBeAccessibleAsync();
        (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the connection" }).ClickAsync();
        await button.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await page.UntilAtAsync(new Regex("setup\\?step=fields"));
        await Expect(page.GetByLabel("Way of Fit with the profile")).ToBeVisibleAsync();
        await window.GoAsync($"/t/{tenant.Slug}/integrations");
        await Expect(page.Locator(".integrations tbody tr")).ToHaveCountAsync(1);

        await portal.InTenantAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync((db, ct) => db.Integrations.ExecuteUpdateAsync(i => i.SetProperty(x => x.State, IntegrationState.Paused), ct)));
        await window.GoAsync($"/t/{tenant.Slug}/integrations");
        await page.Locator(".integrations a").First.ClickAsync();
        await Expect(page.GetByText("Pipedrive is asked every minute what changed")).ToBeVisibleAsync();
        portal.Pipedrive.Faults.Plan(Fault.ServerError);
        await page.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();
        await page.Locator(".sure .loss").ClickAsync();
        await Expect(page.GetByText("Pipedrive could not be told")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Connect your CRM" })).ToBeVisibleAsync();
    }

    /// <summary>From the list of CRMs to the page of fields.</summary>
    private static async Task ConnectAsync(Window window, Tenant tenant, string kind, string? address, params (string Label, string Value)[] credentials)
    {
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/integrations");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex($"^.?\\s*{kind}") }).ClickAsync();
        await page.Locator("#crm-name").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        if (await page.GetByText("Enter credentials instead").IsVisibleAsync())
        {
            await page.GetByText("Enter credentials instead").ClickAsync();
        }

        foreach (var (label, value) in credentials)
        {
            await page.GetByLabel(label, new() { Exact = true }).FillAsync(value);
        }

        if (address is not null)
        {
            await page.Locator("details.further summary").ClickAsync();
            await page.GetByLabel("Address of the API").FillAsync(address);
        }

        await IntegrationTests.CheckAsync(window, "credentials");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test and go on" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "answered." })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose the fields" }).ClickAsync();
        await Expect(page.Locator(".mapping .map-line").First).ToBeVisibleAsync();
    }

    /// <summary>The other steps as they suggest themselves, until every lead stands there.</summary>
    private static async Task StartAsync(Window window, FakeVendor there, string? hookSecret)
    {
        var page = window.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose which leads go" }).ClickAsync();
        await Expect(page.Locator(".through")).ToContainTextAsync("go through");
        await page.GetByRole(AriaRole.Link, new() { Name = "Say what stages mean" }).ClickAsync();
        await Expect(page.GetByLabel(new Regex("^Meaning of .*Won$", RegexOptions.IgnoreCase)).First).ToHaveValueAsync("Won");
        await page.GetByRole(AriaRole.Link, new() { Name = "Look it over" }).ClickAsync();
        await page.GetByText("Also send the").ClickAsync();
        if (hookSecret is not null)
        {
            there.Hook = new HookTarget(await page.GetByLabel("Address for ").InputValueAsync(), hookSecret);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.Locator(".progress-card")).ToContainTextAsync("Done", new() { Timeout = 30_000 });
        await IntegrationTests.CheckAsync(window, "connected");
    }

    /// <summary>Not only after the minute between two questions.</summary>
    private Task AskNowAsync(Tenant tenant) => portal.InTenantAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
    {
        var row = await db.Integrations.SingleAsync(ct);
        row.Cursor = "0 " + row.Cursor.ShouldNotBeNull().Split(' ', 2)[1];
        await db.SaveChangesAsync(ct);
        db.Raise(WorkKind.Crm);
    }));

    private static async Task ShouldBeWonAsync(Window window, Tenant tenant)
    {
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/leads?q={Uri.EscapeDataString(Buyer)}");
        await page.Locator(".leads .name").First.ClickAsync();
        await page.WaitForSelectorAsync(".waterfall");
        await Expect(page.Locator(".in-crm")).ToContainTextAsync("up to date since");
        await Expect(page.Locator(".who")).ToContainTextAsync("Won", new() { Timeout = 15_000 });
    }
}
