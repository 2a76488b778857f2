using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>Forms from the first question to the scored lead.</summary>
public sealed class FormTests(Portal portal)
{
    [Fact]
    public async Task A_form_is_built_published_put_into_another_website_sent_and_its_lead_is_scored()
    {
        var (tenant, owner) = await portal.TenantAsync("Forming");
        await using var site = new OtherSite();
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/forms");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the first form" }).ClickAsync();
        await page.WaitForSelectorAsync(".form-editor");

        // One more question, moved up by keys, and the preview follows.
        await page.GetByLabel("Ask for one more").SelectOptionAsync("phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await page.GetByLabel("What visitors read").FillAsync("Where can we call you?");
        await Expect(page.Locator(".preview")).ToContainTextAsync("Where can we call you?");
        await page.Locator(".says").Last.FocusAsync();
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(page.Locator(".questions .says").Nth(3)).ToContainTextAsync("Where can we call you?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move Phone number up" }).ClickAsync();
        await Expect(page.Locator(".questions .says").Nth(2)).ToContainTextAsync("Where can we call you?");
        await page.Locator(".questions .criterion").Nth(2).DragToAsync(page.Locator(".questions .criterion").Nth(0));
        await Expect(page.Locator(".questions .says").Nth(0)).ToContainTextAsync("Where can we call you?");

        // Something wrong is told beside its cause.
        await page.Locator("#form-origins").FillAsync("example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Expect(page.GetByText("“example.com” is no website.")).ToBeVisibleAsync();
        await page.Locator("#form-origins").FillAsync(site.Origin);
        await page.Locator("#form-seconds").FillAsync("0");
        await page.Locator("#form-consent").FillAsync("I agree to be contacted.");
        await page.GetByText("Let the browser do a little arithmetic first").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Expect(page.Locator(".line-head .word")).ToHaveTextAsync("Live");
        site.Content = await page.Locator("#form-line").InputValueAsync();

        await using var stranger = await portal.OpenAsync();
        var theirs = stranger.Page;
        await theirs.GotoAsync(site.Origin + "/?utm_source=newsletter&utm_campaign=autumn");
        (await theirs.Locator("h2").EvaluateAsync<string>("e => getComputedStyle(e).fontFamily")).ShouldContain("Georgia");
        await theirs.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(theirs.GetByText("Fill this in.")).ToBeVisibleAsync();
        await Expect(theirs.GetByLabel("Work e-mail")).ToBeFocusedAsync();
        await stranger.ShouldBeAccessibleAsync();
        await theirs.GetByLabel("Work e-mail").FillAsync("jonas@rheinau.example");
        await theirs.GetByLabel("How can we help?").FillAsync("Could we see a demo for 140 people before December?");
        await theirs.GetByLabel("I agree to be contacted.").CheckAsync();
        await theirs.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(theirs.GetByText("Thank you. We will be in touch.")).ToBeVisibleAsync();

        await window.GoAsync($"/t/{tenant.Slug}/forms");
        await page.GetByRole(AriaRole.Link, new() { Name = "1 submission of Website form" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "jonas@rheinau.example" }).ClickAsync();
        await Expect(page.Locator(".values")).ToContainTextAsync("newsletter");
        await page.GetByRole(AriaRole.Link, new() { Name = "Lead jonas@rheinau.example" }).ClickAsync();
        await page.WaitForSelectorAsync(".waterfall");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Form “Website form”");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Sent a form");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_hosted_page_works_without_JavaScript_and_keeps_what_was_typed()
    {
        var (tenant, _) = await portal.TenantAsync("Scriptless");
        var address = await Seed.FormAsync(portal, tenant);
        await using var context = await portal.Browser.NewContextAsync(new() { BaseURL = portal.Address, JavaScriptEnabled = false });
        var page = await context.NewPageAsync();
        await page.GotoAsync(address);
        await page.GetByLabel("How can we help?").FillAsync("What does it cost?");
        await page.GetByLabel("Work e-mail").FillAsync("nobody");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(page.GetByText("Enter an e-mail address such as name@company.com.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Work e-mail")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("How can we help?")).ToHaveValueAsync("What does it cost?");
        await page.GetByLabel("Work e-mail").FillAsync("ann@hosted.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(page.GetByText("Thank you. We will be in touch.")).ToBeVisibleAsync();
        (await context.CookiesAsync()).ShouldBeEmpty();

        var proven = await Seed.FormAsync(portal, tenant, f => f with { ProofOfWork = true });
        await page.GotoAsync(proven);
        await Expect(page.GetByText("This form needs JavaScript")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_little_arithmetic_is_done_unseen()
    {
        var (tenant, _) = await portal.TenantAsync("Proving");
        var address = await Seed.FormAsync(portal, tenant, f => f with { ProofOfWork = true });
        await using var window = await portal.OpenAsync();
        await window.Page.GotoAsync(address);
        await window.Page.GetByLabel("Work e-mail").FillAsync("ann@proof.example");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(window.Page.GetByText("Thank you. We will be in touch.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_letter_is_read_under_mail_and_its_link_makes_the_lead()
    {
        var (tenant, owner) = await portal.TenantAsync("Lettering");
        var address = await Seed.FormAsync(portal, tenant, f => f with { DoubleOptIn = true });
        await using var stranger = await portal.OpenAsync();
        await stranger.Page.GotoAsync(address);
        await stranger.Page.GetByLabel("Work e-mail").FillAsync("ann@letter.example");
        await stranger.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(stranger.Page.GetByText("confirm with the link in our letter")).ToBeVisibleAsync();

        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/mail");
        await Expect(window.Page.Locator(".letters .word")).ToHaveTextAsync("In the folder", new() { Timeout = 15_000 });
        await window.Page.Locator(".letters .opens").ClickAsync();
        var text = await window.Page.Locator(".letter pre").InnerTextAsync();
        // Asked before the frame is there: no script runs in it, and so no examination either.
        await window.ShouldBeAccessibleAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "As it looks" }).ClickAsync();
        await Expect(window.Page.FrameLocator(".letter iframe").GetByRole(AriaRole.Link, new() { Name = "Confirm" })).ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();

        await stranger.Page.GotoAsync(text.Split('\n').Select(l => l.Trim()).Single(l => l.Contains("/confirm/", StringComparison.Ordinal)));
        await stranger.ShouldBeAccessibleAsync();
        (await CountAsync(tenant)).ShouldBe(0);
        await stranger.Page.GetByRole(AriaRole.Button, new() { Name = "Yes, it was me" }).ClickAsync();
        await Expect(stranger.Page.GetByText("Your address is confirmed")).ToBeVisibleAsync();
        (await CountAsync(tenant)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_editors_lose_nothing_and_a_viewer_only_looks()
    {
        var (tenant, owner) = await portal.TenantAsync("Sharing");
        await Seed.FormAsync(portal, tenant);
        var viewer = await portal.MemberAsync(tenant, "Vera Viewer", MemberRole.Viewer);
        await using var one = await portal.OpenAsync(owner);
        await using var two = await portal.OpenAsync(owner);
        foreach (var window in new[] { one, two })
        {
            await window.GoAsync($"/t/{tenant.Slug}/forms");
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Contact", Exact = true }).ClickAsync();
            await window.Page.WaitForSelectorAsync(".form-editor");
        }

        await one.Page.Locator("#form-title").FillAsync("Mine came first");
        await one.Page.GetByRole(AriaRole.Button, new() { Name = "Save draft" }).ClickAsync();
        await Expect(one.Page.GetByText("Draft saved.")).ToBeVisibleAsync();
        await two.Page.Locator("#form-title").FillAsync("Mine came second");
        await two.Page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Expect(two.Page.GetByText("Somebody else saved this form")).ToBeVisibleAsync();
        await Expect(two.Page.Locator("#form-title")).ToHaveValueAsync("Mine came second");
        await two.Page.GetByRole(AriaRole.Button, new() { Name = "Go on with mine" }).ClickAsync();
        await two.Page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Expect(two.Page.GetByText("Published.")).ToBeVisibleAsync();

        await using var third = await portal.OpenAsync(viewer);
        await third.GoAsync($"/t/{tenant.Slug}/forms");
        await Expect(third.Page.GetByRole(AriaRole.Button, new() { Name = "New form" })).ToHaveCountAsync(0);
        await third.Page.GetByRole(AriaRole.Link, new() { Name = "Contact", Exact = true }).ClickAsync();
        await third.Page.WaitForSelectorAsync(".form-editor");
        await Expect(third.Page.GetByRole(AriaRole.Button, new() { Name = "Publish" })).ToHaveCountAsync(0);
        await Expect(third.Page.Locator("#form-title")).ToHaveAttributeAsync("readonly", "");
        (await third.Page.GotoAsync($"/t/{tenant.Slug}/mail"))!.Status.ShouldBe(403);
    }

    private async Task<int> CountAsync(Tenant tenant)
    {
        var count = 0;
        await portal.InTenantAsync(tenant, async s =>
        {
            await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
            count = await db.Leads.CountAsync(l => l.Stage == LeadStage.Received || l.Stage == LeadStage.Scored);
        });
        return count;
    }
}
