using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Settings;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

public sealed class SettingsTests(Portal portal)
{
    // One point of 1 by 1.
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public async Task Name_and_logo_show_in_the_rail_at_once_and_stay()
    {
        var (tenant, owner) = await portal.TenantAsync("Oldname");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/settings");
        await page.Locator("#set-name").FillAsync("Newname & Sons");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).First.ClickAsync();
        await Expect(page.Locator(".tenant")).ToContainTextAsync("Newname & Sons");

        await page.Locator("#set-logo").SetInputFilesAsync(new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = "<svg onload='alert(1)'/>......................."u8.ToArray() });
        await Expect(page.GetByText("This is no PNG, JPEG or WebP picture.")).ToBeVisibleAsync();
        await page.Locator("#set-logo").SetInputFilesAsync(new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = new byte[150_000] });
        await Expect(page.GetByText("This picture is larger than 100 kB.")).ToBeVisibleAsync();
        await page.Locator("#set-logo").SetInputFilesAsync(new FilePayload { Name = "logo.gif", MimeType = "image/gif", Buffer = Png });
        await Expect(page.Locator(".tenant img")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Locator(".tenant")).ToContainTextAsync("Newname & Sons");
        (await page.Locator(".tenant img").EvaluateAsync<int>("i => i.naturalWidth")).ShouldBe(1);
        window.Complaints.ShouldBeEmpty();

        // The picture is for members.
        await using var stranger = await portal.OpenAsync(await portal.PersonAsync("Stan Stranger"));
        (await stranger.Page.APIRequest.GetAsync($"/t/{tenant.Slug}/logo")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_colour_that_nobody_could_read_is_made_readable_and_that_is_said()
    {
        var (tenant, owner) = await portal.TenantAsync("Yellow");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/settings");
        await page.Locator("#set-colour").FillAsync("#ffe600");
        await Expect(page.GetByText("Too light to read on white")).ToBeVisibleAsync();
        await page.Locator(".part").Filter(new() { HasText = "Accent colour" }).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        var light = AccentColour.Of("#ffe600")!.Light;
        (await page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).getPropertyValue('--accent')")).ShouldContain(light);
        await window.ShouldBeAccessibleAsync();
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await window.GoAsync($"/t/{tenant.Slug}/imports");
        await window.ShouldBeAccessibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Dates_and_numbers_follow_the_chosen_zone_and_format()
    {
        var (tenant, owner) = await portal.TenantAsync("Zoned");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/settings");
        await page.Locator("#set-zone").FillAsync("Atlantis/Centre");
        await Expect(page.GetByText("Choose a zone from the list")).ToBeVisibleAsync();
        await page.Locator("#set-zone").FillAsync("Asia/Tokyo");
        await page.Locator("#set-culture").SelectOptionAsync("de-DE");
        await Expect(page.GetByText("1.234.567,8")).ToBeVisibleAsync();
        await page.Locator(".part").Filter(new() { HasText = "Time zone" }).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();

        await window.GoAsync($"/t/{tenant.Slug}/members");
        var tokyo = TimeZoneInfo.ConvertTimeFromUtc(portal.Now, TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"));
        (await page.Locator("time").First.GetAttributeAsync("title"))!.ShouldContain(tokyo.ToString("d. MMMM yyyy", System.Globalization.CultureInfo.GetCultureInfo("de-DE")).Replace(". ", " ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_bounds_say_whom_they_move_and_grade_all_leads_again()
    {
        var (tenant, owner) = await portal.TenantAsync("Grading");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/settings");
        await page.GetByLabel("A begins at").FillAsync("40");
        await Expect(page.GetByText("A must begin above B")).ToBeVisibleAsync();
        await page.GetByLabel("C begins at").FillAsync("1");
        await page.GetByLabel("B begins at").FillAsync("2");
        await page.GetByLabel("A begins at").FillAsync("3");
        await Expect(page.GetByText("By their present scores")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Move [0-9]+ leads?$") }).ClickAsync();
        await UntilAsync(tenant, db => db.Leads.AllAsync(l => l.Grade == null || (l.ScoreValue >= 3) == (l.Grade == Grade.A)));
        await UntilAsync(tenant, async db => !await db.Leads.AnyAsync(l => l.ScoringEpoch < 2));
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_no_admin_neither_sees_the_page_nor_changes_anything_without_it()
    {
        var (tenant, _) = await portal.TenantAsync("Guarded");
        var editor = await portal.MemberAsync(tenant, "Eddie Editor", MemberRole.Editor);
        await using var window = await portal.OpenAsync(editor);
        await window.Page.GotoAsync($"/t/{tenant.Slug}/settings");
        (await window.Page.Locator("#set-name").CountAsync()).ShouldBe(0);
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await Expect(window.Page.Locator(".rail").GetByRole(AriaRole.Link, new() { Name = "Settings" })).ToHaveCountAsync(0);
        await portal.InTenantAsync(tenant, async services =>
        {
            // Drawn as an admin, who has been made an editor since.
            services.GetRequiredService<CurrentMember>().Set(editor, MemberRole.Admin);
            var actions = services.GetRequiredService<SettingsActions>();
            var before = await actions.ReadAsync();
            string?[] answers =
            [
                await actions.RenameAsync("Taken over"), await actions.SetLogoAsync(Png), await actions.SetColourAsync("#123456"),
                await actions.SetRegionAsync("Asia/Tokyo", "de-DE"), await actions.SetGradesAsync(new GradeBounds(3, 2, 1)),
            ];
            answers.ShouldAllBe(a => a == "Your role does not allow this.");
            (await actions.ReadAsync()).ShouldBeEquivalentTo(before);
            (await services.GetRequiredService<TenantStore>().FindAsync(tenant.TenantId))!.Name.ShouldBe("Guarded");
        });
    }

    private async Task UntilAsync(Tenant tenant, Func<TenantDb, Task<bool>> holds)
    {
        for (var i = 0; i < 80; i++)
        {
            var done = false;
            await portal.InTenantAsync(tenant, async services =>
            {
                await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
                done = await holds(db);
            });
            if (done)
            {
                return;
            }

            await Task.Delay(250);
        }

        throw new TimeoutException("The leads were not graded again within 20 seconds.");
    }
}
