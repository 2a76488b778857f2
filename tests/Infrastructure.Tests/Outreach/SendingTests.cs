using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MailServer = LeadGen.Infrastructure.Tests.Mail.MailServer;

namespace LeadGen.Infrastructure.Tests.Outreach;

public sealed class SendingTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Approved_mails_leave_once_over_kept_connections_and_drafts_do_not(DataProvider provider)
    {
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(provider, postgres, server.Port, settings: [("Outreach:Connections", "2")]);
        var mails = new List<OutreachMessage>();
        for (var i = 0; i < 6; i++)
        {
            mails.Add(await post.OweAsync($"p{i}@c{i}.example"));
        }

        var draft = await post.OweAsync("draft@acme.example", m => m.State = OutreachState.Draft);
        await post.SendAsync();
        await post.SendAsync();

        server.Letters.Count.ShouldBe(6);
        server.Connections.ShouldBeLessThanOrEqualTo(2);
        server.Commands.Where(c => c.StartsWith("RCPT", StringComparison.Ordinal)).Order().ShouldBe(mails.Select(m => $"RCPT TO:<{m.To}>").Order());
        foreach (var mail in mails)
        {
            var sent = await post.MailAsync(mail.Id);
            sent.State.ShouldBe(OutreachState.Sent);
            sent.SentAt.ShouldNotBeNull();
            sent.ClaimedUntil.ShouldBeNull();
        }

        (await post.MailAsync(draft.Id)).State.ShouldBe(OutreachState.Draft);
        post.Installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Who_is_on_the_list_gets_nothing_and_the_way_of_the_lead_ends(DataProvider provider)
    {
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(provider, postgres, server.Port);
        var mail = await post.OweAsync();
        await post.Installation.InAsync(post.Tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            await s.GetRequiredService<LeadGen.Infrastructure.Outreach.Suppressions>().AddAsync(db, mail.To, SuppressionReason.Unsubscribed, "test", null, DateTime.UtcNow, ct);
            await db.SaveChangesAsync(ct);
        }));
        await post.SendAsync();

        server.Commands.ShouldBeEmpty();
        var row = await post.MailAsync(mail.Id);
        row.State.ShouldBe(OutreachState.Cancelled);
        row.StateReason.ShouldBe("They unsubscribed.");
    }

    [Theory]
    [InlineData("450 4.2.0 greylisted", OutreachState.Approved, SenderState.Active)]
    [InlineData("550 5.1.1 no such user", OutreachState.Failed, SenderState.Active)]
    [InlineData("554 5.6.0 no", OutreachState.Failed, SenderState.Active)]
    [InlineData("550 5.7.1 your domain is not welcome", OutreachState.Approved, SenderState.Paused)]
    public async Task What_the_server_answers_decides_about_mail_address_and_sender(string answer, OutreachState state, SenderState sender)
    {
        var time = new FakeTimeProvider(Noon);
        await using var server = new MailServer { Says = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? answer : null };
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port, s => s.AddSingleton<TimeProvider>(time));
        var mail = await post.OweAsync();
        await post.SendAsync();

        var row = await post.MailAsync(mail.Id);
        row.State.ShouldBe(state);
        row.StateReason!.ShouldNotContain("acme");
        (await post.SenderAsync()).State.ShouldBe(sender);
        var suppressed = await post.LookAsync(db => db.Suppressions.SingleOrDefaultAsync(Ct));
        if (answer.Contains("5.1.1", StringComparison.Ordinal))
        {
            suppressed!.Reason.ShouldBe(SuppressionReason.Bounced);
            suppressed.MessageId.ShouldBe(mail.Id);
            (await post.LookAsync(db => db.Feedback.SingleAsync(Ct))).Kind.ShouldBe(FeedbackKind.Bounced);
        }
        else
        {
            suppressed.ShouldBeNull();
        }

        if (answer.StartsWith('4'))
        {
            row.Attempts.ShouldBe(1);
            (row.DueAt - Noon.UtcDateTime).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(15));
            server.Says = _ => null;
            await post.SendAsync();
            server.Letters.ShouldBeEmpty("it must wait");
            time.Advance(TimeSpan.FromMinutes(16));
            await post.SendAsync();
            server.Letters.ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task A_server_that_is_away_holds_up_all_mails_and_counts_against_none()
    {
        var time = new FakeTimeProvider(Noon);
        await using var server = new MailServer { Says = line => line.StartsWith("MAIL", StringComparison.Ordinal) ? "421 busy" : null };
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port, s => s.AddSingleton<TimeProvider>(time), settings: [("Outreach:Connections", "1")]);
        var first = await post.OweAsync("a@a.example");
        await post.OweAsync("b@b.example");
        await post.SendAsync();

        server.Commands.Count(c => c.StartsWith("MAIL", StringComparison.Ordinal)).ShouldBe(1);
        (await post.MailAsync(first.Id)).Attempts.ShouldBe(0);
        (await post.SenderAsync()).HoldUntil.ShouldBe(Noon.UtcDateTime.AddMinutes(15));
        server.Says = _ => null;
        time.Advance(TimeSpan.FromMinutes(15.1));
        await post.SendAsync();
        server.Letters.Count.ShouldBe(2);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task O3_A_mail_found_on_its_way_is_unknown_and_only_a_person_sends_it_again(DataProvider provider)
    {
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(provider, postgres, server.Port);
        var mail = await post.OweAsync(change: m => (m.State, m.SendingAt, m.ClaimedUntil, m.ClaimToken) =
            (OutreachState.Sending, DateTime.UtcNow.AddHours(-1), DateTime.UtcNow.AddMinutes(-50), Guid.NewGuid()));
        await post.SendAsync();
        await post.SendAsync();
        server.Letters.ShouldBeEmpty();
        (await post.MailAsync(mail.Id)).State.ShouldBe(OutreachState.Unknown);

        (await post.AskAsync<OutreachDesk, bool>(d => d.ResolveAsync(mail.Id, arrived: false, Ct))).ShouldBeTrue();
        await post.SendAsync();
        server.Letters.ShouldHaveSingleItem();
        (await post.MailAsync(mail.Id)).State.ShouldBe(OutreachState.Sent);
        (await post.AskAsync<OutreachDesk, bool>(d => d.ResolveAsync(mail.Id, arrived: true, Ct))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_line_that_breaks_after_the_text_leaves_the_mail_unknown()
    {
        await using var server = new MailServer { AfterText = "" };
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port);
        var mail = await post.OweAsync();
        await post.SendAsync();
        var row = await post.MailAsync(mail.Id);
        row.State.ShouldBe(OutreachState.Unknown);
        (await post.AskAsync<OutreachDesk, bool>(d => d.ResolveAsync(mail.Id, arrived: true, Ct))).ShouldBeTrue();
        (await post.MailAsync(mail.Id)).State.ShouldBe(OutreachState.Sent);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Caps_of_sender_and_receiving_domain_hold_back_what_is_too_much(DataProvider provider)
    {
        var time = new FakeTimeProvider(Noon);
        await using var post = await Post.CreateAsync(provider, postgres, null, s => s.AddSingleton<TimeProvider>(time), s =>
        {
            (s.DailyCap, s.PerDomainPerMinute) = (5, 2);
            return s;
        });
        for (var i = 0; i < 8; i++)
        {
            await post.OweAsync($"p{i}@acme.example");
        }

        await post.SendAsync();
        (await SentAsync()).ShouldBe(2, "two a minute to one domain");
        time.Advance(TimeSpan.FromSeconds(61));
        await post.SendAsync();
        (await SentAsync()).ShouldBe(4);
        time.Advance(TimeSpan.FromSeconds(61));
        var result = await post.SendAsync();
        (await SentAsync()).ShouldBe(5, "five a day");
        time.Advance(TimeSpan.FromSeconds(61));
        result = await post.SendAsync();
        (await SentAsync()).ShouldBe(5);
        result.Again.ShouldBe(Noon.UtcDateTime.Date.AddDays(1));
        time.SetUtcNow(Noon.Date.AddDays(1).AddHours(9));
        await post.SendAsync();
        (await SentAsync()).ShouldBe(7);

        Task<int> SentAsync() => post.LookAsync(db => db.OutreachMessages.CountAsync(m => m.State == OutreachState.Sent, Ct));
    }

    [Fact]
    public async Task A_sender_without_postal_address_or_unchecked_or_paused_sends_nothing()
    {
        await using var server = new MailServer();
        foreach (var change in new Func<Sender, Sender>[] { s => With(s, x => x.PostalAddress = ""), s => With(s, x => x.SendsUnchecked = false), s => With(s, x => x.State = SenderState.Paused) })
        {
            await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port, change: change);
            var mail = await post.OweAsync();
            await post.SendAsync();
            (await post.MailAsync(mail.Id)).State.ShouldBe(OutreachState.Approved);
        }

        server.Commands.ShouldBeEmpty();

        static Sender With(Sender sender, Action<Sender> change)
        {
            change(sender);
            return sender;
        }
    }

    [Fact]
    public async Task A_lead_whose_address_changed_gets_no_mail_that_was_written_to_the_old_one()
    {
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres);
        var mail = await post.OweAsync();
        await post.Installation.WriteAsync(post.Tenant, (db, ct) => db.Leads.ExecuteUpdateAsync(l => l.SetProperty(x => x.Email, "new@acme.example"), ct));
        await post.SendAsync();
        (await post.MailAsync(mail.Id)).State.ShouldBe(OutreachState.Cancelled);
    }
}
