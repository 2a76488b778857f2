using LeadGen.Infrastructure.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

public sealed class AccountTests(Portal portal)
{
    [Fact]
    public async Task Signing_up_makes_a_workspace_and_ends_on_its_dashboard()
    {
        await using var window = await portal.OpenAsync();
        var page = window.Page;
        await page.GotoAsync("/account/sign-up");
        await page.GetByLabel("Your name").FillAsync("Inês Coelho");
        await page.GetByLabel("Work e-mail").FillAsync(portal.NewEmail("ines"));
        await page.GetByLabel("Password").FillAsync(Portal.Password);
        await page.GetByLabel("Company").FillAsync("Fernhill & Söhne");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make account and workspace" }).ClickAsync();

        await page.UntilAtAsync("**/t/fernhill-sohne/dashboard");
        await Expect(page.GetByText("Three first steps")).ToBeVisibleAsync();
        await window.GoAsync("/t/fernhill-sohne/leads");
        await Expect(page.GetByText("Your leads will stand here")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Import a file" })).ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sign_up_that_is_not_right_says_so_beside_the_fields_and_keeps_what_was_typed()
    {
        await using var window = await portal.OpenAsync();
        var page = window.Page;
        await page.GotoAsync("/account/sign-up");
        await page.GetByLabel("Your name").FillAsync("Tom");
        await page.GetByLabel("Work e-mail").FillAsync("tom@example.com");
        await page.GetByLabel("Password").FillAsync("short");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make account and workspace" }).ClickAsync();

        await Expect(page.GetByText("Use at least 10 characters.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Enter your company’s name.")).ToBeVisibleAsync();
        (await page.GetByLabel("Your name").InputValueAsync()).ShouldBe("Tom");
        await window.ShouldBeAccessibleAsync();
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        var (tenant, owner) = await portal.TenantAsync("Outgoing");
        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await window.Page.Locator(".person").ClickAsync();
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await window.Page.UntilAtAsync("**/account/sign-in");

        await window.Page.GotoAsync($"/t/{tenant.Slug}/leads");
        window.Page.Url.ShouldContain("/account/sign-in?returnUrl=");
    }

    [Fact]
    public async Task Who_signs_in_comes_back_to_the_page_that_was_asked_for()
    {
        var (tenant, owner) = await portal.TenantAsync("Return");
        await using var window = await portal.OpenAsync();
        await window.Page.GotoAsync($"/t/{tenant.Slug}/members");
        await window.Page.GetByLabel("E-mail").FillAsync(owner.Email!);
        await window.Page.GetByLabel("Password").FillAsync(Portal.Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.Page.UntilAtAsync($"**/t/{tenant.Slug}/members");
    }

    [Fact]
    public async Task An_address_on_another_host_is_not_returned_to()
    {
        var (tenant, owner) = await portal.TenantAsync("Openly");
        await using var window = await portal.OpenAsync();
        await window.Page.GotoAsync("/account/sign-in?returnUrl=//evil.example/");
        await window.Page.GetByLabel("E-mail").FillAsync(owner.Email!);
        await window.Page.GetByLabel("Password").FillAsync(Portal.Password);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await window.Page.UntilAtAsync($"**/t/{tenant.Slug}/dashboard");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_and_the_answer_does_not_tell()
    {
        var (_, owner) = await portal.TenantAsync("Locked");
        await using var window = await portal.OpenAsync();
        var answers = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            answers.Add(await AnswerAsync(owner.Email!, "wrong password"));
        }

        answers.Add(await AnswerAsync(owner.Email!, Portal.Password));
        answers.Add(await AnswerAsync("nobody@example.com", Portal.Password));
        answers.ShouldHaveSingleItem();

        async Task<string> AnswerAsync(string email, string password)
        {
            // Only when the answer is there as a whole: an alert may stand in the page before its words do.
            await window.Page.RunAndWaitForResponseAsync(() => window.SignInAsync(email, password), r => r.Request.Method == "POST");
            await Expect(window.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
            await window.Page.WaitForLoadStateAsync();
            return await window.Page.GetByRole(AriaRole.Alert).InnerTextAsync();
        }
    }

    [Fact]
    public async Task An_invitation_lets_a_second_person_in_once()
    {
        var (tenant, owner) = await portal.TenantAsync("Inviting");
        var guest = portal.NewEmail("guest");
        await using var window = await portal.OpenAsync(owner);
        await window.GoAsync($"/t/{tenant.Slug}/members");
        await window.Page.Locator("#invite-email").FillAsync(guest);
        await window.Page.Locator("#invite-role").SelectOptionAsync("Viewer");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        var link = await window.Page.Locator("#secret").InputValueAsync();
        await Expect(window.Page.GetByRole(AriaRole.Cell, new() { Name = guest })).ToBeVisibleAsync();

        await using var other = await portal.OpenAsync();
        await other.Page.GotoAsync(link);
        await Expect(other.Page.GetByRole(AriaRole.Heading, new() { Name = "Join Inviting" })).ToBeVisibleAsync();
        await other.ShouldBeAccessibleAsync();
        await other.Page.GetByLabel("Your name").FillAsync("Tom Okafor");
        await other.Page.GetByLabel("Password").FillAsync(Portal.Password);
        await other.Page.GetByRole(AriaRole.Button, new() { Name = "Make account and join" }).ClickAsync();
        await other.Page.UntilAtAsync($"**/t/{tenant.Slug}/dashboard");
        await Expect(other.Page.GetByText("What needs you now?")).ToBeVisibleAsync();
        other.Complaints.ShouldBeEmpty();

        await using var third = await portal.OpenAsync();
        await third.Page.GotoAsync(link);
        await Expect(third.Page.GetByText("This invitation cannot be used")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_stranger_sees_no_difference_between_a_workspace_and_none()
    {
        var (tenant, _) = await portal.TenantAsync("Hidden");
        var stranger = await portal.PersonAsync("Stan Stranger");
        await using var window = await portal.OpenAsync(stranger);
        var real = await window.Page.GotoAsync($"/t/{tenant.Slug}/leads");
        var realText = await window.Page.InnerTextAsync("main");
        var none = await window.Page.GotoAsync("/t/no-such-workspace/leads");
        real!.Status.ShouldBe(404);
        none!.Status.ShouldBe(404);
        realText.ShouldBe(await window.Page.InnerTextAsync("main"));
        realText.ShouldContain("There is nothing here");
        await window.ShouldBeAccessibleAsync();

        await using var signedOut = await portal.OpenAsync();
        await signedOut.Page.GotoAsync("/t/no-such-workspace/leads");
        signedOut.Page.Url.ShouldContain("/account/sign-in");
    }

    [Fact]
    public async Task A_member_who_is_removed_is_put_out_of_an_open_page()
    {
        var (tenant, owner) = await portal.TenantAsync("Leaving");
        var editor = await portal.MemberAsync(tenant, "Eddie Editor", MemberRole.Editor);
        await using var window = await portal.OpenAsync(editor);
        await window.GoAsync($"/t/{tenant.Slug}/members");
        await portal.InTenantAsync(tenant, s => s.GetRequiredService<Members>().ChangeAsync(owner.Id, editor.Id, null));

        await Expect(window.Page.GetByText("There is nothing here")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }
}
