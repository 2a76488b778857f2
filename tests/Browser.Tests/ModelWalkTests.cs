using System.Text;
using LeadGen.Fakes.OpenAi;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>A model that writes, from its settings to a draft with sources and to its switch.</summary>
public sealed class ModelWalkTests(Portal portal)
{
    [Fact]
    public async Task An_owner_sets_a_model_tests_it_lets_it_write_a_draft_and_switches_it_off()
    {
        await using var model = new FakeModel { Mood = ModelMood.Honest };
        await model.StartAsync();
        var (tenant, owner) = await portal.TenantAsync("Machines");
        await Seed.ImportAsync(portal, tenant);
        await portal.InTenantAsync(tenant, async s =>
        {
            const string Facts = "# SAP\n\nThe connector for SAP S/4HANA is installed in 15 working days by two engineers.\n\n# Start\n\nA first warehouse goes live within 10 weeks after the contract.\n";
            (await s.GetRequiredService<KnowledgeBase>().AddAsync(new MemoryStream(Encoding.UTF8.GetBytes(Facts)), "facts.md", null, "member", CancellationToken.None)).Problem.ShouldBeNull();
        });
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/settings");
        await page.GetByLabel("Address of the server").FillAsync(model.Address);
        await page.GetByLabel("Model", new() { Exact = true }).FillAsync("small");
        await page.GetByLabel("Price of 1,000 tokens read").FillAsync("0.1");
        var part = page.Locator("section[aria-labelledby=model]");
        await part.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await part.GetByRole(AriaRole.Button, new() { Name = "Test the model" }).ClickAsync();
        await Expect(part).ToContainTextAsync("small answered in");
        await window.ShouldBeAccessibleAsync();

        // In the designer the same words, for a lead of one's choice.
        await window.GoAsync($"/t/{tenant.Slug}/outreach/templates");
        await page.GetByRole(AriaRole.Link, new() { Name = "First contact" }).ClickAsync();
        await page.Locator(".picker input").FillAsync("Jonas");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("Jonas Keller") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it with the model for this lead" }).ClickAsync();
        await Expect(page.Locator(".mail-preview .cited-sources li").First).ToBeVisibleAsync();
        await Expect(page.Locator(".mail-preview")).ToContainTextAsync("facts › ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back to the template’s" }).ClickAsync();
        await Expect(page.Locator(".mail-preview iframe")).ToBeVisibleAsync();

        // The draft is the template's until a person takes the model's words.
        await DraftAsync(tenant.TenantId);
        await window.GoAsync($"/t/{tenant.Slug}/outreach/drafts");
        await Expect(page.Locator(".mail-draft")).ToContainTextAsync("The template's own words.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it with the model for this lead" }).ClickAsync();
        await Expect(page.Locator(".mail-draft")).ToContainTextAsync("Nothing is changed until you take them.");
        await Expect(page.Locator(".cited-sources li").First).ToBeVisibleAsync();
        await Expect(page.Locator(".mail-draft")).ToContainTextAsync("facts › ");
        await window.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Take these words" }).ClickAsync();
        await Expect(page.GetByText("The model’s words are the draft now.")).ToBeVisibleAsync();
        await Expect(page.Locator(".cited").First).ToBeVisibleAsync();
        await Expect(page.Locator(".model-button")).ToContainTextAsync("spent");

        await window.GoAsync($"/t/{tenant.Slug}/settings");
        await page.GetByLabel("Switch it off for this workspace").CheckAsync();
        await part.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(part).ToContainTextAsync("Saved.");
        var calls = model.Calls.Count;
        await window.GoAsync($"/t/{tenant.Slug}/outreach/drafts");
        await Expect(page.Locator(".cited").First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Write it with the model for this lead" })).ToHaveCountAsync(0);
        await portal.InTenantAsync(tenant, async s =>
        {
            var template = (await s.GetRequiredService<TemplateNames>().ActiveAsync())[0];
            await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
            (await s.GetRequiredService<OutreachWriting>().WriteAsync(template.Id, await db.Leads.Select(l => l.Id).FirstAsync(), null, null)).Mail.ShouldNotBeNull();
        });
        model.Calls.Count.ShouldBe(calls);
        window.Complaints.ShouldBeEmpty();
    }

    /// <summary>A draft of a published template, as a sequence leaves it for a person.</summary>
    private Task DraftAsync(TenantId tenant) => portal.Services.GetRequiredService<TenantScopes>().RunAsync(
        tenant,
        async s =>
        {
            var template = (await s.GetRequiredService<TemplateNames>().ActiveAsync()).Single(t => t.Name == "First contact");
            await s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
            {
                var lead = await db.Leads.SingleAsync(l => l.Email == "jonas.keller@rheinau.example", ct);
                var sender = new Sender { Id = Guid.CreateVersion7(), Name = "Mara of Fernhill", Email = "mara@fernhill.example", PostalAddress = "1 Mill Lane\nBath", CreatedAt = DateTime.UnixEpoch };
                db.Senders.Add(sender);
                db.OutreachMessages.Add(new OutreachMessage
                {
                    Id = Guid.CreateVersion7(),
                    LeadId = lead.Id,
                    To = lead.Email!,
                    SenderId = sender.Id,
                    TemplateId = template.Id,
                    TemplateVersion = template.Version,
                    Variant = "A",
                    Subject = "A question",
                    Text = "Hello,\n\nThe template's own words.",
                    CreatedAt = DateTime.UnixEpoch,
                    DueAt = DateTime.UnixEpoch,
                    MessageId = "walk@fernhill.example",
                });
                await db.SaveChangesAsync(ct);
                return true;
            });
        });
}
