using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Outbox;

/// <summary>Subscriptions and deliveries for tests, made and run through the program's own doors.</summary>
internal static class Doors
{
    /// <summary>Opens this machine to the guarded client.</summary>
    public static readonly (string, string) Here = ("Outbound:AllowedNetworks:0", "127.0.0.0/8");

    public static Task<EndpointSaved> SubscribeAsync(this Installation installation, Tenant tenant, string url, params string[] topics) =>
        installation.InAsync(tenant, async s =>
        {
            var saved = await s.GetRequiredService<WebhookEndpoints>().CreateAsync("Sink", url, topics, "member:1");
            saved.Problems.ShouldBeEmpty();
            return saved;
        });

    /// <summary>Messages as an event writes them, one after the other.</summary>
    public static async Task<IReadOnlyList<Guid>> OweAsync(this Installation installation, Tenant tenant, Guid endpoint, int count, Guid? lead = null)
    {
        List<Guid> ids = [];
        await installation.InAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync((db, ct) =>
        {
            var now = s.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
            ids = [.. Enumerable.Range(0, count).Select(_ => OutboxIds.Next(now))];
            db.Raise(LeadGen.Infrastructure.Work.WorkKind.Outbox);
            return db.BulkInsertAsync([.. ids.Select((id, i) => new OutboxMessage
            {
                Id = id,
                Channel = OutboxChannel.Webhook,
                DestinationId = endpoint,
                Topic = LeadTopics.Scored,
                LeadId = lead,
                Payload = $$"""{"type":"lead.scored","number":{{i}}}""",
                CreatedAt = now,
                DueAt = now,
            })], ct);
        }));
        return ids;
    }

    /// <summary>Delivers what is due now, without the dispatcher's loop.</summary>
    public static async Task<PortionResult> DeliverAsync(this Installation installation, Tenant tenant, Guid endpoint, int most = 256)
    {
        PortionResult? last;
        do
        {
            last = await installation.InAsync(
                tenant, s => s.GetRequiredService<OutboxLane>().RunAsync(OutboxChannel.Webhook, endpoint, most, TestContext.Current.CancellationToken));
        }
        while (last.Any && last.Outcome.Failed == 0 && !last.Outcome.IsGone);
        return last;
    }

    public static async Task<OutboxMessage> MessageAsync(this Installation installation, Tenant tenant, Guid id)
    {
        await using var db = installation.Open(tenant);
        return await db.Outbox.SingleAsync(m => m.Id == id);
    }
}
