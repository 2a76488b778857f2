using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MailServer = LeadGen.Infrastructure.Tests.Mail.MailServer;

namespace LeadGen.Infrastructure.Tests.Outreach;

/// <summary>The mail that a writer sends to themselves.</summary>
public sealed class TestMailTests(PostgresServer postgres)
{
    private static readonly ComposedMail Written = new(Guid.Empty, 0, "A", "Forklifts", "Hello Ann", "<p>Hello Ann</p>", []);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_leaves_by_the_senders_own_server_signed_and_its_links_unsubscribe_nobody()
    {
        await using var server = new MailServer();
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port);
        await post.Installation.InAsync(post.Tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
        {
            var sender = await db.Senders.SingleAsync(ct);
            sender.Dkim = s.GetRequiredService<DkimKeys>().Create("fernhill.example", DateTimeOffset.UnixEpoch);
            await db.SaveChangesAsync(ct);
        }));

        var said = await SendAsync(post);

        said.ShouldStartWith("Sent to ed@fernhill.example as Ada of Fernhill by 127.0.0.1, signed with its DKIM key.");
        var letter = server.Letters.ShouldHaveSingleItem();
        letter.ShouldContain("DKIM-Signature:");
        letter.ShouldContain("Subject: [Test] Forklifts");
        letter.ShouldContain("List-Unsubscribe: <https://leads.example/u/test>");
        letter.ShouldContain("1 Mill Lane");
        post.Installation.Services.GetRequiredService<UnsubscribeTokens>().Read("test").ShouldBeNull();
        (await post.LookAsync(db => db.OutreachMessages.CountAsync(Ct))).ShouldBe(0);
        (await post.LookAsync(db => db.Suppressions.CountAsync(Ct))).ShouldBe(0);
    }

    [Fact]
    public async Task What_the_server_refuses_and_what_only_goes_into_the_folder_is_said()
    {
        await using var server = new MailServer { Says = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.7.1 no" : null };
        await using var post = await Post.CreateAsync(DataProvider.Sqlite, postgres, server.Port);
        (await SendAsync(post)).ShouldStartWith("It was not sent as Ada of Fernhill by 127.0.0.1.");
        (await post.SenderAsync()).State.ShouldBe(SenderState.Active, "a test says nothing about receivers");

        await using var without = await Post.CreateAsync(DataProvider.Sqlite, postgres);
        (await SendAsync(without)).ShouldStartWith("Put into the folder of this installation, since Ada of Fernhill has no mail server");
    }

    private static Task<string> SendAsync(Post post) => post.AskAsync<TestMails, string>(t => t.SendAsync("ed@fernhill.example", Written, Ct));
}
