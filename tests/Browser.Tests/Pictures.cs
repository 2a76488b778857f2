using LeadGen.Infrastructure.Access;
using Microsoft.Playwright;

namespace LeadGen.Browser.Tests;

/// <summary>Takes a picture of every page, for people to look at; only when told where to put them.</summary>
public sealed class Pictures(Portal portal)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("LEADGEN_PICTURES");

    [Fact]
    public async Task Every_page_has_its_picture()
    {
        Assert.SkipWhen(Folder is null, "LEADGEN_PICTURES names no folder.");
        var (empty, _) = await portal.TenantAsync("Quiet");
        var (tenant, owner) = await portal.TenantAsync("Fernhill");
        await portal.MemberAsync(tenant, "Tom Okafor", MemberRole.Editor);
        await portal.MemberAsync(tenant, "Inês Coelho", MemberRole.Viewer);
        var emptyOwner = await portal.MemberAsync(empty, "Ola Nowak", MemberRole.Owner);
        var import = await Seed.ImportAsync(portal, tenant);
        foreach (var dark in new[] { false, true })
        {
            foreach (var (width, height, size) in new[] { (1440, 900, "desk"), (390, 844, "phone") })
            {
                var name = $"{size}-{(dark ? "dark" : "light")}";
                await using (var plain = await portal.OpenAsync(null, dark, width, height))
                {
                    await ShootAsync(plain, "/account/sign-in", $"sign-in-{name}");
                    await ShootAsync(plain, "/account/sign-up", $"sign-up-{name}");
                }

                await using (var quiet = await portal.OpenAsync(emptyOwner, dark, width, height))
                {
                    await ShootAsync(quiet, $"/t/{empty.Slug}/dashboard", $"dashboard-empty-{name}");
                    await ShootAsync(quiet, $"/t/{empty.Slug}/leads", $"leads-empty-{name}");
                    await ShootAsync(quiet, $"/t/{tenant.Slug}/leads", $"not-found-{name}");
                }

                await using var window = await portal.OpenAsync(owner, dark, width, height);
                await ShootAsync(window, $"/t/{tenant.Slug}/dashboard", $"dashboard-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/leads", $"leads-{name}");
                await window.Page.Locator(".leads .name").First.ClickAsync();
                await window.Page.WaitForSelectorAsync(".waterfall");
                await SnapAsync(window, $"lead-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/leads?grade=A&grade=B&q=log", $"leads-filtered-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/imports", $"imports-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/imports/{import}", $"import-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/icp", $"icp-{name}");
                await window.Page.Locator(".says").First.ClickAsync();
                await SnapAsync(window, $"icp-open-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/members", $"members-{name}");
                await window.Page.Locator("#invite-email").FillAsync("new@example.com");
                await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
                await window.Page.WaitForSelectorAsync("#secret");
                await window.Page.Locator(".person").ClickAsync();
                await SnapAsync(window, $"members-invited-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/developers", $"developers-{name}");
                await ShootAsync(window, "/account", $"account-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/settings", $"settings-{name}");
                await window.Page.Keyboard.PressAsync("Control+k");
                await window.Page.Keyboard.TypeAsync("an");
                await window.Page.WaitForTimeoutAsync(600);
                await SnapAsync(window, $"palette-{name}");
                await ShootAsync(window, $"/t/{tenant.Slug}/nowhere", $"missing-{name}");
            }
        }
    }

    private static async Task ShootAsync(Window window, string address, string name)
    {
        await window.GoAsync(address);
        await SnapAsync(window, name);
    }

    private static async Task SnapAsync(Window window, string name)
    {
        await window.Page.WaitForTimeoutAsync(300);
        await window.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder!, name + ".png") });
        foreach (var complaint in window.Complaints)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {complaint}");
        }
    }
}
