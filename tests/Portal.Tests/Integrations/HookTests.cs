using System.Net;
using System.Text;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Integrations;

/// <summary>Calls of CRMs as strangers and vendors make them.</summary>
public sealed class HookTests(PortalUnderTest portal)
{
    private static readonly string Secret = WebhookSecret.Create();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_is_signed_for_this_tenant_is_taken_and_the_others_learn_nothing()
    {
        var (tenant, other) = (await portal.NewTenantAsync(), await portal.NewTenantAsync());
        await ConnectAsync(tenant, Secret, "own-key");
        await ConnectAsync(other, WebhookSecret.Create(), "other-key");
        using var client = portal.Client();

        (await client.SendAsync(Call($"/hooks/{tenant.Slug}/own-key"), Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.SendAsync(Call($"/hooks/{tenant.Slug}/own-key"), Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(client, Call($"/hooks/{other.Slug}/other-key"))).ShouldBe((HttpStatusCode.Unauthorized, ""));
        (await StatusAsync(client, Call($"/hooks/{other.Slug}/own-key"))).ShouldBe((HttpStatusCode.NotFound, ""));
        (await StatusAsync(client, Call("/hooks/nobody/own-key"))).ShouldBe((HttpStatusCode.NotFound, ""));
        (await StatusAsync(client, Call($"/hooks/{tenant.Slug}/own-key", body: new string('x', 1024 * 1024 + 1)))).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await StatusAsync(client, Call($"/hooks/{tenant.Slug}/own-key", age: 301))).ShouldBe((HttpStatusCode.Unauthorized, ""));

        (await RowsAsync(tenant)).ShouldBe(1);
        (await RowsAsync(other)).ShouldBe(0);
    }

    private static HttpRequestMessage Call(string path, string? body = null, int age = 0)
    {
        body ??= """{"type":"lead.changed","timestamp":"2026-11-22T10:00:00Z","data":{"id":"abc","stage":"Won"}}""";
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - age;
        return new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers =
            {
                { "webhook-id", "msg_1" },
                { "webhook-timestamp", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture) },
                { "webhook-signature", WebhookSignature.Sign("msg_1", seconds, Encoding.UTF8.GetBytes(body), WebhookSecret.Key(Secret)) },
            },
        };
    }

    private static async Task<(HttpStatusCode Status, string Body)> StatusAsync(HttpClient client, HttpRequestMessage call)
    {
        using var answer = await client.SendAsync(call, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private Task<int> RowsAsync(Tenant tenant) => portal.InTenantAsync(tenant, async s =>
    {
        await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct);
        return await db.Inbox.CountAsync(Ct);
    });

    private Task<int> ConnectAsync(Tenant tenant, string secret, string key) => portal.InTenantAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(
        async (db, ct) =>
        {
            db.Integrations.Add(new Integration
            {
                Id = Guid.CreateVersion7(),
                Kind = CrmKind.Webhook,
                Name = "Own system",
                HookKey = key,
                State = IntegrationState.Active,
                Secrets = s.GetRequiredService<TenantSecrets>().SealAll(new Dictionary<string, string> { ["hookSecret"] = secret }),
                CreatedAt = DateTime.UnixEpoch,
                CreatedBy = "test",
            });
            await db.SaveChangesAsync(ct);
            return 0;
        },
        Ct));
}
