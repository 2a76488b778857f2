using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>A salesperson's first hour, from the sign-up to a colleague who may only look.</summary>
public sealed partial class FirstHourTests(Portal portal)
{
    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, false)]
    [InlineData(1440, true)]
    public async Task The_first_hour_goes_from_sign_up_to_a_colleague_who_may_only_look(int width, bool keys)
    {
        await using var window = await portal.OpenAsync(width: width);
        var page = window.Page;
        Hand hand = keys ? new KeyboardHand(page) : new MouseHand(page);
        await SignUpAsync(page, hand, $"Hour {width} {(keys ? "keys" : "mouse")}");
        await DescribeAsync(page, hand);
        await ImportAsync(page, hand);
        await CorrectAsync(page, hand);
        await SearchAsync(page, hand);
        await ExportAsync(page, hand);
        var (link, guest) = await InviteAsync(page, hand);
        await window.ShouldBeAccessibleAsync();
        window.Complaints.ShouldBeEmpty();

        await using var second = await portal.OpenAsync(width: width);
        await LookAsync(second.Page, keys ? new KeyboardHand(second.Page) : new MouseHand(second.Page), link, guest);
        second.Complaints.ShouldBeEmpty();
    }

    private async Task SignUpAsync(IPage page, Hand hand, string company)
    {
        await page.GotoAsync("/");
        await hand.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Make an account" }));
        await hand.WriteAsync(page.GetByLabel("Your name"), "Inês Coelho");
        await hand.WriteAsync(page.GetByLabel("Work e-mail"), portal.NewEmail("hour"));
        await hand.WriteAsync(page.GetByLabel("Password"), Portal.Password);
        await hand.WriteAsync(page.GetByLabel("Company"), company);
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Make account and workspace" }));
        await page.UntilAtAsync("**/dashboard");
    }

    private static async Task DescribeAsync(IPage page, Hand hand)
    {
        await hand.WriteAsync(page.GetByLabel("Who buys from you?"), "Manufacturers in Germany with 50 to 5000 employees, no agencies");
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Make a profile of it" }));
        await Expect(page.Locator(".draft .criterion")).ToHaveCountAsync(5);
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Publish this profile" }));
        await Expect(page.GetByText("is live")).ToBeVisibleAsync();
    }

    private static async Task ImportAsync(IPage page, Hand hand)
    {
        await GoAsync(page, hand, "Imports");
        await hand.UploadAsync(page.Locator(".drop-zone"), new FilePayload { Name = "fair.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(Seed.Csv) });
        await page.UntilAtAsync("**/setup");
        await hand.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Choose columns" }));
        await Expect(page.Locator(".column-list")).ToContainTextAsync("jonas.keller@rheinau.example");
        await hand.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Check the rows" }));
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Import 10 rows" }));
        await Expect(page.Locator(".line-head .word")).ToHaveTextAsync("Done", new() { Timeout = 30_000 });
        await Expect(page.Locator(".progress-card")).ToContainTextAsync("10 leads scored", new() { Timeout = 30_000 });
    }

    private static async Task CorrectAsync(IPage page, Hand hand)
    {
        await GoAsync(page, hand, "Leads");
        await hand.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Matteo Tessaro" }));
        await Expect(page.Locator(".waterfall")).ToBeVisibleAsync();
        var before = await page.Locator(".big").InnerTextAsync();
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Not this: Pricing" }));
        await Expect(page.Locator(".intents")).ToContainTextAsync("not meant, said Inês Coelho");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Because an intent was corrected", new() { Timeout = 15_000 });
        await Expect(page.Locator(".big")).Not.ToHaveTextAsync(before);

        await hand.PressAsync(page.Locator(".who .edit").Filter(new() { HasText = "City: " }).First);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "City" }).PressAsync("Control+A");
        await page.Keyboard.TypeAsync("Fiorano");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".who")).ToContainTextAsync("Fiorano");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("City changed");
    }

    private static async Task SearchAsync(IPage page, Hand hand)
    {
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Search leads, pages and commands" }));
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search leads" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("castell aoife");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Aoife Brennan" })).ToBeVisibleAsync();

        await GoAsync(page, hand, "Leads");
        await hand.WriteAsync(page.GetByLabel("Describe whom you look for"), "connects to SAP with batch numbers");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".leads .name").First).ToContainTextAsync("Katarzyna", new() { Timeout = 10_000 });
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Forget the description" }));
        await hand.WriteAsync(page.GetByPlaceholder("Name, company or title"), "tessaro");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".head [role=status]")).ToHaveTextAsync("1 of these");
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Show all" }));
        await Expect(page.Locator(".head [role=status]")).ToHaveTextAsync("10");
    }

    private static async Task ExportAsync(IPage page, Hand hand)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => hand.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Export" })));
        var csv = await File.ReadAllTextAsync(await download.PathAsync());
        csv.ShouldContain("Fiorano");
        csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(11);
    }

    private static async Task<(string Link, string Guest)> InviteAsync(IPage page, Hand hand)
    {
        var guest = $"guest-{Guid.NewGuid():N}@example.com";
        await GoAsync(page, hand, "Members");
        await hand.WriteAsync(page.Locator("#invite-email"), guest);
        await hand.ChooseAsync(page.Locator("#invite-role"), "Viewer");
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }));
        return (await page.Locator("#secret").InputValueAsync(), guest);
    }

    private static async Task LookAsync(IPage page, Hand hand, string link, string guest)
    {
        await page.GotoAsync(link);
        await Expect(page.GetByText(guest)).ToBeVisibleAsync();
        await hand.WriteAsync(page.GetByLabel("Your name"), "Tom Okafor");
        await hand.WriteAsync(page.GetByLabel("Password"), Portal.Password);
        await hand.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Make account and join" }));
        await page.UntilAtAsync("**/dashboard");
        await Expect(page.GetByText("What needs you now?")).ToBeVisibleAsync();
        await Expect(page.Locator(".steps")).ToHaveCountAsync(0);

        await GoAsync(page, hand, "Leads");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Import leads" })).ToHaveCountAsync(0);
        await hand.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Matteo Tessaro" }));
        await Expect(page.Locator(".waterfall")).ToBeVisibleAsync();
        await Expect(page.Locator(".who")).ToContainTextAsync("Fiorano");
        await Expect(page.Locator(".who .edit")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = Changing() })).ToHaveCountAsync(0);
        var workspace = new Uri(page.Url).AbsolutePath.Split("/leads")[0];
        foreach (var address in new[] { "imports", "icp", "members" })
        {
            await page.GotoAsync($"{workspace}/{address}");
            await page.WaitForSelectorAsync("main h1");
            await Expect(page.Locator("main :is(input[type=file], form [type=submit])")).ToHaveCountAsync(0);
            await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = Changing() })).ToHaveCountAsync(0);
        }

        foreach (var address in new[] { "developers", "settings" })
        {
            (await page.APIRequest.GetAsync($"{workspace}/{address}")).Status.ShouldBe(403);
        }
    }

    /// <summary>By the rail, or on a phone by the bar at the bottom.</summary>
    private static async Task GoAsync(IPage page, Hand hand, string name)
    {
        var way = page.Locator("nav a:visible").Filter(new() { HasText = name }).First;
        if (await way.CountAsync() == 0)
        {
            await hand.PressAsync(page.Locator("nav.bottom summary"));
        }

        await hand.PressAsync(way);
        await Expect(page.Locator("main h1")).ToHaveTextAsync(name);
    }

    [GeneratedRegex("^(Save|Publish|Import|Delete|Invite|Make|Shut|Not this|Grade|Undo|Add|Merge|Tag|Assign)")]
    private static partial Regex Changing();
}
