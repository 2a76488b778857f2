using LeadGen.Infrastructure.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>A person's account: name, password, colours, and the browsers in which they are signed in.</summary>
public sealed class SessionTests(Portal portal)
{
    [Fact]
    public async Task A_session_that_is_ended_loses_its_next_page_at_once_and_its_open_page_soon()
    {
        var (tenant, owner) = await portal.TenantAsync("Sessions");
        await using var lost = await portal.OpenAsync(owner);
        await lost.GoAsync($"/t/{tenant.Slug}/members");
        await using var here = await portal.OpenAsync(owner);
        var page = here.Page;
        await page.GotoAsync("/account");
        await Expect(page.Locator(".account .lines tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("tr", new() { HasText = "This one" })).ToHaveCountAsync(1);
        await Expect(page.Locator("tr", new() { HasText = "This one" })).ToContainTextAsync("Chrome on Linux");
        await Expect(page.Locator("[data-zone]")).ToContainTextAsync("those of this browser");
        await Expect(page.Locator(".account time").First).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex(" at \\d\\d:\\d\\d:\\d\\d "));
        await page.Locator(".account .lines").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByText("That browser is signed out.")).ToBeVisibleAsync();
        await Expect(page.Locator(".account .lines tbody tr")).ToHaveCountAsync(1);

        var second = await lost.Page.Context.NewPageAsync();
        await second.GotoAsync($"/t/{tenant.Slug}/leads");
        second.Url.ShouldContain("/account/sign-in");
        await lost.Page.UntilAtAsync("**/account/sign-in**", 40_000);
        await here.GoAsync($"/t/{tenant.Slug}/leads");
        here.Page.Url.ShouldContain("/leads");
        here.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_changed_password_ends_all_other_sessions_and_keeps_this_one()
    {
        var (tenant, owner) = await portal.TenantAsync("Passwords");
        await using var other = await portal.OpenAsync(owner);
        await using var here = await portal.OpenAsync(owner);
        var page = here.Page;
        await page.GotoAsync("/account");
        await page.GetByLabel("Present password").FillAsync("not the present one");
        await page.GetByLabel("New password").FillAsync("a wholly new sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await Expect(page.GetByText("This is not your present password.")).ToBeVisibleAsync();
        await page.GetByLabel("Present password").FillAsync(Portal.Password);
        await page.GetByLabel("New password").FillAsync("a wholly new sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        await Expect(page.GetByText("Your password is changed.")).ToBeVisibleAsync();
        await Expect(page.Locator(".account .lines tbody tr")).ToHaveCountAsync(1);

        await here.GoAsync($"/t/{tenant.Slug}/leads");
        here.Page.Url.ShouldContain("/leads");
        await other.Page.GotoAsync("/account");
        other.Page.Url.ShouldContain("/account/sign-in");
        await other.SignInAsync(owner.Email!);
        await Expect(other.Page.GetByText("That did not work.")).ToBeVisibleAsync();
        await other.SignInAsync(owner.Email!, "a wholly new sentence");
        await other.Page.UntilAtAsync($"**/t/{tenant.Slug}/**");
        here.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Name_and_colours_are_changed_without_any_script()
    {
        var (tenant, owner) = await portal.TenantAsync("Naming");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await page.GotoAsync("/account");
        await page.GetByLabel("Your name").FillAsync("Mara L. Öberg");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the name" }).ClickAsync();
        await Expect(page.GetByText("You are Mara L. Öberg")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await window.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "As the system has it" }).ClickAsync();
        await Expect(page.Locator("html")).Not.ToHaveAttributeAsync("data-theme", "dark");
        await window.GoAsync($"/t/{tenant.Slug}/members");
        await Expect(page.Locator(".lines")).ToContainTextAsync("Mara L. Öberg");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_ends_somebody_elses_session_and_forms_need_their_token()
    {
        var (_, owner) = await portal.TenantAsync("Mine");
        var (_, thief) = await portal.TenantAsync("Yours");
        await using var mine = await portal.OpenAsync(owner);
        var victim = (await ListAsync(owner)).Single().Id;
        await using var theirs = await portal.OpenAsync(thief);
        await using var second = await portal.OpenAsync(thief);
        await theirs.Page.GotoAsync("/account");

        // Their own form, with the id of somebody else's session in it.
        await theirs.Page.EvaluateAsync("id => document.querySelector('[name=id]').value = id", victim.ToString());
        await theirs.Page.Locator(".account .lines").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(theirs.Page.Locator(".account .lines tbody tr")).ToHaveCountAsync(2);
        (await ListAsync(owner)).Single().Id.ShouldBe(victim);
        foreach (var address in new[] { "/account/sessions/end", "/account/sessions/end-others", "/account/theme" })
        {
            var form = theirs.Page.APIRequest.CreateFormData();
            form.Append("id", victim.ToString());
            (await theirs.Page.APIRequest.PostAsync(address, new() { Form = form })).Status.ShouldBe(400, address);
        }

        (await ListAsync(thief)).Count.ShouldBe(2);
        mine.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Signing_out_ends_the_session_itself_so_that_a_copied_cookie_is_worth_nothing()
    {
        var (tenant, owner) = await portal.TenantAsync("Copied");
        await using var window = await portal.OpenAsync(owner);
        var cookies = await window.Page.Context.CookiesAsync();
        await window.Page.GotoAsync("/account");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await window.Page.UntilAtAsync("**/account/sign-in");
        (await ListAsync(owner)).ShouldBeEmpty();
        await window.Page.Context.AddCookiesAsync(cookies.Select(c => new Cookie { Name = c.Name, Value = c.Value, Domain = c.Domain, Path = c.Path }));
        await window.Page.GotoAsync($"/t/{tenant.Slug}/leads");
        window.Page.Url.ShouldContain("/account/sign-in");
    }

    private async Task<IReadOnlyList<UserSession>> ListAsync(User user)
    {
        await using var scope = portal.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Sessions>().ListAsync(user.Id);
    }
}
