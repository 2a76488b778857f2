using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Outbox;

/// <summary>Who takes what, in which order, and what happens when a dispatcher dies.</summary>
public sealed class DispatchTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Two_dispatchers_deliver_everything_and_nothing_twice(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Doors.Here);
        await using var other = installation.Beside();
        await using var sink = await Sink.StartAsync();
        var tenant = await installation.TenantAsync();
        var endpoint = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        var owed = await installation.OweAsync(tenant, endpoint, 600);

        await Task.WhenAll(installation.DeliverAsync(tenant, endpoint, 40), other.DeliverAsync(tenant, endpoint, 40));

        sink.Webhooks.Select(w => w.Id).Order().ShouldBe(owed.Select(WebhookSender.IdOf).Order());
        await using var db = installation.Open(tenant);
        (await db.Outbox.CountAsync(m => m.State == OutboxState.Delivered && m.Attempts == 1, Ct)).ShouldBe(600);
        (await db.DeliveryAttempts.CountAsync(Ct)).ShouldBe(600);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task What_a_dead_dispatcher_held_is_delivered_after_its_lease_and_its_late_word_does_not_count(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Doors.Here, ("Outbox:LeaseSeconds", "2"));
        await using var sink = await Sink.StartAsync();
        var tenant = await installation.TenantAsync();
        var endpoint = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        var owed = await installation.OweAsync(tenant, endpoint, 3);
        var claim = await installation.InAsync(tenant, s => s.GetRequiredService<OutboxQueue>().ClaimAsync(endpoint, 10, Ct));
        claim.Chains.Count.ShouldBe(3);
        (await installation.DeliverAsync(tenant, endpoint)).Any.ShouldBeFalse();

        await Eventually.IsAsync(async () =>
        {
            await installation.DeliverAsync(tenant, endpoint);
            return sink.Webhooks.Count == 3;
        });
        var late = new DeliveryResult(owed[0], DeliveryVerdict.Refused);
        await installation.InAsync(tenant, s => s.GetRequiredService<OutboxQueue>().SettleAsync(
            claim,
            [.. claim.Chains.SelectMany(c => OutboxSettling.Settle(c, new Dictionary<Guid, DeliveryResult> { [late.MessageId] = late }, DateTime.UnixEpoch))],
            (_, _) => Task.CompletedTask,
            Ct));

        (await installation.MessageAsync(tenant, owed[0])).State.ShouldBe(OutboxState.Delivered);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Messages_of_a_lead_go_in_their_order_and_wait_for_the_one_that_fails(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Doors.Here);
        await using var sink = await Sink.StartAsync();
        var tenant = await installation.TenantAsync();
        var endpoint = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        var (held, free) = (Guid.NewGuid(), Guid.NewGuid());
        var first = await installation.OweAsync(tenant, endpoint, 4, held);
        var second = await installation.OweAsync(tenant, endpoint, 4, free);
        sink.Answer = (n, context) =>
        {
            context.Response.StatusCode = context.Request.Headers["webhook-id"] == WebhookSender.IdOf(first[0]) && n < 8 ? 500 : 204;
            return Task.CompletedTask;
        };

        for (var round = 0; round < 3; round++)
        {
            await installation.DeliverAsync(tenant, endpoint, 3);
        }

        sink.Webhooks.Select(w => w.Id).ShouldNotContain(WebhookSender.IdOf(first[1]));
        sink.Webhooks.Select(w => w.Id).Where(second.Select(WebhookSender.IdOf).Contains).ShouldBe(second.Select(WebhookSender.IdOf));
        (await installation.MessageAsync(tenant, first[3])).DueAt.ShouldBeGreaterThan(DateTime.UtcNow);

        // Its time has come.
        sink.Answer = null;
        await installation.WriteAsync(tenant, (db, ct) => db.Outbox.Where(m => m.Id == first[0])
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.DueAt, DateTime.UnixEpoch), ct));
        await installation.DeliverAsync(tenant, endpoint, 3);
        sink.Webhooks.Select(w => w.Id).Where(first.Skip(1).Select(WebhookSender.IdOf).Contains).ShouldBe(first.Skip(1).Select(WebhookSender.IdOf));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_replay_keeps_the_id_and_a_replay_of_many_is_spread(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Doors.Here);
        await using var sink = await Sink.StartAsync();
        var tenant = await installation.TenantAsync();
        var endpoint = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        var owed = await installation.OweAsync(tenant, endpoint, 600);
        await installation.WriteAsync(tenant, (db, ct) => db.Outbox.ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutboxState.Dead).SetProperty(x => x.Attempts, 10).SetProperty(x => x.Round, 10), ct));

        (await installation.InAsync(tenant, s => s.GetRequiredService<OutboxReplay>().ReplayAsync(owed[0], Ct))).ShouldBeTrue();
        await installation.DeliverAsync(tenant, endpoint);
        sink.Webhooks.Select(w => w.Id).ShouldBe([WebhookSender.IdOf(owed[0])]);
        (await installation.MessageAsync(tenant, owed[0])).Attempts.ShouldBe(11);

        (await installation.InAsync(tenant, s => s.GetRequiredService<OutboxReplay>().ReplayAsync(new ReplayFilter { DestinationId = endpoint }, Ct))).ShouldBe(599);
        await using var db = installation.Open(tenant);
        var dues = await db.Outbox.Where(m => m.State == OutboxState.Waiting).Select(m => m.DueAt).ToListAsync(Ct);
        (dues.Max() - dues.Min()).ShouldBe(OutboxReplay.Gap * 598);
        (await installation.InAsync(tenant, s => s.GetRequiredService<OutboxReplay>().ReplayAsync(Guid.NewGuid(), Ct))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_hanging_and_a_dead_endpoint_keep_nobody_else_waiting()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, Doors.Here);
        await using var hanging = await Sink.StartAsync();
        await using var sink = await Sink.StartAsync();
        var release = new TaskCompletionSource();
        hanging.Answer = (_, _) => release.Task;
        var (tenant, neighbour) = (await installation.TenantAsync(), await installation.TenantAsync("beta"));
        var slow = (await installation.SubscribeAsync(tenant, hanging.Url)).Row!.Id;
        var dead = (await installation.SubscribeAsync(tenant, "http://127.0.0.1:1/hook")).Row!.Id;
        var good = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        var theirs = (await installation.SubscribeAsync(neighbour, sink.Url)).Row!.Id;
        await installation.OweAsync(tenant, slow, 400);
        await installation.OweAsync(tenant, dead, 400);
        var dispatcher = ActivatorUtilities.CreateInstance<OutboxDispatcher>(installation.Services);
        await dispatcher.StartAsync(Ct);
        await Eventually.IsAsync(() => Task.FromResult(hanging.Webhooks.Count == 5), 10);

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await installation.OweAsync(tenant, good, 100);
        await installation.OweAsync(neighbour, theirs, 100);
        await Eventually.IsAsync(() => Task.FromResult(sink.Webhooks.Count == 200), 10, () => $"{sink.Webhooks.Count} of 200 came.");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        hanging.Webhooks.Count.ShouldBe(5, "the cap of an endpoint");
        await using var db = installation.Open(tenant);
        (await db.Outbox.CountAsync(m => m.DestinationId == dead && m.Attempts > 0, Ct)).ShouldBeLessThan(60, "a dead endpoint is not tried with its whole backlog");

        release.SetResult();
        await dispatcher.StopAsync(CancellationToken.None);
        dispatcher.Dispose();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Old_attempts_and_messages_are_forgotten_and_young_ones_kept(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Doors.Here);
        await using var sink = await Sink.StartAsync();
        var tenant = await installation.TenantAsync();
        var endpoint = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        await installation.OweAsync(tenant, endpoint, 5);
        await installation.DeliverAsync(tenant, endpoint);
        await installation.OweAsync(tenant, endpoint, 2);

        async Task<int> SweepAsync(int days) => await installation.InAsync(
            tenant, s => OutboxSweep.RunAsync(s.GetRequiredService<TenantWrites>(), DateTime.UtcNow.AddDays(days), Ct));
        (await SweepAsync(29)).ShouldBe(0);
        (await SweepAsync(31)).ShouldBe(10);
        await using var db = installation.Open(tenant);
        (await db.Outbox.CountAsync(Ct)).ShouldBe(2, "what waits is owed, however old");
    }
}
