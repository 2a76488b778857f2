using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Outreach;

/// <summary>Topics of mails, and people who want to hear of some of them only.</summary>
public sealed class TopicTests(PostgresServer postgres)
{
    private static readonly MailTopic News = new(Guid.CreateVersion7(), "Product news");
    private static readonly MailTopic Events = new(Guid.CreateVersion7(), "Invitations");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_a_refused_topic_nothing_leaves_and_everything_else_does(DataProvider provider)
    {
        await using var post = await Post.CreateAsync(provider, postgres);
        (await post.AskAsync<TopicEditing, string?>(t => t.SaveAsync([News, Events], Ct))).ShouldBeNull();
        var (news, events, plain) = (await SequenceAsync(post, News), await SequenceAsync(post, Events), await SequenceAsync(post, null));
        var (ann, bob) = (await LeadAsync(post, "ann@acme.example"), await LeadAsync(post, "bob@other.example"));
        var (annsNews, annsEvents, annsPlain, bobsNews) = (await OweAsync(post, ann, news), await OweAsync(post, ann, events), await OweAsync(post, ann, plain), await OweAsync(post, bob, news));
        var receiver = new MailReceiver(post.Tenant.TenantId, annsPlain.Id, "ann@acme.example");
        (await post.AskAsync<TopicChoices, IReadOnlyList<TopicChoice>>(t => t.LookAsync(receiver, Ct))).ShouldAllBe(t => t.Wanted);

        var chosen = await post.AskAsync<TopicChoices, IReadOnlyList<TopicChoice>>(t => t.ChooseAsync(receiver, [Events.Id, Guid.NewGuid()], Ct));
        chosen.ShouldBe([new(News.Id, "Product news", false), new(Events.Id, "Invitations", true)]);
        (await post.AskAsync<TopicChoices, IReadOnlyList<TopicChoice>>(t => t.ChooseAsync(receiver, [Events.Id], Ct))).ShouldBe(chosen, "twice is once");
        (await post.MailAsync(annsNews.Id)).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutreachState.Cancelled), m => m.StateReason.ShouldBe("They want no mail about “Product news”."));
        (await WayAsync(post, annsNews)).State.ShouldBe(EnrollmentState.Stopped);
        await post.WorkAsync();
        (await Task.WhenAll(new[] { annsEvents, annsPlain, bobsNews }.Select(m => post.MailAsync(m.Id)))).ShouldAllBe(m => m.State == OutreachState.Sent);

        // No door brings it back, an erasure of the person neither; who changes their mind does.
        var more = await SequenceAsync(post, News);
        var preview = (await post.AskAsync<Enrolling, EnrollPreview?>(e => e.PreviewAsync(more, [ann], Ct)))!;
        preview.Refused.ShouldHaveSingleItem().Why.ShouldBe("They want no mail about “Product news”");
        await post.AskAsync<TenantWrites, bool>(w => w.RunAsync(async (db, ct) => await db.Leads.Where(l => l.Id == ann).ExecuteDeleteAsync(ct) == 1, Ct));
        (await post.AskAsync<TopicChoices, IReadOnlyList<TopicChoice>>(t => t.LookAsync(receiver, Ct))).ShouldBe(chosen);
        (await post.AskAsync<TopicChoices, IReadOnlyList<TopicChoice>>(t => t.ChooseAsync(receiver, [News.Id, Events.Id], Ct))).ShouldAllBe(t => t.Wanted);
        (await post.LookAsync(db => db.TopicRefusals.CountAsync(Ct))).ShouldBe(0);
        post.Installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_refusal_counts_to_the_last_moment_before_a_mail_is_taken(DataProvider provider)
    {
        await using var post = await Post.CreateAsync(provider, postgres);
        await post.AskAsync<TopicEditing, string?>(t => t.SaveAsync([News], Ct));
        var news = await SequenceAsync(post, News);
        var ann = await LeadAsync(post, "ann@acme.example");
        var mail = await OweAsync(post, ann, news);

        // As if the sequence had got its topic after the person refused it: nobody stopped this mail.
        await post.AskAsync<TenantWrites, bool>(w => w.RunAsync(
            async (db, ct) =>
            {
                var hash = await Tombstone(post, "ann@acme.example");
                db.TopicRefusals.Add(new TopicRefusal { Hash = hash, TopicId = News.Id, At = DateTime.UtcNow });
                await db.SaveChangesAsync(ct);
                return true;
            },
            Ct));
        (await post.MailAsync(mail.Id)).State.ShouldBe(OutreachState.Approved);
        await post.SendAsync();
        (await post.MailAsync(mail.Id)).ShouldSatisfyAllConditions(m => m.State.ShouldBe(OutreachState.Cancelled), m => m.SendingAt.ShouldBeNull());
        (await WayAsync(post, mail)).State.ShouldBe(EnrollmentState.Stopped);

        // Neither is a mail written for a step that is due.
        var second = await SequenceAsync(post, News);
        await post.AskAsync<TenantWrites, bool>(w => w.RunAsync(
            async (db, ct) =>
            {
                db.Enrollments.Add(new Enrollment { Id = Guid.CreateVersion7(), SequenceId = second, LeadId = ann, DueAt = DateTime.UnixEpoch, EnrolledBy = "rule", EnrolledAt = DateTime.UnixEpoch });
                await db.SaveChangesAsync(ct);
                return true;
            },
            Ct));
        await post.StepAsync();
        (await post.LookAsync(db => db.Enrollments.AsNoTracking().SingleAsync(e => e.SequenceId == second, Ct))).StateReason.ShouldBe("They want no mail about “Product news”.");
        (await post.LookAsync(db => db.OutreachMessages.CountAsync(Ct))).ShouldBe(1);
    }

    [Fact]
    public async Task A_topic_in_use_stays_and_names_are_checked()
    {
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres);
        await post.AskAsync<TopicEditing, string?>(t => t.SaveAsync([News, Events], Ct));
        await SequenceAsync(post, News);
        (await post.AskAsync<TopicEditing, string?>(t => t.SaveAsync([Events], Ct)))!.ShouldContain("carries “Product news”");
        (await post.AskAsync<TopicEditing, string?>(t => t.SaveAsync([News with { Name = " Our news " }], Ct))).ShouldBeNull();
        (await post.AskAsync<WorkspaceSettings, TenantSettings>(s => s.ReadAsync(Ct))).Topics.ShouldBe([News with { Name = "Our news" }]);
        (await post.AskAsync<TopicEditing, string?>(t => t.SaveAsync([News, Events with { Name = "product NEWS" }], Ct)))!.ShouldContain("same name");
        (await post.AskAsync<TopicEditing, string?>(t => t.SaveAsync([News with { Name = " " }], Ct)))!.ShouldContain("needs a name");
    }

    private static Task<byte[]> Tombstone(Post post, string email) => post.AskAsync<Tombstones, byte[]>(async t =>
    {
        await using var db = post.Installation.Open(post.Tenant);
        return await t.HashOfAsync(db, email, Ct);
    });

    private static Task<Enrollment> WayAsync(Post post, OutreachMessage mail) => post.LookAsync(db => db.Enrollments.AsNoTracking().SingleAsync(e => e.Id == mail.EnrollmentId, Ct));

    private static async Task<Guid> SequenceAsync(Post post, MailTopic? topic)
    {
        var template = (await post.AskAsync<TemplateNames, IReadOnlyList<TemplateName>>(t => t.ActiveAsync(Ct)))[0].Id;
        var plan = new SequencePlan
        {
            TopicId = topic?.Id,
            NeedsApproval = false,
            Window = new SendingWindow { Days = Enum.GetValues<DayOfWeek>(), From = new TimeOnly(0, 0), Until = new TimeOnly(23, 59) },
            Steps = [new SequenceStep { Kind = StepKind.Mail, TemplateId = template }],
        };
        var made = await post.AskAsync<SequenceEditing, Sequence>(e => e.CreateAsync("About " + (topic?.Name ?? "nothing"), post.Sender.Id, plan, "member:1", Ct));
        (await post.AskAsync<SequenceEditing, SequenceSaved>(e => e.StartAsync(made.Id, Ct))).Problems.ShouldBeEmpty();
        return made.Id;
    }

    private static async Task<Guid> LeadAsync(Post post, string email)
    {
        var lead = new Lead { Id = Guid.CreateVersion7(), IdentityKey = "e:" + email, Email = email, FullName = "Ann Lee", Country = "GB", Stage = LeadStage.Scored, ScoringEpoch = 1 };
        await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
        {
            db.Leads.Add(lead);
            await db.SaveChangesAsync(ct);
        });
        return lead.Id;
    }

    /// <summary>An approved mail of a sequence, and the way that waits for it.</summary>
    private static async Task<OutreachMessage> OweAsync(Post post, Guid lead, Guid sequence)
    {
        var way = new Enrollment { Id = Guid.CreateVersion7(), SequenceId = sequence, LeadId = lead, State = EnrollmentState.Waiting, EnrolledBy = "rule", EnrolledAt = DateTime.UnixEpoch };
        var to = (await post.LookAsync(db => db.Leads.AsNoTracking().SingleAsync(l => l.Id == lead, Ct))).Email!;
        var mail = new OutreachMessage
        {
            Id = Guid.CreateVersion7(),
            LeadId = lead,
            To = to,
            SenderId = post.Sender.Id,
            EnrollmentId = way.Id,
            SequenceId = sequence,
            Step = 0,
            Subject = "Forklifts",
            Text = "Hello",
            State = OutreachState.Approved,
            CreatedAt = DateTime.UnixEpoch,
            DueAt = DateTime.UnixEpoch,
            MessageId = $"{Guid.NewGuid():N}@fernhill.example",
        };
        await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
        {
            db.Enrollments.Add(way);
            db.OutreachMessages.Add(mail);
            await db.SaveChangesAsync(ct);
        });
        return mail;
    }
}
