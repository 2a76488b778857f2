using System.Diagnostics;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Answers;

/// <summary>The way of mail there and back over the servers that people really run.</summary>
public sealed class RealServersTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_Postfix_and_Dovecot_a_reply_an_automatic_answer_a_bounce_a_complaint_and_an_unsubscribe_do_what_they_must()
    {
        await using var servers = await DebianMail.StartAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, ("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        var site = await Outreached.CreateAsync(installation);
        await ConnectAsync(site, servers);
        await installation.StartWorkersAsync();
        using var answers = ActivatorUtilities.CreateInstance<AnswerWorker>(installation.Services);
        await answers.StartAsync(Ct);
        try
        {
            await Eventually.IsAsync(() => site.AskAsync(db => db.Mailboxes.AnyAsync(m => m.UidValidity != 0 && m.ClaimToken == null, Ct)));
            var (bea, carl, dan, eve) = (await site.WrittenAsync("bea@customer.test", company: "bea.test"), await site.WrittenAsync("carl@customer.test", company: "carl.test"), await site.WrittenAsync("dan@customer.test", company: "dan.test"), await site.WrittenAsync("eve@customer.test", company: "eve.test"));
            var gone = await site.WrittenAsync("nobody@customer.test", company: "nobody.test");
            foreach (var message in (OutreachMessage[])[bea, carl, dan, eve, gone])
            {
                await servers.SendAsync("ada@fernhill.test", message.To, $"From: Ada <ada@fernhill.test>\nTo: {message.To}\nSubject: Forklifts\nMessage-ID: <{message.MessageId}>\n\nGood morning\n");
            }

            await Eventually.IsAsync(() => Task.FromResult(servers.Of("bea@customer.test").Any(m => m.Contains(bea.MessageId, StringComparison.Ordinal))));
            var clock = Stopwatch.StartNew();
            await servers.SendAsync("bea@customer.test", "ada@fernhill.test", Outreached.Reply(bea, "What does it cost for 40 users?", "reply@customer.test"));
            await Eventually.IsAsync(async () => await site.AskAsync(db => db.Leads.AnyAsync(l => l.Id == bea.LeadId && l.TopIntent == IntentKind.PricingInquiry, Ct)));
            TestContext.Current.SendDiagnosticMessage($"From Postfix's 250 to the new score: {clock.ElapsedMilliseconds} ms");

            await servers.SendAsync("", "ada@fernhill.test", Outreached.Reply(carl, "I am away until Monday.", "auto@customer.test", "Auto-Submitted: auto-replied\n"));
            await servers.SendAsync("abuse@customer.test", "ada@fernhill.test", Outreached.Complaint(dan, "arf@customer.test"));
            await servers.SendAsync("eve@customer.test", "ada@fernhill.test", Outreached.Reply(eve, "Please unsubscribe me from this list and stop emailing me.", "stop@customer.test"));
            await Eventually.IsAsync(
                async () => await site.AskAsync(db => db.InboundMails.CountAsync(m => m.State != InboundState.Received && m.LeadId != null, Ct)) == 5,
                otherwise: () => string.Join('\n', installation.Problems));

            (await site.EnrollmentAsync(bea)).State.ShouldBe(EnrollmentState.Stopped);
            (await site.EnrollmentAsync(carl)).State.ShouldBe(EnrollmentState.Active);
            (await site.MessageAsync(gone)).State.ShouldBe(OutreachState.Failed);
            (await site.AskAsync(db => db.Suppressions.OrderBy(s => s.Email).Select(s => new { s.Email, s.Reason }).ToListAsync(Ct))).Select(s => (s.Email, s.Reason)).ShouldBe(
            [
                ("dan@customer.test", SuppressionReason.Complained), ("eve@customer.test", SuppressionReason.Unsubscribed), ("nobody@customer.test", SuppressionReason.Bounced),
            ]);
            (await site.AskAsync(db => db.InboundMails.SingleAsync(m => m.LeadId == gone.LeadId, Ct))).ShouldSatisfyAllConditions(
                m => m.Kind.ShouldBe(MailKind.Bounce), m => m.Bounce.ShouldBe(BounceKind.Hard));
            (await site.AskAsync(db => db.InboundMails.SingleAsync(m => m.LeadId == carl.LeadId, Ct))).Kind.ShouldBe(MailKind.AutoReply);

            await ReadAgainAsync(site);
        }
        finally
        {
            await answers.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>A wrong password is said in plain words; the right one is kept, sealed.</summary>
    private static Task ConnectAsync(Outreached site, DebianMail servers) => site.Installation.InAsync(site.Tenant, async s =>
    {
        var setup = s.GetRequiredService<MailboxSetup>();
        var form = new MailboxForm { Address = "ada@fernhill.test", Host = "127.0.0.1", Port = servers.ImapPort, Security = LineSecurity.None, Password = "wrong" };
        (await setup.SaveAsync(null, form, Ct)).Problem.ShouldBe("The mail server did not accept the user name and password. Some providers want a password made for this program (“app password”).");
        (await setup.SaveAsync(null, form with { Password = DebianMail.Password, Folder = "Nowhere" }, Ct)).Problem.ShouldBe("There is no folder “Nowhere” in this mailbox.");
        (await setup.SaveAsync(null, form with { Password = DebianMail.Password, Port = servers.SmtpPort }, Ct)).Problem!.ShouldStartWith("No IMAP server answers there.");
        (await setup.SaveAsync(null, form with { Password = DebianMail.Password }, Ct)).Problem.ShouldBeNull();
        (await setup.ListAsync(Ct)).Single(m => m.Kind == MailboxKind.Imap).Secrets.ShouldNotContain(DebianMail.Password);
    });

    /// <summary>A folder that is numbered anew is read once more, and nothing happens twice.</summary>
    private static async Task ReadAgainAsync(Outreached site)
    {
        var before = await site.AskAsync(db => db.Feedback.CountAsync(Ct));
        await site.Installation.WriteAsync(site.Tenant, (db, ct) => db.Mailboxes.Where(m => m.Kind == MailboxKind.Imap)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.UidValidity, 1).SetProperty(x => x.NextReadAt, DateTime.UtcNow), ct));
        await site.Installation.InAsync(site.Tenant, s => AnswerWorker.PortionAsync(s, Ct));
        await Eventually.IsAsync(() => site.AskAsync(db => db.Mailboxes.AnyAsync(m => m.UidValidity > 1 && m.ClaimToken == null, Ct)));

        (await site.AskAsync(db => db.InboundMails.CountAsync(Ct))).ShouldBe(5);
        (await site.AskAsync(db => db.Feedback.CountAsync(Ct))).ShouldBe(before);
    }
}
