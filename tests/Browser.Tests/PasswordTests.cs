using LeadGen.Infrastructure.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>A forgotten password, from the question to the next sign-in.</summary>
public sealed class PasswordTests(Portal portal)
{
    private string Folder => Path.Combine(portal.Services.GetRequiredService<IOptions<DataOptions>>().Value.FullPath, "mail");

    [Fact]
    public async Task A_forgotten_password_is_set_anew_with_a_letter_and_everybody_else_is_signed_out()
    {
        var (tenant, owner) = await portal.TenantAsync("Forgetting");
        await using var other = await portal.OpenAsync(owner);
        await using var window = await portal.OpenAsync();
        var page = window.Page;
        var answers = new List<string>();
        foreach (var email in new[] { owner.Email!, "nobody-has-this@example.com" })
        {
            await page.GotoAsync("/account/sign-in");
            await page.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
            await page.GetByLabel("E-mail").FillAsync(email);
            await page.GetByRole(AriaRole.Button, new() { Name = "Send the letter" }).ClickAsync();
            await Expect(page.GetByText("If there is an account with this address")).ToBeVisibleAsync();
            answers.Add(await page.ContentAsync());
        }

        answers.Distinct().ShouldHaveSingleItem();
        await window.ShouldBeAccessibleAsync();
        var link = await LinkAsync(owner.Email!);
        await page.GotoAsync(link);
        await page.GetByLabel("New password").FillAsync("short");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the password" }).ClickAsync();
        await Expect(page.GetByText("Use at least 10 characters.")).ToBeVisibleAsync();
        await page.GetByLabel("New password").FillAsync("a wholly new sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the password" }).ClickAsync();
        await Expect(page.GetByText("Your new password is set.")).ToBeVisibleAsync();
        await window.SignInAsync(owner.Email!, "a wholly new sentence");
        await page.UntilAtAsync($"**/t/{tenant.Slug}/**");
        await other.Page.GotoAsync("/account");
        other.Page.Url.ShouldContain("/account/sign-in");

        // Once.
        await other.Page.GotoAsync(link);
        await other.Page.GetByLabel("New password").FillAsync("one more new sentence");
        await other.Page.GetByRole(AriaRole.Button, new() { Name = "Set the password" }).ClickAsync();
        await Expect(other.Page.GetByText("This link does not work any more")).ToBeVisibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    private async Task<string> LinkAsync(string email)
    {
        for (var i = 0; i < 100; i++)
        {
            foreach (var file in Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.eml") : [])
            {
                var text = (await File.ReadAllTextAsync(file)).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
                if (text.Contains(email, StringComparison.OrdinalIgnoreCase))
                {
                    return new Uri(text.Split('\n').Select(l => l.Trim()).First(l => l.StartsWith("http", StringComparison.Ordinal))).PathAndQuery;
                }
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The letter did not come.");
    }
}
