using LeadGen.Infrastructure.Access;
using Microsoft.Playwright;
using Shouldly;

namespace LeadGen.Browser.Tests;

/// <summary>What holds for every page: reachable for everybody, quiet console, nothing from another host, no sideways scrolling.</summary>
public sealed class LookTests(Portal portal)
{
    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 1440)]
    [InlineData(false, 390)]
    [InlineData(true, 390)]
    public async Task Every_page_is_accessible_and_quiet(bool dark, int width)
    {
        // Light and wide, dark and narrow always: each theme and each width once. The other two take minutes more.
        Assert.SkipUnless(dark == width < 600 || Environment.GetEnvironmentVariable("LEADGEN_LONG") == "1", "The other pairs of theme and width; runs when LEADGEN_LONG is 1.");
        var (tenant, owner) = await portal.TenantAsync("Looking");
        await portal.MemberAsync(tenant, "Tom Okafor", MemberRole.Editor);
        var import = await Seed.ImportAsync(portal, tenant);
        await using var outside = await portal.OpenAsync(null, dark, width);
        var form = await Seed.FormAsync(portal, tenant, f => f with { Consent = "I agree.", ProofOfWork = true });
        foreach (var address in new[] { "/account/sign-in", "/account/sign-up", "/account/forgot", "/account/new-password", form, $"{form}/thanks" })
        {
            await CheckAsync(outside, address);
        }

        var draft = await Seed.DraftAsync(portal, tenant);
        var delivery = await Seed.DeliveryAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner, dark, width);
        foreach (var address in new[] { "/account", "/account/workspaces", "/account/workspaces/new" })
        {
            await CheckAsync(window, address);
        }

        foreach (var page in new[] { "dashboard", "dashboard?weeks=52", "leads", "leads?grade=A&sort=CreatedDown", "leads?q=nobody-is-called-this", "leads?view=wants&f=city:has:a&f=createdAt:within:30&cols=score,lead,tag,city,custom.region%20code", "leads/merge", "imports", $"imports/{import}", $"imports?like={import}", $"imports/{draft}/setup", $"imports/{draft}/setup?step=columns", $"imports/{draft}/setup?step=check", "icp", "members", "developers", "integrations", "integrations/new?kind=Salesforce", "integrations/new?kind=Pipedrive", "deliveries", "deliveries?state=dead", $"deliveries/{delivery}", "settings", "forms", "mail", "outreach", "outreach/drafts", "outreach/outbox", "outreach/answers", "outreach/senders", "outreach/mailboxes", "outreach/suppressions", "outreach/templates", "knowledge" })
        {
            await CheckAsync(window, $"/t/{tenant.Slug}/{page}");
        }

        await window.GoAsync($"/t/{tenant.Slug}/forms");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Contact", Exact = true }).ClickAsync();
        await window.Page.Locator(".questions .says").First.ClickAsync();
        await window.Page.WaitForSelectorAsync(".criterion-form");
        await CheckHereAsync(window, "form");
        await window.GoAsync($"/t/{tenant.Slug}/forms");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "0 submissions of Contact" }).ClickAsync();
        await window.Page.WaitForSelectorAsync(".empty");
        await CheckHereAsync(window, "submissions");
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await window.Page.Locator(".leads .name").First.ClickAsync();
        await window.Page.WaitForSelectorAsync(".waterfall");
        await CheckHereAsync(window, "lead");
        await window.Page.Locator(".person").ClickAsync();
        await CheckHereAsync(window, "menu");
        await window.Page.Keyboard.PressAsync("Control+k");
        await window.Page.WaitForSelectorAsync("#palette [aria-selected=true]");
        await CheckHereAsync(window, "palette");
        await window.Page.Keyboard.PressAsync("Escape");
        await window.GoAsync($"/t/{tenant.Slug}/dashboard");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Show as table" }).ClickAsync();
        await window.Page.WaitForSelectorAsync(".table-room");
        await window.Page.Locator("#sentence").FillAsync("Wholesalers in the Netherlands, no agencies");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make a profile of it" }).ClickAsync();
        await window.Page.WaitForSelectorAsync(".draft");
        await CheckHereAsync(window, "first step");
        await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = new System.Text.RegularExpressions.Regex(": Bring leads$") }).ClickAsync();
        await window.Page.WaitForSelectorAsync(".doors");
        await CheckHereAsync(window, "second step");
        await window.GoAsync($"/t/{tenant.Slug}/icp");
        await window.Page.Locator(".says").First.ClickAsync();
        await window.Page.WaitForSelectorAsync(".criterion-form");
        await CheckHereAsync(window, "criterion");
    }

    [Fact]
    public async Task A_lost_connection_is_said_in_our_words_and_comes_back()
    {
        var (tenant, owner) = await portal.TenantAsync("Offline");
        await using var window = await portal.OpenAsync(owner);
        var cables = new List<IWebSocketRoute>();
        await window.Page.RouteWebSocketAsync("**/_blazor**", cable =>
        {
            cable.ConnectToServer();
            cables.Add(cable);
        });
        await window.GoAsync($"/t/{tenant.Slug}/icp");
        await window.Page.Locator("#icp-name").FillAsync("Typed before the cut");
        await Task.WhenAll(cables.Select(c => c.CloseAsync(new() { Code = 4000, Reason = "cut" })));
        await window.Page.WaitForSelectorAsync("#components-reconnect-modal[open]", new() { Timeout = 10_000 });
        await window.Page.WaitForSelectorAsync("#components-reconnect-modal:not([open])", new() { State = WaitForSelectorState.Attached, Timeout = 30_000 });
        (await window.Page.Locator("#icp-name").InputValueAsync()).ShouldBe("Typed before the cut");
    }

    private static async Task CheckAsync(Window window, string address)
    {
        await window.GoAsync(address);
        await CheckHereAsync(window, address);
    }

    private static async Task CheckHereAsync(Window window, string name)
    {
        await window.ShouldBeAccessibleAsync();
        window.Complaints.ShouldBeEmpty(name);
        (await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, $"{name} scrolls sideways");
    }
}
