using LeadGen.Infrastructure.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>Somebody has another program told of events, sees what was answered, and sends again what was lost.</summary>
public sealed class SubscriptionTests(Portal portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_admin_subscribes_an_address_tries_it_pauses_it_and_removes_it_and_back()
    {
        await using var sink = await SinkAsync();
        var (tenant, owner) = await portal.TenantAsync("Telling");
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/developers");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add an address" }).ClickAsync();
        var form = page.Locator(".subscription-form");
        await form.GetByLabel("Name").FillAsync("Warehouse");
        await form.GetByLabel("Address").FillAsync("http://10.0.0.1/hooks");
        await form.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToContainTextAsync("closed to us");
        await form.GetByLabel("Address").FillAsync(sink.Urls.First());
        await form.GetByRole(AriaRole.Button, new() { Name = "Subscribe" }).ClickAsync();

        (await page.GetByLabel("Signing secret of “Warehouse”").InputValueAsync()).ShouldStartWith("whsec_");
        var line = page.Locator(".subscription");
        await Expect(line).ToContainTextAsync("All events");
        await line.GetByRole(AriaRole.Button, new() { Name = "Send a test" }).ClickAsync();
        await Expect(line.GetByRole(AriaRole.Status)).ToContainTextAsync("Taken, with status 202");
        await line.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(line).ToContainTextAsync("Paused, events wait");
        await line.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(line).ToContainTextAsync("Active");
        await line.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(line).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(line).ToHaveCountAsync(1);

        await window.GoAsync($"/t/{tenant.Slug}/developers");
        (await page.ContentAsync()).ShouldNotContain("whsec_");
    }

    [Fact]
    public async Task An_editor_sends_again_what_was_given_up_and_a_viewer_only_looks()
    {
        var (tenant, _) = await portal.TenantAsync("Resending");
        await Seed.ImportAsync(portal, tenant);
        var delivery = await Seed.DeliveryAsync(portal, tenant);
        await using (var viewer = await portal.OpenAsync(await portal.MemberAsync(tenant, "Vera", MemberRole.Viewer)))
        {
            await viewer.GoAsync($"/t/{tenant.Slug}/deliveries/{delivery}");
            await Expect(viewer.Page.Locator(".attempts li")).ToHaveCountAsync(2);
            await Expect(viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" })).ToHaveCountAsync(0);
        }

        await using var window = await portal.OpenAsync(await portal.MemberAsync(tenant, "Edda", MemberRole.Editor));
        await window.GoAsync($"/t/{tenant.Slug}/deliveries?state=dead");
        await Expect(window.Page.Locator(".deliveries tbody tr")).ToHaveCountAsync(1);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Send 1 given up again" }).ClickAsync();
        await Expect(window.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync("1 delivery will be sent again");
        await Expect(window.Page.GetByText("Nothing was given up.")).ToBeVisibleAsync();
    }

    private static async Task<WebApplication> SinkAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        });
        await app.StartAsync(Ct);
        return app;
    }
}
