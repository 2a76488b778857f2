using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tests.Crm;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Answers;

/// <summary>Mailboxes that are read with a token: a strict provider, and Dovecot, which asks that provider whose the token is.</summary>
public sealed class MailboxOAuthTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("xoauth2", DataProvider.Sqlite)]
    [InlineData("oauthbearer", DataProvider.Postgres)]
    public async Task A_refresh_token_that_is_renewed_is_kept_and_one_that_is_taken_back_is_told_once(string mechanism, DataProvider database)
    {
        await using var provider = new TokenServer("ada@fernhill.test");
        await using var servers = await DebianMail.StartAsync(new OAuthSignIn(mechanism, provider.Address + "tokeninfo?access_token="));
        await using var installation = await Installation.CreateAsync(database, postgres, null, ("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        var site = await Outreached.CreateAsync(installation);
        await installation.AddAdminAsync(site.Tenant);
        var form = new MailboxForm
        {
            Address = "ada@fernhill.test",
            Host = "127.0.0.1",
            Port = servers.ImapPort,
            Security = LineSecurity.None,
            SignIn = MailboxSignIn.OAuth,
            ClientId = "client",
            RefreshToken = "refresh-1",
            TokenAddress = provider.Address + "token",
        };

        var id = (await SaveAsync(null, form)).ShouldNotBeNull();
        await ShouldBeKeptAsync();

        // Several at once, each of whom needs a token of its own: none shows one that is spent.
        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => InAsync(s => s.GetRequiredService<MailboxSetup>().TestAsync(id, Ct))))).ShouldAllBe(p => p == null);
        await ReadAsync();
        await servers.SendAsync("bea@customer.test", "ada@fernhill.test", "From: bea@customer.test\nSubject: Hello\nMessage-ID: <1@customer.test>\n\nHello\n");
        await Eventually.IsAsync(() => Task.FromResult(servers.Of("ada@fernhill.test").Count == 1));
        await ReadAsync();
        (await site.AskAsync(db => db.InboundMails.SingleAsync(Ct))).MessageId.ShouldBe("1@customer.test");
        await ShouldBeKeptAsync();

        provider.Revoke();
        await ReadAsync();
        var asked = provider.Asked;
        await ReadAsync();
        provider.Asked.ShouldBe(asked, "asking again changes nothing");
        (await MailboxAsync()).ShouldSatisfyAllConditions(
            m => m.State.ShouldBe(MailboxState.SignedOut), m => m.Problem.ShouldBe("The provider says that the refresh token is no longer valid. Ask it for a new one, and change the mailbox."));
        (await site.AskAsync(db => db.SystemMails.SingleAsync(Ct))).Subject.ShouldBe("The mailbox ada@fernhill.test needs you to sign in anew");

        await SaveAsync(id, form with { RefreshToken = provider.Grant() });
        (await MailboxAsync()).ShouldSatisfyAllConditions(m => m.State.ShouldBe(MailboxState.Active), m => m.Problem.ShouldBeNull());
        await servers.SendAsync("bea@customer.test", "ada@fernhill.test", "From: bea@customer.test\nSubject: Again\nMessage-ID: <2@customer.test>\n\nHello\n");
        await Eventually.IsAsync(() => Task.FromResult(servers.Of("ada@fernhill.test").Count == 2));
        await ReadAsync();
        (await site.AskAsync(db => db.InboundMails.CountAsync(Ct))).ShouldBe(2, "what came meanwhile is not lost");
        installation.Problems.ShouldBeEmpty();

        Task<T> InAsync<T>(Func<IServiceProvider, Task<T>> ask) => installation.InAsync(site.Tenant, ask);

        Task<AnswerMailbox> MailboxAsync() => site.AskAsync(db => db.Mailboxes.SingleAsync(m => m.Kind == MailboxKind.Imap, Ct));

        async Task<Guid?> SaveAsync(Guid? known, MailboxForm given)
        {
            var saved = await InAsync(s => s.GetRequiredService<MailboxSetup>().SaveAsync(known, given, Ct));
            saved.Problem.ShouldBeNull();
            return saved.Id;
        }

        async Task ShouldBeKeptAsync()
        {
            var sealedText = (await MailboxAsync()).Secrets;
            (await InAsync(s => Task.FromResult(s.GetRequiredService<TenantSecrets>().OpenAll(sealedText)[MailboxTokens.RefreshToken]))).ShouldBe(provider.Refresh);
        }

        async Task ReadAsync()
        {
            await installation.WriteAsync(site.Tenant, (db, ct) => db.Mailboxes.Where(m => m.Kind == MailboxKind.Imap).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.NextReadAt, DateTime.UnixEpoch), ct));
            await InAsync(s => AnswerWorker.PortionAsync(s, Ct));
        }
    }
}
