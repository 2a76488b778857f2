using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Tests.Outreach;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace LeadGen.Infrastructure.Tests.Answers;

/// <summary>Outreach from the first mail to the last, there and back over Postfix and Dovecot, days passing at once.</summary>
public sealed class SequenceOverRealServersTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider time = new(Noon);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_steps_reach_fifty_leads_and_end_for_those_who_answer_bounce_complain_or_unsubscribe()
    {
        await using var servers = await DebianMail.StartAsync();
        await using var post = await Post.CreateAsync(
            DataProvider.Sqlite, postgres, servers.SmtpPort, s => s.AddSingleton<TimeProvider>(time),
            s =>
            {
                (s.Email, s.ReplyTo) = ("ada@fernhill.test", null);
                return s;
            });
        await post.Installation.InAsync(post.Tenant, async s =>
        {
            (await s.GetRequiredService<SenderEditing>().MakeKeyAsync(post.Sender.Id, Ct)).ShouldBeTrue();
            var form = new MailboxForm { Address = "ada@fernhill.test", Host = "127.0.0.1", Port = servers.ImapPort, Security = LineSecurity.None, Password = DebianMail.Password };
            (await s.GetRequiredService<MailboxSetup>().SaveAsync(null, form, Ct)).Problem.ShouldBeNull();
            await AnswerWorker.PortionAsync(s, Ct);
        });
        var leads = await EnrolledAsync(post);

        await DayAsync(post, 0);
        var first = await post.LookAsync(db => db.OutreachMessages.AsNoTracking().ToDictionaryAsync(m => m.LeadId, Ct));
        first.Values.Select(m => m.State).Distinct().ShouldBe([OutreachState.Sent]);
        await Eventually.IsAsync(() => Task.FromResult(Enumerable.Range(0, 49).All(i => servers.Of($"lead{i}@customer.test").Count == 1)));
        await ShouldBeSignedAsync(post, servers.Of("lead7@customer.test")[0]);

        OutreachMessage Mail(int lead) => first[leads[lead]];
        await servers.SendAsync("lead0@customer.test", "ada@fernhill.test", Outreached.Reply(Mail(0), "What does it cost for 40 users?", "reply@x"));
        await servers.SendAsync("", "ada@fernhill.test", Outreached.Reply(Mail(1), "I am away until Monday.", "auto@x", "Auto-Submitted: auto-replied\n"));
        await servers.SendAsync("abuse@customer.test", "ada@fernhill.test", Outreached.Complaint(Mail(2), "arf@x"));
        await servers.SendAsync("lead3@customer.test", "ada@fernhill.test", Outreached.Reply(Mail(3), "Please unsubscribe me from this list and stop emailing me.", "stop@x"));
        await AnsweredAsync(post, 5);

        // One of fifty complained: that is told, and stops nobody else's mails.
        (await post.SenderAsync()).State.ShouldBe(SenderState.Active);
        (await post.AskAsync<OutreachPauses, string?>(p => p.WarningAsync(Ct)))!.ShouldStartWith("1 of the last 50 mails was reported as spam.");
        await DayAsync(post, 2);
        await DayAsync(post, 2.1);
        await DayAsync(post, 5);
        await DayAsync(post, 5.1);

        var sent = (await post.LookAsync(db => db.OutreachMessages.AsNoTracking().Where(m => m.State == OutreachState.Sent || m.State == OutreachState.Failed).ToListAsync(Ct))).ToLookup(m => m.LeadId);
        for (var i = 0; i < leads.Count; i++)
        {
            sent[leads[i]].Count().ShouldBe(i is 0 or 2 or 3 or 49 ? 1 : 3, $"lead {i}");
        }

        await Eventually.IsAsync(() => Task.FromResult(servers.Of("lead1@customer.test").Count == 3));
        servers.Of("lead0@customer.test").Count.ShouldBe(1);
        (await post.LookAsync(db => db.Suppressions.Select(s => s.Reason).OrderBy(r => r).ToListAsync(Ct))).ShouldBe(
            [SuppressionReason.Bounced, SuppressionReason.Complained, SuppressionReason.Unsubscribed], ignoreOrder: true);
        post.Installation.Problems.ShouldBeEmpty();
    }

    /// <summary>Fifty leads of fifty companies, the last of whom has an address that nobody knows.</summary>
    private static async Task<IReadOnlyList<Guid>> EnrolledAsync(Post post)
    {
        var template = (await post.AskAsync<TemplateNames, IReadOnlyList<TemplateName>>(t => t.ActiveAsync(Ct)))[0].Id;
        var step = new SequenceStep { Kind = StepKind.Mail, TemplateId = template };
        var plan = new SequencePlan { NeedsApproval = false, Steps = [step, step with { AfterDays = 2, InThread = true }, step with { AfterDays = 2, InThread = true }] };
        var sequence = await post.AskAsync<SequenceEditing, Sequence>(e => e.CreateAsync("Forklifts", post.Sender.Id, plan, "member:1", Ct));
        (await post.AskAsync<SequenceEditing, SequenceSaved>(e => e.StartAsync(sequence.Id, Ct))).Problems.ShouldBeEmpty();
        var leads = Enumerable.Range(0, 50).Select(i => new Lead
        {
            Id = Guid.CreateVersion7(),
            IdentityKey = $"e:{i}",
            Email = i == 49 ? "nobody@customer.test" : $"lead{i}@customer.test",
            FirstName = "Ann",
            LastName = "Lee",
            FullName = "Ann Lee",
            CompanyName = $"Company {i}",
            CompanyDomain = $"company{i}.test",
            Country = "GB",
            Stage = LeadStage.Scored,
            ScoringEpoch = 1,
        }).ToList();
        await post.Installation.WriteAsync(post.Tenant, async (db, ct) =>
        {
            db.Leads.AddRange(leads);
            await db.SaveChangesAsync(ct);
        });
        (await post.AskAsync<Enrolling, EnrollPreview?>(e => e.EnrollAsync(sequence.Id, [.. leads.Select(l => l.Id)], "member:1", Ct)))!.Taken.Count.ShouldBe(50);
        return leads.ConvertAll(l => l.Id);
    }

    private async Task DayAsync(Post post, double day)
    {
        time.SetUtcNow(Noon.AddDays(day));
        while ((await post.WorkAsync()).Worked)
        {
            // Until nothing is due.
        }
    }

    /// <summary>Reads the mailbox until so many mails belong to leads.</summary>
    private Task AnsweredAsync(Post post, int mails) => Eventually.IsAsync(
        async () =>
        {
            time.Advance(TimeSpan.FromMinutes(11));
            await post.Installation.InAsync(post.Tenant, s => AnswerWorker.PortionAsync(s, Ct));
            return await post.LookAsync(db => db.InboundMails.CountAsync(m => m.LeadId != null && m.Content == null, Ct)) == mails;
        },
        otherwise: () => string.Join('\n', post.Installation.Problems));

    /// <summary>What the relay made of it is still what we signed.</summary>
    private static async Task ShouldBeSignedAsync(Post post, string mail)
    {
        using var mime = await MimeMessage.LoadAsync(MailReadingTests.Stream(mail), Ct);
        var signature = mime.Headers.First(h => h.Field.Equals("DKIM-Signature", StringComparison.OrdinalIgnoreCase));
        (await new DkimVerifier(new Keys((await post.SenderAsync()).Dkim!)).VerifyAsync(mime, signature, Ct)).ShouldBeTrue();
        mime.Headers["List-Unsubscribe-Post"].ShouldBe("List-Unsubscribe=One-Click");
    }

    /// <summary>DNS with the sender's record in it.</summary>
    private sealed class Keys(DkimKey key) : DkimPublicKeyLocatorBase
    {
        public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            GetPublicKey(DkimKeys.RecordOf(key).Value);

        public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
