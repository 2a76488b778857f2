using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>The ways in which a person works a page: by mouse, or by nothing but keys.</summary>
public abstract class Hand(IPage page)
{
    protected IPage Page => page;

    /// <summary>Presses a button or follows a link.</summary>
    public abstract Task PressAsync(ILocator target);

    public abstract Task WriteAsync(ILocator field, string text);

    public abstract Task ChooseAsync(ILocator select, string option);

    /// <param name="zone">The label around the file input.</param>
    /// <param name="file">What is chosen.</param>
    public async Task UploadAsync(ILocator zone, FilePayload file)
    {
        var chooser = await page.RunAndWaitForFileChooserAsync(() => OpenAsync(zone));
        await chooser.SetFilesAsync(file);
    }

    protected abstract Task OpenAsync(ILocator zone);
}

public sealed class MouseHand(IPage page) : Hand(page)
{
    public override Task PressAsync(ILocator target) => target.ClickAsync();

    public override Task WriteAsync(ILocator field, string text) => field.FillAsync(text);

    public override Task ChooseAsync(ILocator select, string option) => select.SelectOptionAsync(option);

    protected override Task OpenAsync(ILocator zone) => zone.ClickAsync();
}

/// <summary>Never touches anything: walks by Tab until the focus is there, and must see where it is.</summary>
public sealed class KeyboardHand(IPage page) : Hand(page)
{
    private const int Longest = 200;

    public override async Task PressAsync(ILocator target)
    {
        await WalkAsync(target);
        var opens = await target.EvaluateAsync<bool>("e => e.matches('a, button, summary, input[type=file]')");
        await Page.Keyboard.PressAsync(opens ? "Enter" : "Space");
    }

    public override async Task WriteAsync(ILocator field, string text)
    {
        await WalkAsync(field);
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.TypeAsync(text);
    }

    public override async Task ChooseAsync(ILocator select, string option)
    {
        await WalkAsync(select);
        await Page.Keyboard.TypeAsync(option);
    }

    protected override Task OpenAsync(ILocator zone) => PressAsync(zone.Locator("input"));

    private async Task WalkAsync(ILocator target)
    {
        await Expect(target).ToBeAttachedAsync();
        for (var i = 0; i < Longest; i++)
        {
            if (await target.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                await ShouldShowAsync(target);
                return;
            }

            await Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{target} is not reached by {Longest} presses of Tab.");
    }

    /// <summary>The focus is drawn on the element, or on what stands around it.</summary>
    private static async Task ShouldShowAsync(ILocator target)
    {
        var seen = await target.EvaluateAsync<bool>("""
            e => { for (let x = e, i = 0; x && i < 3; x = x.parentElement, i++) {
                const s = getComputedStyle(x);
                if (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none') return true;
            } return false; }
            """);
        if (!seen)
        {
            Assert.Fail($"{target} has the focus and does not show it.");
        }
    }
}
