using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Forms;

public sealed class FormIntakeTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_submission_becomes_a_scored_lead_with_its_consent_tags_origin_and_event(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var site = await FormSite.OpenAsync(installation, tenant);
        (await site.SendAsync("Ann@Acme.example", more: [("companyName", "Acme"), ("notes", "not asked for")])).Kind.ShouldBe(FormReplyKind.Thanks);
        await installation.ScoreAllAsync(tenant);
        await using var db = installation.Open(tenant);
        var lead = await db.Leads.SingleAsync(Ct);
        lead.ShouldSatisfyAllConditions(
            l => l.Email.ShouldBe("ann@acme.example"),
            l => l.CompanyName.ShouldBe("Acme"),
            l => l.Notes.ShouldBeNull(),
            l => l.Tags.ShouldBe(["web"]),
            l => l.Source.ShouldBe("Contact"),
            l => l.Campaign.ShouldBe("spring"),
            l => l.Consent!.Basis.ShouldBe("consent"),
            l => l.Consent!.Text.ShouldBe("Write to me."),
            l => l.Consent!.At.ShouldNotBeNull(),
            l => l.Stage.ShouldBe(LeadStage.Scored));
        (await db.LeadChanges.SingleAsync(c => c.Field == LeadChange.Created, Ct)).Actor.ShouldBe("form:Contact");
        var happened = await db.Feedback.SingleAsync(Ct);
        happened.ShouldSatisfyAllConditions(f => f.Kind.ShouldBe(FeedbackKind.FormSubmitted), f => f.LeadId.ShouldBe(lead.Id), f => f.Url.ShouldBe("https://www.acme.example/contact"));
        (await site.SubmissionsAsync()).Single().ShouldSatisfyAllConditions(
            s => s.State.ShouldBe(SubmissionState.Taken), s => s.LeadId.ShouldBe(lead.Id), s => s.Email.ShouldBe("ann@acme.example"), s => s.Origin["utm_campaign"].ShouldBe("spring"));

        // Once more, later: the lead hears of it and is scored again, though nothing else is new.
        await site.SendAsync("ann@acme.example");
        (await db.Leads.AsNoTracking().SingleAsync(Ct)).Stage.ShouldBe(LeadStage.Received);
        (await db.Feedback.CountAsync(Ct)).ShouldBe(2);
        (await db.Leads.CountAsync(Ct)).ShouldBe(1);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Twenty_presses_of_the_button_are_one_submission_one_lead_and_one_event(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var site = await FormSite.OpenAsync(installation, tenant);
        var token = await site.TokenAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => site.SendAsync("ann@acme.example", token), Ct)));
        replies.ShouldAllBe(r => r.Kind == FormReplyKind.Thanks);
        await using var db = installation.Open(tenant);
        (await db.Submissions.CountAsync(Ct)).ShouldBe(1);
        (await db.Leads.CountAsync(Ct)).ShouldBe(1);
        (await db.Feedback.CountAsync(Ct)).ShouldBe(1);
        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task With_a_confirmation_the_lead_comes_with_the_click_and_twenty_clicks_are_one(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var site = await FormSite.OpenAsync(installation, tenant, FormSite.Contact with { DoubleOptIn = true });
        (await site.SendAsync("ann@acme.example")).Kind.ShouldBe(FormReplyKind.Thanks);
        await using var db = installation.Open(tenant);
        (await db.Leads.AnyAsync(Ct)).ShouldBeFalse();
        (await site.SubmissionsAsync()).Single().State.ShouldBe(SubmissionState.Unconfirmed);
        var token = await LetterLink.OfAsync(installation, tenant);
        (await db.Submissions.SingleAsync(Ct)).TokenHash!.ShouldNotContain(token);
        (await site.ConfirmAsync(token + "x")).ShouldBe(ConfirmState.Gone);
        var clicks = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => site.ConfirmAsync(token), Ct)));
        clicks.ShouldAllBe(c => c == ConfirmState.Done);
        (await db.Leads.SingleAsync(Ct)).Consent!.Basis.ShouldBe("consent, confirmed by e-mail");
        (await db.Feedback.CountAsync(Ct)).ShouldBe(1);
        (await site.SubmissionsAsync()).Single().ShouldSatisfyAllConditions(s => s.State.ShouldBe(SubmissionState.Taken), s => s.ConfirmedAt.ShouldNotBeNull());
    }

    [Fact]
    public async Task A_link_works_for_seven_days_and_one_address_gets_three_letters_a_day()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var tenant = await installation.TenantAsync();
        var site = await FormSite.OpenAsync(installation, tenant, FormSite.Contact with { DoubleOptIn = true });
        await site.SendAsync("old@acme.example");
        var token = await LetterLink.OfAsync(installation, tenant);
        clock.Advance(TimeSpan.FromDays(7).Add(TimeSpan.FromMinutes(1)));
        (await site.ConfirmAsync(token)).ShouldBe(ConfirmState.Gone);
        for (var i = 0; i < 5; i++)
        {
            (await site.SendAsync("ann@acme.example")).Kind.ShouldBe(FormReplyKind.Thanks);
        }

        await using var db = installation.Open(tenant);
        (await db.SystemMails.CountAsync(m => m.To == "ann@acme.example", Ct)).ShouldBe(FormTaking.MostLetters);
        (await db.Submissions.CountAsync(s => s.State == SubmissionState.Refused, Ct)).ShouldBe(2);
        (await db.Leads.AnyAsync(Ct)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_was_erased_gets_the_same_answer_and_nothing_of_them_is_kept(bool doubleOptIn)
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var taken = await installation.TakeAsync(tenant, () => Leads.Read(("email", "gone@acme.example")));
        await installation.EraseAsync(tenant, taken.Single().Lead!.Id);
        var site = await FormSite.OpenAsync(installation, tenant, FormSite.Contact with { DoubleOptIn = doubleOptIn });
        (await site.SendAsync("gone@acme.example")).ShouldBe(FormReply.Thanks);
        await using var db = installation.Open(tenant);
        (await db.Leads.AnyAsync(Ct)).ShouldBeFalse();
        (await db.SystemMails.AnyAsync(Ct)).ShouldBeFalse();
        var kept = (await site.SubmissionsAsync()).Single();
        kept.ShouldSatisfyAllConditions(s => s.State.ShouldBe(SubmissionState.Refused), s => s.Email.ShouldBeNull(), s => s.Values.ShouldBeEmpty(), s => s.Origin.ShouldBeEmpty());
    }

    [Fact]
    public async Task What_looks_like_a_machine_waits_for_a_person_who_may_take_it_in()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var tenant = await installation.TenantAsync();
        var site = await FormSite.OpenAsync(installation, tenant, FormSite.Contact with { LeastSeconds = 3 });
        (await site.SendAsync("quick@acme.example")).ShouldBe(FormReply.Thanks);
        var shown = await site.TokenAsync();
        clock.Advance(TimeSpan.FromSeconds(4));
        (await site.SendAsync("trapped@acme.example", shown, trap: "http://spam.example")).ShouldBe(FormReply.Thanks);
        await using var db = installation.Open(tenant);
        (await db.Leads.AnyAsync(Ct)).ShouldBeFalse();
        var kept = await site.SubmissionsAsync();
        kept.ShouldAllBe(s => s.State == SubmissionState.Spam && s.Reason != null);
        var taken = await installation.InAsync(tenant, s => s.GetRequiredService<FormSubmissions>().TakeAsync(kept[0].Id, "https://leads.example", Ct));
        taken!.State.ShouldBe(SubmissionState.Taken);
        (await db.Leads.SingleAsync(Ct)).Email.ShouldBe("quick@acme.example");
        (await installation.InAsync(tenant, s => s.GetRequiredService<FormSubmissions>().TakeAsync(kept[0].Id, "https://leads.example", Ct))).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_is_for_one_form_of_one_workspace_for_a_day()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, s => s.AddSingleton<TimeProvider>(clock));
        var (a, b) = (await installation.TenantAsync("a-tenant"), await installation.TenantAsync("b-tenant"));
        var (site, second, other) = (await FormSite.OpenAsync(installation, a), await FormSite.OpenAsync(installation, a), await FormSite.OpenAsync(installation, b));
        var token = await site.TokenAsync();
        (await second.SendAsync("ann@acme.example", token)).ShouldBe(FormReply.Stale);
        (await other.SendAsync("ann@acme.example", token)).ShouldBe(FormReply.Stale);
        (await site.SendAsync("ann@acme.example", token[..^4] + "AAAA")).ShouldBe(FormReply.Stale);
        (await site.SendAsync("ann@acme.example", "")).ShouldBe(FormReply.Stale);
        clock.Advance(TimeSpan.FromHours(25));
        (await site.SendAsync("ann@acme.example", token)).ShouldBe(FormReply.Stale);
        (await site.SubmissionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_that_are_missing_or_wrong_are_told_by_name_and_a_missing_proof_is_told_too()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var site = await FormSite.OpenAsync(installation, tenant, FormSite.Contact with
        {
            Fields = [.. FormSite.Contact.Fields, new FormField("custom.size", "How many?", "choice", true) { Choices = ["Few", "Many"] }],
        });
        var reply = await site.SendAsync("no address", more: [("custom.size", "Lots"), ("consent", "")]);
        reply.Kind.ShouldBe(FormReplyKind.Wrong);
        reply.Problems.Keys.ShouldBe(["email", "custom.size", "consent"], ignoreOrder: true);
        (await site.SubmissionsAsync()).ShouldBeEmpty();

        var proven = await FormSite.OpenAsync(installation, tenant, FormSite.Contact with { ProofOfWork = true });
        var token = await proven.TokenAsync();
        (await proven.SendAsync("ann@acme.example", token)).ShouldBe(FormReply.Unproven);
        var proof = Enumerable.Range(0, 10_000_000).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)).First(n => ProofOfWork.Holds(token, n));
        (await proven.SendAsync("ann@acme.example", token, proof: proof)).ShouldBe(FormReply.Thanks);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_two_who_save_a_form_at_once_one_is_told_and_loses_nothing(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var form = (await FormSite.OpenAsync(installation, tenant)).Form;
        var saves = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(
            () => installation.InAsync(tenant, s => s.GetRequiredService<FormEditing>().SaveAsync(form.Id, form.Draft with { Title = $"Title {i}" }, form.Revision, Ct)), Ct)));
        saves.Count(s => !s.Conflict).ShouldBe(1);
        saves.Where(s => s.Conflict).ShouldAllBe(s => s.Row!.Revision == form.Revision + 1);
        var live = await installation.InAsync(tenant, s => s.GetRequiredService<FormEditing>().FindLiveAsync(form.Key, Ct));
        live!.Live!.Title.ShouldBe(form.Draft.Title, "a saved draft is not public");
    }
}
