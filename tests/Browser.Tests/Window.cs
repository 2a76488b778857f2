using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Shouldly;

namespace LeadGen.Browser.Tests;

/// <summary>One person's browser window.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = new();

    public Window(IBrowserContext context, IPage page, string address)
    {
        (this.context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                complaints.Enqueue($"console: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => complaints.Enqueue($"script: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                complaints.Enqueue($"another host: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors in the console, scripts that failed, requests that left this machine.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    /// <summary>Opens an address and, in a workspace, waits until its circuit answers.</summary>
    public async Task<IResponse?> GoAsync(string address)
    {
        var response = await Page.GotoAsync(address);
        if (address.StartsWith("/t/", StringComparison.Ordinal) && response is { Ok: true } && Page.Url.Contains("/t/", StringComparison.Ordinal))
        {
            await SettleAsync();
        }

        return response;
    }

    /// <summary>Until the page's own content stands there.</summary>
    public Task SettleAsync() => Page.WaitForFunctionAsync(
        "() => !document.querySelector('.frame') || document.querySelector('.page:not(.waits), .leads, .empty, .lead, .editor, .review')");

    public async Task SignInAsync(string email, string password = Portal.Password)
    {
        await Page.GotoAsync("/account/sign-in");
        await Page.GetByLabel("E-mail").FillAsync(email);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>No rule of WCAG 2.2 A and AA, and no best practice that axe knows, is broken.</summary>
    public async Task ShouldBeAccessibleAsync()
    {
        // What is fading in has no colour yet.
        await Page.WaitForFunctionAsync("() => [...document.querySelectorAll('.mud-snackbar')].every(s => getComputedStyle(s).opacity === '1')");
        var result = await Page.RunAxe();
        result.Violations.Select(v => $"{v.Id}: {v.Help} at {string.Join(" | ", v.Nodes.Take(4).Select(n => $"{n.Html} ({string.Join("; ", n.Any.Select(c => c.Message))})"))}").ShouldBeEmpty();
    }
}
