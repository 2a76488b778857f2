using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Tests.Outreach;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using MailServer = LeadGen.Infrastructure.Tests.Mail.MailServer;

namespace LeadGen.Infrastructure.Tests.Kill;

/// <summary>O3: a portal that dies between the mail server's 250 and our mark leaves exactly one mail.</summary>
public sealed class OutreachKillTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_kill_between_the_servers_answers_and_our_mark_leaves_one_mail_each_and_all_unknown()
    {
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(
            DataProvider.Sqlite, postgres, server.Port, settings: [("Outreach:LeaseSeconds", "2"), ("urls", "http://127.0.0.1:0"), ("Logging:LogLevel:Default", "Warning")]);
        var mails = new List<OutreachMessage>();
        for (var i = 0; i < 3; i++)
        {
            mails.Add(await post.OweAsync($"p{i}@c{i}.example"));
        }

        using (var doomed = PortalProcess.Start(post.Installation, new Dictionary<string, string> { ["LEADGEN_FAILPOINT"] = "outreach-answered:1" }))
        {
            await Eventually.IsAsync(() => Task.FromResult(doomed.HasExited), 60, () => doomed.Output);
        }

        // The first has its answer; the others may have been cut off on their way.
        var arrived = server.Letters.Count;
        arrived.ShouldBeInRange(1, mails.Count);

        // On a slow machine the short lease may have ended before the process did.
        foreach (var mail in mails)
        {
            (await post.MailAsync(mail.Id)).State.ShouldBeOneOf(OutreachState.Sending, OutreachState.Unknown);
        }

        using var portal = PortalProcess.Start(post.Installation);
        await Eventually.IsAsync(() => post.LookAsync(db => db.OutreachMessages.AllAsync(m => m.State == OutreachState.Unknown)), 60, () => portal.Output);
        server.Letters.Count.ShouldBe(arrived);
    }
}
