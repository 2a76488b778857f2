using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>From an empty page to a mail that left, and to a receiver who wants no more.</summary>
public sealed class OutreachTests(Portal portal)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("LEADGEN_PICTURES");

    [Fact]
    public async Task An_owner_makes_a_sequence_enrols_a_lead_approves_the_mail_and_the_receiver_unsubscribes()
    {
        var (tenant, owner) = await portal.TenantAsync("Reaching");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/outreach");
        await page.GetByRole(AriaRole.Link, new() { Name = "Set up a sender first" }).ClickAsync();
        await MakeSenderAsync(page);
        await LookAsync(window, "senders");

        await window.GoAsync($"/t/{tenant.Slug}/outreach");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the first sequence" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Warehouse talk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sat" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sun" }).ClickAsync();
        await page.GetByLabel("From", new() { Exact = true }).FillAsync("00:00");
        await page.GetByLabel("Until").FillAsync("23:59");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Warehouse talk" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.GetByText("Running")).ToBeVisibleAsync();
        await page.Locator(".picker input").FillAsync("Jonas");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("Jonas Keller") }).ClickAsync();
        await Expect(page.Locator(".preview-steps li")).ToHaveCountAsync(2);
        await LookAsync(window, "sequence");
        var sequence = new Uri(page.Url).AbsolutePath;

        await window.GoAsync($"/t/{tenant.Slug}/leads?q=jonas");
        await page.Locator(".leads .name").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Enrol" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("1 will be enrolled.");
        await LookAsync(window, "enrol");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Enrol 1 lead" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("1 lead enrolled");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.Locator(".in-outreach")).ToContainTextAsync("waits for approval", new() { Timeout = 15_000 });

        await window.GoAsync($"/t/{tenant.Slug}/outreach/drafts");
        await Expect(page.Locator(".mail-draft")).ToContainTextAsync("jonas.keller@rheinau.example");
        await LookAsync(window, "drafts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Subject", new() { Exact = true }).FillAsync("Two warehouses, one list");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".mail-draft")).ToContainTextAsync("Two warehouses, one list");
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = false }).First.ClickAsync();
        await Expect(page.GetByText("No mail waits for you")).ToBeVisibleAsync();

        await window.GoAsync($"/t/{tenant.Slug}/outreach/outbox");
        await Expect(page.GetByText("In the folder").First).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Two warehouses, one list" }).ClickAsync();
        await Expect(page.GetByLabel("Text of the mail")).ToContainTextAsync("1 Mill Lane");
        await LookAsync(window, "outbox");

        await using (var receiver = await portal.OpenAsync())
        {
            await receiver.Page.GotoAsync(await LinkAsync(tenant));
            await LookAsync(receiver, "receiver");
            await receiver.Page.GetByRole(AriaRole.Button, new() { Name = "Unsubscribe" }).ClickAsync();
            await Expect(receiver.Page.GetByRole(AriaRole.Heading, new() { Name = "You are unsubscribed" })).ToBeVisibleAsync();
        }

        await window.GoAsync($"{sequence}?show=leads");
        await Expect(page.GetByText("Stopped: They unsubscribed.")).ToBeVisibleAsync();
        await LookAsync(window, "enrolments");
        await window.GoAsync($"/t/{tenant.Slug}/outreach/suppressions");
        await Expect(page.Locator(".lines")).ToContainTextAsync("jonas.keller@rheinau.example");
        await LookAsync(window, "suppressions");
        await window.GoAsync($"{sequence}?show=results");
        await LookAsync(window, "results");
        await window.GoAsync($"/t/{tenant.Slug}/outreach");
        await LookAsync(window, "outreach");
    }

    private static async Task MakeSenderAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up the first sender" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Mara of Fernhill");
        await page.GetByLabel("E-mail address").FillAsync("not an address");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".sender-form .error").First).ToContainTextAsync("Write one e-mail address");
        await page.GetByLabel("E-mail address").FillAsync("mara@fernhill.example");
        await page.GetByLabel("Postal address").FillAsync("Fernhill Ltd\n1 Mill Lane\nBath");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>What stands in the mail that was put into the folder.</summary>
    private async Task<string> LinkAsync(Tenant tenant)
    {
        var link = "";
        await portal.InTenantAsync(tenant, async s =>
        {
            await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
            var mail = await db.OutreachMessages.SingleAsync(m => m.State == OutreachState.Sent);
            link = s.GetRequiredService<OutreachLinks>().UnsubscribeOf(tenant.TenantId, mail.Id, mail.To)!;
        });
        return link;
    }

    /// <summary>The page holds what WCAG asks for, in light and dark and on a phone; and a picture of each where somebody wants to look.</summary>
    private static async Task LookAsync(Window window, string name)
    {
        var page = window.Page;
        await window.ShouldBeAccessibleAsync();
        window.Complaints.ShouldBeEmpty(name);
        await SnapAsync(page, $"{name}-light");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.SetViewportSizeAsync(390, 844);
        await window.ShouldBeAccessibleAsync();
        (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, $"{name} scrolls sideways");
        await SnapAsync(page, $"{name}-phone-dark");
        await page.SetViewportSizeAsync(1440, 900);
        await SnapAsync(page, $"{name}-dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
    }

    private static async Task SnapAsync(IPage page, string name)
    {
        if (Folder is not null)
        {
            await page.WaitForTimeoutAsync(300);
            await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"outreach-{name}.png") });
        }
    }
}
