using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Leads;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Shouldly;
using static Microsoft.Playwright.Assertions;

namespace LeadGen.Browser.Tests;

/// <summary>What a salesperson does on the page of one lead.</summary>
public sealed class LeadPageTests(Portal portal)
{
    [Fact]
    public async Task A_field_is_edited_in_place_by_keys_undone_and_remembered()
    {
        var (tenant, owner) = await portal.TenantAsync("Editing");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await OpenLeadAsync(window, tenant, "Jonas Keller");
        await Field(page, "Title").PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("Thrown away");
        await page.Keyboard.PressAsync("Escape");
        await Expect(Field(page, "Title")).ToContainTextAsync("Head of Logistics");
        await Field(page, "Title").PressAsync("Enter");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Chief Executive Officer");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Field(page, "Title")).ToContainTextAsync("Chief Executive Officer");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Title changed");
        await page.Locator("summary[aria-label='History of Title']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".past[open]")).ToContainTextAsync("Head of Logistics");
        await Expect(page.Locator(".past[open]")).ToContainTextAsync("imports leave it as it is");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(Field(page, "Title")).ToContainTextAsync("Head of Logistics");

        await Field(page, "Phone").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Phone" }).FillAsync("0621 1234567");
        await Field(page, "City").FocusAsync();
        await Expect(Field(page, "Phone")).ToContainTextAsync("+496211234567");
        await Field(page, "E-mail").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "E-mail" }).FillAsync("nonsense");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".who [role=alert]")).ToContainTextAsync("no valid e-mail address");
        await page.Keyboard.PressAsync("Escape");
        await Field(page, "Owner").ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Owner" }).SelectOptionAsync("Mara Lindqvist");
        await Expect(Field(page, "Owner")).ToContainTextAsync("Mara Lindqvist");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a field" }).ClickAsync();
        await page.GetByLabel("Name of the new field").FillAsync("Gate");
        await page.GetByLabel("Value of the new field").FillAsync("4 West");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Field(page, "Gate")).ToContainTextAsync("4 West");
        await page.ReloadAsync();
        await Expect(Field(page, "Gate")).ToContainTextAsync("4 West");
        await window.ShouldBeAccessibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_two_who_edit_one_field_the_second_is_told_and_loses_nothing()
    {
        var (tenant, owner) = await portal.TenantAsync("Conflict");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        var id = await OpenLeadAsync(window, tenant, "Jonas Keller");
        await Field(page, "City").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "City" }).FillAsync("Heidelberg");
        await portal.InTenantAsync(tenant, s => s.GetRequiredService<LeadActions>().EditAsync(id, new Dictionary<string, string?> { ["city"] = "Karlsruhe" }, "api:other", byPerson: false));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Karlsruhe");
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "City" })).ToHaveValueAsync("Heidelberg");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save mine" }).ClickAsync();
        await Expect(Field(page, "City")).ToContainTextAsync("Heidelberg");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_corrected_intent_changes_score_and_next_step_at_once_and_is_taken_back()
    {
        var (tenant, owner) = await portal.TenantAsync("Correcting");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await OpenLeadAsync(window, tenant, "Matteo Tessaro");
        var before = await page.Locator(".big").InnerTextAsync();
        await page.GetByLabel("It is really something else").First.ClickAsync();
        await page.Locator("details[open] .item", new() { HasText = "Job seeker" }).ClickAsync();
        await Expect(page.Locator(".intents")).ToContainTextAsync("said Mara Lindqvist");
        await Expect(page.Locator(".next")).ToContainTextAsync("whoever hires");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Because an intent was corrected", new() { Timeout = 15_000 });
        await Expect(page.Locator(".big")).Not.ToHaveTextAsync(before);
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Pricing is really Job seeker");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await Expect(page.Locator(".intents .word").First).ToHaveTextAsync("Pricing");
        await Expect(page.Locator(".next")).ToContainTextAsync("price");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_grade_by_hand_stands_beside_the_learned_score_until_it_is_returned()
    {
        var (tenant, owner) = await portal.TenantAsync("Grading");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await OpenLeadAsync(window, tenant, "Lena Maier");
        var learned = await page.Locator(".big").TextContentAsync() ?? "";
        await page.GetByRole(AriaRole.Button, new() { Name = "Grade by hand" }).ClickAsync();
        await page.Locator(".grades label").First.ClickAsync();
        await page.GetByLabel("Why").FillAsync("Daughter of the owner");
        await window.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Set grade A" }).ClickAsync();
        await Expect(page.Locator(".big .grade")).ToHaveTextAsync("A");
        await Expect(page.Locator(".own-stands")).ToContainTextAsync("Mara Lindqvist");
        await Expect(page.Locator(".own-stands")).ToContainTextAsync("Daughter of the owner");
        await Expect(page.Locator(".learned")).ToBeVisibleAsync();
        await Expect(page.Locator(".waterfall")).ToBeVisibleAsync();
        await window.ShouldBeAccessibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Return to automatic" }).ClickAsync();
        await Expect(page.Locator(".big")).ToHaveTextAsync(learned);
        await page.GetByRole(AriaRole.Button, new() { Name = "Changes" }).ClickAsync();
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Back to the learned score");
        window.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, 1440)]
    [InlineData(true, 390)]
    public async Task Two_leads_are_merged_after_a_look_and_come_apart_again(bool dark, int width)
    {
        var (tenant, owner) = await portal.TenantAsync("Merging");
        var name = string.Join(' ', Enumerable.Repeat("Wolfeschlegelsteinhausenbergerdorff", 4));
        await Seed.ImportAsync(portal, tenant, $"email,fullName,companyName,city,jobTitle\na@one.example,{name},One,Gent,\nb@two.example,Ann Lee,Two,Brugge,Director\n");
        await using var window = await portal.OpenAsync(owner, dark, width);
        var page = window.Page;
        var ids = new List<Guid>();
        await portal.InTenantAsync(tenant, async s =>
        {
            await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
            ids = await db.Leads.OrderBy(l => l.Email).Select(l => l.Id).ToListAsync();
        });
        await window.GoAsync($"/t/{tenant.Slug}/leads/merge?ids={ids[0]}");
        await page.GetByLabel("Search by name, address or company").FillAsync("Ann");
        await page.Locator(".found .item").First.ClickAsync();
        await Expect(page.Locator(".joins")).ToContainTextAsync("Brugge");
        await window.ShouldBeAccessibleAsync();
        (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth")).ShouldBeLessThanOrEqualTo(0);
        await Expect(page.Locator(".becomes")).ToContainTextAsync("b@two.example");
        await page.Locator(".joins tr", new() { HasText = "Brugge" }).Locator("input").Nth(1).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge into" }).ClickAsync();
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Merged with Ann Lee");
        await Expect(Field(page, "Title")).ToContainTextAsync("Director");
        await Expect(Field(page, "City")).ToContainTextAsync("Brugge");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".joins")).ToContainTextAsync("Director");
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lead_beside_the_profile_matches_as_it_is_edited()
    {
        var (tenant, owner) = await portal.TenantAsync("Trying");
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(owner);
        var page = window.Page;
        await window.GoAsync($"/t/{tenant.Slug}/icp");
        await page.GetByRole(AriaRole.Button, new() { Name = "Another lead" }).ClickAsync();
        await page.GetByLabel("Find a lead by name or company").FillAsync("Zilverberg");
        await page.Locator(".found .item").First.ClickAsync();
        await Expect(page.Locator(".try-who")).ToContainTextAsync("Pieter van Dalen");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to “must not”" }).ClickAsync();
        await page.Locator(".criterion-form select").First.SelectOptionAsync("Country");
        await page.Locator(".criterion-form .chips input").FillAsync("Netherlands");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".try header b")).ToContainTextAsync("0 of 100");
        await Expect(page.Locator(".try .match .bad")).ToContainTextAsync("Netherlands");
        await window.ShouldBeAccessibleAsync();
        window.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_viewer_looks_and_every_handler_refuses_them()
    {
        var (tenant, _) = await portal.TenantAsync("Refusing");
        var viewer = await portal.MemberAsync(tenant, "Vera Viewer", MemberRole.Viewer);
        await Seed.ImportAsync(portal, tenant);
        await using var window = await portal.OpenAsync(viewer);
        var id = await OpenLeadAsync(window, tenant, "Jonas Keller");
        (await window.Page.Locator(".edit, .own-offer button, .intent-line button, .new-field, .who .add").CountAsync()).ShouldBe(0);
        (await window.Page.GotoAsync($"/t/{tenant.Slug}/leads/merge?ids={id}"))!.Status.ShouldBe(403);
        await portal.InTenantAsync(tenant, async s =>
        {
            // Drawn as an editor, who has been made a viewer since.
            const string no = "Your role does not allow this.";
            s.GetRequiredService<CurrentMember>().Set(viewer, MemberRole.Editor);
            var edits = s.GetRequiredService<LeadEdits>();
            (await edits.SetAsync(id, "city", "x", "Mannheim")).Problem.ShouldBe(no);
            (await edits.SetAsync(id, LeadEdits.Owner, viewer.Id.ToString(), null)).Problem.ShouldBe(no);
            (await edits.UndoAsync(id, "city", new FieldUndo(new Dictionary<string, string?>(), new Dictionary<string, string?>(), []))).Problem.ShouldBe(no);
            (await s.GetRequiredService<IntentFixes>().JudgeAsync(id, ("message", "x"), new Dictionary<IntentKind, bool?>())).Problem.ShouldBe(no);
            var grades = s.GetRequiredService<LeadGrades>();
            (await grades.SetAsync(id, Grade.A, null, "", null)).Problem.ShouldBe(no);
            (await grades.ClearAsync(id)).Problem.ShouldBe(no);
            (await grades.RestoreAsync(id, null)).Problem.ShouldBe(no);
            var merging = s.GetRequiredService<LeadMerging>();
            await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
            var other = await db.Leads.Where(l => l.Id != id).Select(l => l.Id).FirstAsync();
            (await merging.MergeAsync((await merging.ReadAsync(id, other))!, new Dictionary<string, JoinChoice>())).Problem.ShouldBe(no);
            (await merging.UndoAsync(Guid.NewGuid())).ShouldBe(no);
            (await db.Leads.SingleAsync(l => l.Id == id)).ShouldSatisfyAllConditions(l => l.City.ShouldBe("Mannheim"), l => l.OwnerId.ShouldBeNull());
        });
    }

    private static ILocator Field(IPage page, string label) => page.Locator(".who .edit").Filter(new() { HasText = $"{label}: " }).First;

    private static async Task<Guid> OpenLeadAsync(Window window, Tenant tenant, string name)
    {
        await window.GoAsync($"/t/{tenant.Slug}/leads");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await window.Page.WaitForSelectorAsync(".waterfall");
        return Guid.Parse(new Uri(window.Page.Url).Segments[^1]);
    }
}
