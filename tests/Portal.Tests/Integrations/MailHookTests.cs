using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Integrations;

/// <summary>Mail that providers post to us.</summary>
public sealed class MailHookTests(PortalUnderTest portal)
{
    private const string Mail = "From: bea@customer.example\nTo: sales@fernhill.example\nMessage-ID: <1@customer.example>\nSubject: Re: Forklifts\n\nYes, please.\n";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_mail_that_is_proved_is_taken_and_the_same_mail_fifty_times_is_one_row()
    {
        var (tenant, other) = (await portal.NewTenantAsync(), await portal.NewTenantAsync());
        var (address, secret) = await AddAsync(tenant);
        var (foreign, otherSecret) = await AddAsync(other);
        using var client = portal.Client();

        (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => StatusAsync(client, Signed(address, secret))))).ShouldAllBe(s => s == HttpStatusCode.OK);
        (await StatusAsync(client, WithPassword(address, secret))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(client, Signed(address, otherSecret))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(client, Signed(address, secret, age: 301))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(client, Signed(address, secret, sent: Mail.Replace("Yes", "yes", StringComparison.Ordinal)))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(client, WithPassword(address, "guessed"))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(client, Call(address, Mail))).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(client, Signed(foreign.Replace(other.Slug, tenant.Slug, StringComparison.Ordinal), otherSecret))).ShouldBe(HttpStatusCode.NotFound);
        var large = WithPassword(address, secret, new string('x', MailParser.Largest + 1));
        large.Headers.ExpectContinue = true;
        (await StatusAsync(client, large)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        (await RowsAsync(tenant)).ShouldBe(1);
        (await RowsAsync(other)).ShouldBe(0);
    }

    private static HttpRequestMessage Call(string address, string mail) => new(HttpMethod.Post, address) { Content = new StringContent(mail, Encoding.UTF8, "message/rfc822") };

    private static HttpRequestMessage WithPassword(string address, string secret, string mail = Mail)
    {
        var call = Call(address, mail);
        call.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("mail:" + secret)));
        return call;
    }

    private static HttpRequestMessage Signed(string address, string secret, int age = 0, string sent = Mail)
    {
        var call = Call(address, sent);
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - age;
        call.Headers.Add("webhook-id", "msg_1");
        call.Headers.Add("webhook-timestamp", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        call.Headers.Add("webhook-signature", WebhookSignature.Sign("msg_1", seconds, Encoding.UTF8.GetBytes(Mail), WebhookSecret.Key(secret)));
        return call;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpRequestMessage call)
    {
        using var answer = await client.SendAsync(call, Ct);
        return answer.StatusCode;
    }

    private Task<(string Address, string Secret)> AddAsync(Tenant tenant) => portal.InTenantAsync(tenant, async s =>
    {
        var setup = s.GetRequiredService<MailboxSetup>();
        var saved = await setup.AddHookAsync("sales@fernhill.example", Ct);
        return ($"/hooks/{tenant.Slug}/{(await setup.ListAsync(Ct)).Single().HookKey}/mail", saved.Secret!);
    });

    private Task<int> RowsAsync(Tenant tenant) => portal.InTenantAsync(tenant, async s =>
    {
        await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct);
        return await db.InboundMails.CountAsync(Ct);
    });
}
