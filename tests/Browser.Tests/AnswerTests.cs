using System.Text;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>A mailbox is set up, answers come in, and a person deals with them.</summary>
public sealed class AnswerTests(Portal portal)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("LEADGEN_PICTURES");

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Answers_stand_with_what_they_want_and_are_dealt_with(int width)
    {
        var (tenant, owner) = await portal.TenantAsync("Answering");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner, dark: width < 600, width: width);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/outreach/answers");
        await Expect(page.GetByText("No mailbox is read yet")).ToBeVisibleAsync();
        await CheckAsync(window, width, "answers-empty");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add a mailbox" }).ClickAsync();

        // What is wrong is said where it was typed.
        await page.GetByRole(AriaRole.Button, new() { Name = "Test and save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Write the address");
        await page.GetByLabel("Address", new() { Exact = true }).FillAsync("ada@fernhill.example");
        await page.GetByLabel("IMAP server").FillAsync("127.0.0.1");
        await page.GetByLabel("Port").FillAsync("9");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("secret");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test and save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not accept connections");
        await CheckAsync(window, width, "mailbox-problem");
        await page.GetByRole(AriaRole.Button, new() { Name = "My mail provider posts each mail" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make an address for it" }).ClickAsync();
        await Expect(page.GetByLabel("Secret for your mail provider")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^whsec_"));
        await CheckAsync(window, width, "mailboxes");

        await AnswerAsync(tenant);
        await window.GoAsync($"/t/{tenant.Slug}/outreach/answers");
        var answers = page.Locator(".answer");
        await Expect(answers).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await CheckAsync(window, width, "answers");
        var referral = answers.Filter(new() { HasText = "Jane Doe" });
        await referral.GetByRole(AriaRole.Button, new() { Name = "Add Jane Doe" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Jane Doe is a lead now" })).ToBeVisibleAsync();
        await referral.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(answers).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(answers).ToHaveCountAsync(2);
        var price = answers.Filter(new() { HasText = "40 users" });
        await price.GetByLabel("Mark as another intent").SelectOptionAsync("Evaluation");
        await Expect(price.Locator(".word").First).ToHaveTextAsync("Evaluation");

        await window.GoAsync($"/t/{tenant.Slug}/outreach/answers?show=Unmatched");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^It is .*Gallagher") }).ClickAsync();
        await Expect(page.GetByText("Every mail that came in belongs to a lead.")).ToBeVisibleAsync();
        await window.GoAsync($"/t/{tenant.Slug}/outreach/answers?show=Reports");
        await Expect(answers).ToHaveCountAsync(2);
        await CheckAsync(window, width, "reports");
        await window.GoAsync($"/t/{tenant.Slug}/dashboard");
        await Expect(page.Locator(".needs")).ToContainTextAsync("wait for a person");
        await CheckAsync(window, width, "answers-dashboard");
        await window.GoAsync($"/t/{tenant.Slug}/leads?q=keller");
        await page.Locator(".leads .name").First.ClickAsync();
        await page.WaitForSelectorAsync(".waterfall");
        await Expect(page.GetByText("Mail sent: Forklifts").First).ToBeVisibleAsync();
        await CheckAsync(window, width, "answers-lead");
        await window.GoAsync($"/t/{tenant.Slug}/settings");
        await page.GetByLabel("Estimate opens").CheckAsync();
        await page.Locator("[aria-labelledby=tracking]").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("[aria-labelledby=tracking]")).ToContainTextAsync("Saved.");
        await CheckAsync(window, width, "tracking");
    }

    private static async Task CheckAsync(Window window, int width, string name)
    {
        if (Folder is not null)
        {
            await window.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}-{width}.png"), FullPage = true });
        }

        await window.ShouldBeAccessibleAsync();
        window.Complaints.ShouldBeEmpty(name);
        (await window.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0, $"{name} scrolls sideways");
    }

    /// <summary>Three leads were written to; two answer, one is away, one address is gone, and one answer names no mail.</summary>
    private Task AnswerAsync(Tenant tenant) => portal.InTenantAsync(tenant, async services =>
    {
        var mailbox = (await services.GetRequiredService<MailboxSetup>().ListAsync()).Single();
        await services.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            var ids = new Dictionary<string, string>();
            foreach (var lead in await db.Leads.Where(l => l.Email != null).ToListAsync(ct))
            {
                var (id, at) = (Guid.CreateVersion7(), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-20));
                ids[lead.Email!] = $"{id:N}@fernhill.example";
                db.OutreachMessages.Add(new OutreachMessage
                {
                    Id = id,
                    LeadId = lead.Id,
                    To = lead.Email!,
                    SenderId = Guid.CreateVersion7(),
                    Subject = "Forklifts for your warehouse",
                    Text = "Good morning",
                    State = OutreachState.Sent,
                    CreatedAt = at,
                    DueAt = at,
                    SendingAt = at,
                    SentAt = at,
                    Step = 0,
                    MessageId = ids[lead.Email!],
                });
            }

            string Reply(string from, string words, string heads = "") =>
                $"From: {from}\nSubject: Re: Forklifts for your warehouse\nMessage-ID: <{Guid.NewGuid():N}@x>\nIn-Reply-To: <{ids[from]}>\n{heads}Content-Type: text/plain; charset=utf-8\n\n{words}\n";
            string[] mails =
            [
                Reply("jonas.keller@rheinau.example", "Thank you, that looks good. What does it cost for 40 users, and is there a discount for two sites?\n\nBest regards\nJonas Keller"),
                Reply("matteo@tessaro.example", "I am not the right person for this. Please contact my colleague Jane Doe (jane.doe@tessaro.example), she runs purchasing."),
                Reply("camille@beaumont.example", "Je suis actuellement en congé jusqu'au 7 décembre.", "Auto-Submitted: auto-replied\n"),
                "From: niamh@oakmere.example\nSubject: your offer\nMessage-ID: <unmatched@x>\n\nHello, is your offer from the fair still good?\n",
                $"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMessage-ID: <b@x>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; pieter@zilverberg.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{ids["pieter@zilverberg.example"]}>\n--b--\n",
            ];
            await AnswerIntake.StoreAsync(
                db, mailbox.Id, [.. mails.Select(m => MailParser.Read(new MemoryStream(Encoding.UTF8.GetBytes(m))))], TimeProvider.System.GetUtcNow().UtcDateTime, ct);
        });
    });
}
