using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Matching;
using LeadGen.Portal.Shell;
using LeadGen.Portal.Start;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

public sealed class DashboardTests(Portal portal)
{
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task A_new_workspace_goes_from_a_sentence_over_a_sample_to_numbers(int width)
    {
        await using var window = await portal.OpenAsync(width: width);
        var page = window.Page;
        await page.GotoAsync("/account/sign-up");
        await page.GetByLabel("Your name").FillAsync("Inês Coelho");
        await page.GetByLabel("Work e-mail").FillAsync(portal.NewEmail("start"));
        await page.GetByLabel("Password").FillAsync(Portal.Password);
        await page.GetByLabel("Company").FillAsync($"Beginning {width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make account and workspace" }).ClickAsync();
        await page.UntilAtAsync("**/dashboard");

        await page.GetByLabel("Who buys from you?").FillAsync("Manufacturers in Germany with 50 to 500 employees, no agencies");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a profile of it" }).ClickAsync();
        await Expect(page.Locator(".draft .criterion")).ToHaveCountAsync(5);
        await page.GetByRole(AriaRole.Button, new() { Name = "Take out: Country is Germany" }).ClickAsync();
        await Expect(page.Locator(".draft .criterion")).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish this profile" }).ClickAsync();
        await Expect(page.GetByText("“Manufacturing in Germany” is live")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Import the sample" }).ClickAsync();
        await Expect(page.Locator(".today")).ToContainTextAsync("All 484 scored leads today", new() { Timeout = 90_000 });
        await Expect(page.Locator(".needs li").First).ToBeVisibleAsync();
        await Expect(page.Locator(".sources tbody tr").First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { NameRegex = new System.Text.RegularExpressions.Regex(": Bring leads$") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the sample" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the sample" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Import the sample" })).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(page.Locator(".today")).ToHaveCountAsync(0, new() { Timeout = 20_000 });

        await page.GetByRole(AriaRole.Button, new() { Name = "Skip: Bring leads" }).ClickAsync();
        await Expect(page.Locator(".steps .past").Filter(new() { HasText = "Skipped" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "See your leads, best first" }).ClickAsync();
        await page.UntilAtAsync("**/leads");
        await page.GetByRole(AriaRole.Link, new() { Name = "Dashboard" }).First.ClickAsync();
        await Expect(page.GetByText("What needs you now?")).ToBeVisibleAsync();
        await Expect(page.Locator(".steps")).ToHaveCountAsync(0);
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_lead_of_the_sample_is_tagged()
    {
        var (tenant, owner) = await portal.TenantAsync("Tagged");
        await portal.InTenantAsync(tenant, async services =>
        {
            services.GetRequiredService<CurrentMember>().Set(owner, MemberRole.Owner);
            var first = services.GetRequiredService<FirstStepActions>();
            var sample = (await first.ImportSampleAsync()).Import!;
            (await first.ImportSampleAsync()).Import!.Id.ShouldBe(sample.Id, "asked twice, it is one import");
        });
        await Seed.UntilImportedAsync(portal, tenant);
        await portal.InTenantAsync(tenant, async services =>
        {
            await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
            var tags = await db.Leads.AsNoTracking().Select(l => l.Tags).ToListAsync();
            tags.Count.ShouldBe(484);
            tags.ShouldAllBe(t => t.Contains("sample"));
        });
    }

    [Fact]
    public async Task The_numbers_move_without_a_reload_and_stand_in_a_table_too()
    {
        var (tenant, owner) = await portal.TenantAsync("Living");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/dashboard");
        await Expect(page.GetByText("How many A, B, C and D leads arrive each week will stand here.")).ToBeVisibleAsync();
        await Seed.ImportAsync(portal, tenant);
        await Expect(page.Locator(".today")).ToContainTextAsync("10 scored leads today", new() { Timeout = 20_000 });
        await Expect(page.Locator(".weeks-chart rect").First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Show as table" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".table-room tbody tr")).ToHaveCountAsync(12);
        await page.GetByRole(AriaRole.Link, new() { Name = "4 weeks" }).ClickAsync();
        await Expect(page.Locator(".table-room tbody tr")).ToHaveCountAsync(4);

        await page.Locator(".needs a b").First.ClickAsync();
        await page.UntilAtAsync("**/leads?*");
        await Expect(page.Locator(".leads tbody tr:not([aria-hidden])").First).ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_viewer_sees_the_numbers_and_changes_nothing()
    {
        var (tenant, _) = await portal.TenantAsync("Watching");
        var viewer = await portal.MemberAsync(tenant, "Vera Viewer", MemberRole.Viewer);
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(viewer);
        await window.GoAsync($"/t/{tenant.Slug}/dashboard");
        await Expect(window.Page.Locator(".today")).ToContainTextAsync("10 scored leads today");
        await Expect(window.Page.Locator(".steps")).ToHaveCountAsync(0);
        await portal.InTenantAsync(tenant, services => RefusedAsync(services, viewer));
        window.Complaints.ShouldBeEmpty();
    }

    /// <summary>Drawn as an editor, who has been made a viewer since.</summary>
    private static async Task RefusedAsync(IServiceProvider services, User viewer)
    {
        services.GetRequiredService<CurrentMember>().Set(viewer, MemberRole.Editor);
        var first = services.GetRequiredService<FirstStepActions>();
        var before = await first.ReadAsync();
        const string refused = "Your role does not allow this.";
        (await first.PutAwayAsync()).ShouldBe(refused);
        (await first.SkipAsync(FirstStep.Profile)).ShouldBe(refused);
        (await first.ImportSampleAsync()).ShouldBe((null, refused));
        (await first.RemoveSampleAsync(Guid.NewGuid())).ShouldBe(refused);
        (await first.TakeProfileAsync(IcpSentence.Read("Banks in Spain", Guid.Empty), publish: true)).ShouldBe(refused);
        (await first.ReadAsync()).ShouldBe(before);
    }
}
