using System.Diagnostics;
using System.Net;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Outreach;

/// <summary>The address behind the link of every mail, as receivers, their programs and strangers meet it.</summary>
public sealed class UnsubscribeTests(PortalUnderTest portal)
{
    private static readonly HttpClient Stranger = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task E2_Opening_the_link_changes_nothing_and_reveals_nobody()
    {
        var (tenant, mail, address) = await OweAsync();
        using var page = await Stranger.GetAsync(address, Ct);
        using var head = await Stranger.SendAsync(new HttpRequestMessage(HttpMethod.Head, address), Ct);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Headers.Contains("Set-Cookie").ShouldBeFalse();
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var html = await page.Content.ReadAsStringAsync(Ct);
        html.ShouldContain("Unsubscribe");
        html.ShouldNotContain(mail.To);
        html.ShouldNotContain("<script");
        address.ShouldNotContain(mail.To);
        (await LookAsync(tenant, db => db.Suppressions.CountAsync(Ct))).ShouldBe(0);
        (await LookAsync(tenant, db => db.OutreachMessages.CountAsync(m => m.State == OutreachState.Approved, Ct))).ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task E2_One_click_suppresses_within_a_second_and_stops_what_was_queued(bool multipart)
    {
        // The first request of a fresh process is its compiler's; of some, one must find the machine free.
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5 && best > TimeSpan.FromSeconds(1); i++)
        {
            var (_, _, other) = await OweAsync();
            var started = Stopwatch.GetTimestamp();
            using var one = await Stranger.PostAsync(other, null, Ct);
            best = Stopwatch.GetElapsedTime(started) is var took && took < best ? took : best;
        }

        best.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        var (tenant, mail, address) = await OweAsync();
        using HttpContent body = multipart
            ? new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } }
            : new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]);
        using var answer = await Stranger.PostAsync(address, body, Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var row = await LookAsync(tenant, db => db.Suppressions.SingleAsync(Ct));
        (row.Reason, row.MessageId, row.Email).ShouldBe((SuppressionReason.Unsubscribed, mail.Id, mail.To));
        (await LookAsync(tenant, db => db.OutreachMessages.SingleAsync(Ct))).State.ShouldBe(OutreachState.Cancelled);
        (await LookAsync(tenant, db => db.Enrollments.SingleAsync(Ct))).State.ShouldBe(EnrollmentState.Stopped);
        (await LookAsync(tenant, db => db.Feedback.SingleAsync(Ct))).Kind.ShouldBe(FeedbackKind.Unsubscribed);

        // Once more is the same.
        using var again = await Stranger.PostAsync(address, null, Ct);
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await LookAsync(tenant, db => db.Feedback.CountAsync(Ct))).ShouldBe(1);
        (await Stranger.GetStringAsync(address, Ct)).ShouldContain("You are unsubscribed");
    }

    [Fact]
    public async Task A_pause_puts_off_and_ends_by_itself()
    {
        var (tenant, _, address) = await OweAsync();
        using var answer = await Stranger.PostAsync(address, new FormUrlEncodedContent([KeyValuePair.Create("choice", "pause-30")]), Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var row = await LookAsync(tenant, db => db.Suppressions.SingleAsync(Ct));
        row.Reason.ShouldBe(SuppressionReason.Paused);
        (row.Until!.Value - DateTime.UtcNow).TotalDays.ShouldBeInRange(29.9, 30.1);
        var mail = await LookAsync(tenant, db => db.OutreachMessages.SingleAsync(Ct));
        mail.State.ShouldBe(OutreachState.Approved);
        (mail.DueAt - DateTime.UtcNow).TotalDays.ShouldBeInRange(29.9, 30.1);
        (await LookAsync(tenant, db => db.Feedback.CountAsync(Ct))).ShouldBe(0);

        // Who then wants no more at all, gets no more.
        using var end = await Stranger.PostAsync(address, null, Ct);
        row = await LookAsync(tenant, db => db.Suppressions.SingleAsync(Ct));
        (row.Reason, row.Until).ShouldBe((SuppressionReason.Unsubscribed, null));
    }

    [Fact]
    public async Task Topics_are_chosen_by_a_plain_form_and_opening_the_page_chooses_nothing()
    {
        var (tenant, mail, address) = await OweAsync();
        MailTopic[] topics = [new(Guid.CreateVersion7(), "Product news"), new(Guid.CreateVersion7(), "Invitations & fairs")];
        (await Stranger.GetStringAsync(address, Ct)).ShouldNotContain("name=\"topic\"");
        (await portal.InTenantAsync(tenant, s => s.GetRequiredService<TopicEditing>().SaveAsync(topics, Ct))).ShouldBeNull();
        var html = await Stranger.GetStringAsync(address, Ct);
        html.ShouldSatisfyAllConditions(
            h => h.ShouldContain("Invitations &amp; fairs"), h => h.ShouldNotContain("<script"), h => h.ShouldNotContain(mail.To), h => Checked(h).ShouldBe(2));
        (await LookAsync(tenant, db => db.TopicRefusals.CountAsync(Ct))).ShouldBe(0);

        using var answer = await Stranger.PostAsync(
            address, new FormUrlEncodedContent([KeyValuePair.Create("choice", "topics"), KeyValuePair.Create("topic", topics[1].Id.ToString()), KeyValuePair.Create("topic", "nonsense")]), Ct);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await answer.Content.ReadAsStringAsync(Ct)).ShouldSatisfyAllConditions(h => h.ShouldContain("no more about"), h => h.ShouldContain("Product news"));
        (await LookAsync(tenant, db => db.TopicRefusals.SingleAsync(Ct))).TopicId.ShouldBe(topics[0].Id);
        (await LookAsync(tenant, db => db.Suppressions.CountAsync(Ct))).ShouldBe(0);
        (await LookAsync(tenant, db => db.OutreachMessages.SingleAsync(Ct))).State.ShouldBe(OutreachState.Approved, "its sequence has no topic");
        Checked(await Stranger.GetStringAsync(address, Ct)).ShouldBe(1);

        // Who leaves for good has nothing to choose any more.
        using var end = await Stranger.PostAsync(address, null, Ct);
        (await Stranger.GetStringAsync(address, Ct)).ShouldNotContain("name=\"topic\"");

        static int Checked(string html) => html.Split("name=\"topic\"").Skip(1).Count(part => part[..part.IndexOf('>', StringComparison.Ordinal)].Contains("checked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_asks_to_be_forgotten_is_erased_and_stays_shut_out()
    {
        var (tenant, mail, address) = await OweAsync();
        using var unsure = await Stranger.PostAsync(address, new FormUrlEncodedContent([KeyValuePair.Create("choice", "forget")]), Ct);
        (await unsure.Content.ReadAsStringAsync(Ct)).ShouldContain("Tick the box");
        (await LookAsync(tenant, db => db.Leads.CountAsync(Ct))).ShouldBe(1);

        using var answer = await Stranger.PostAsync(address, new FormUrlEncodedContent([KeyValuePair.Create("choice", "forget"), KeyValuePair.Create("sure", "yes")]), Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await LookAsync(tenant, db => db.Leads.CountAsync(Ct))).ShouldBe(0);
        (await LookAsync(tenant, db => db.OutreachMessages.CountAsync(Ct))).ShouldBe(0);
        (await LookAsync(tenant, db => db.Suppressions.SingleAsync(Ct))).Email.ShouldBeNull();
        (await portal.InTenantAsync(tenant, s => s.GetRequiredService<SuppressionList>().FindAsync(mail.To, Ct))).ShouldBe(SuppressionReason.Unsubscribed);
        using var later = await Stranger.GetAsync(address, Ct);
        later.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_unsubscribes_after_the_lead_was_deleted_here_is_shut_out_all_the_same()
    {
        var (tenant, mail, address) = await OweAsync();
        await portal.InTenantAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(
            async (db, ct) =>
            {
                await LeadErasure.RemoveAsync(db, [mail.LeadId], ct);
                return true;
            },
            Ct));

        using var answer = await Stranger.PostAsync(address, null, Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await portal.InTenantAsync(tenant, s => s.GetRequiredService<SuppressionList>().FindAsync(mail.To, Ct))).ShouldBe(SuppressionReason.Unsubscribed);
        (await LookAsync(tenant, db => db.Suppressions.SingleAsync(Ct))).Email.ShouldBeNull("nobody here is known by it any more");
    }

    [Fact]
    public async Task A_token_that_was_changed_or_stands_under_another_tenants_address_opens_nothing()
    {
        var (tenant, _, address) = await OweAsync();
        var token = address[(address.LastIndexOf('/') + 1)..];
        foreach (var wrong in new[] { token[..^2] + (token.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA"), token[4..], "x", Guid.NewGuid().ToString("N") })
        {
            using var got = await Stranger.GetAsync($"{portal.Address}u/{wrong}", Ct);
            got.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            using var posted = await Stranger.PostAsync($"{portal.Address}u/{wrong}", null, Ct);
            posted.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        (await LookAsync(tenant, db => db.Suppressions.CountAsync(Ct))).ShouldBe(0);
    }

    private async Task<(Tenant Tenant, OutreachMessage Mail, string Address)> OweAsync()
    {
        var tenant = await portal.NewTenantAsync();
        var (lead, id, sequence, enrollment) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var mail = new OutreachMessage
        {
            Id = id,
            LeadId = lead,
            To = $"ann-{id:N}@acme.example",
            SenderId = Guid.CreateVersion7(),
            EnrollmentId = enrollment,
            SequenceId = sequence,
            Step = 0,
            Subject = "Hello",
            Text = "Hello",
            State = OutreachState.Approved,
            CreatedAt = DateTime.UnixEpoch,
            DueAt = DateTime.UnixEpoch,
            MessageId = $"{id:N}@fernhill.example",
        };
        await portal.InTenantAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(
            async (db, ct) =>
            {
                db.Leads.Add(new Lead { Id = lead, IdentityKey = "e:" + mail.To, Email = mail.To, Stage = LeadStage.Scored, ScoringEpoch = 1 });
                db.Enrollments.Add(new Enrollment { Id = enrollment, SequenceId = sequence, LeadId = lead, State = EnrollmentState.Waiting, EnrolledBy = "test", EnrolledAt = DateTime.UnixEpoch });
                db.OutreachMessages.Add(mail);
                await db.SaveChangesAsync(ct);
                return true;
            },
            Ct));
        return (tenant, mail, $"{portal.Address}u/{portal.Services.GetRequiredService<UnsubscribeTokens>().Issue(tenant.TenantId, id, mail.To)}");
    }

    private Task<T> LookAsync<T>(Tenant tenant, Func<TenantDb, Task<T>> look) => portal.InTenantAsync(tenant, async s =>
    {
        await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct);
        return await look(db);
    });
}
