using System.Text;
using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>A document on its way through the portal, until nothing of it is left.</summary>
public sealed class KnowledgeWalkTests(Portal portal)
{
    [Fact]
    public async Task An_owner_uploads_a_document_tries_the_search_renames_replaces_and_deletes_it()
    {
        var (tenant, owner) = await portal.TenantAsync("Knowing");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/knowledge");
        await UploadAsync(page, 1, "Fernhill prices.md", "# Prices\n\nOne user costs 39 euros a month with hosting included.\n\n# Trial\n\nA trial takes 30 days and ends by itself.\n");
        await Expect(page.Locator(".line-head")).ToContainTextAsync("Ready");
        await Expect(page.Locator(".pieces li")).ToHaveCountAsync(2);
        await Expect(page.Locator(".pieces li").First).ToContainTextAsync("39 euros");
        await window.ShouldBeAccessibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await Expect(page.GetByLabel("Title")).ToBeFocusedAsync();
        await page.GetByLabel("Title").FillAsync(" ");
        await page.Locator(".rename").GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await Expect(page.GetByText("Write a title.")).ToBeVisibleAsync();
        await window.ShouldBeAccessibleAsync();
        await page.GetByLabel("Title").FillAsync("Price list 2027");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Price list 2027" })).ToBeVisibleAsync();

        await page.GetByText("Replace with a new version").ClickAsync();
        await UploadAsync(page, 2, "prices-2027.md", "# Prices\n\nOne user costs 41 euros a month with hosting included.\n");
        await Expect(page.Locator(".pieces li")).ToHaveCountAsync(1);
        await Expect(page.Locator(".pieces li")).ToContainTextAsync("41 euros");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Price list 2027" })).ToBeVisibleAsync();

        await window.GoAsync($"/t/{tenant.Slug}/knowledge");
        await page.GetByLabel("What a lead might ask").FillAsync("What does a user cost per month?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await Expect(page.Locator(".hits li").First).ToContainTextAsync("41 euros");
        await Expect(page.Locator(".hits li").First).Not.ToContainTextAsync("too far away");
        await Expect(page.Locator(".hits")).Not.ToContainTextAsync("39 euros");

        await page.Locator(".lines").GetByRole(AriaRole.Link, new() { Name = "Price list 2027" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete document" }).ClickAsync();
        await page.Locator(".sure").GetByRole(AriaRole.Button, new() { Name = "Delete document" }).ClickAsync();
        await Expect(page.GetByText("the only source of facts in your mails")).ToBeVisibleAsync();
        await portal.InTenantAsync(tenant, async s =>
        {
            await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
            (await db.KnowledgeChunks.CountAsync() + await db.KnowledgeDocuments.CountAsync()).ShouldBe(0);
        });
        window.Complaints.ShouldBeEmpty();
    }

    private static async Task UploadAsync(IPage page, int revision, string name, string words)
    {
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Locator("[data-zone]").ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = name, MimeType = "text/markdown", Buffer = Encoding.UTF8.GetBytes(words) });
        await page.UntilAtAsync($"**/knowledge/**revision={revision}");
    }
}
