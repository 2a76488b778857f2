using System.Globalization;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Catalog;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Outbox;

/// <summary>W3 to W6: the way of a message over days, by a clock of ours.</summary>
public sealed class DeliveryTests(PostgresServer postgres)
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Task<Installation> CreateAsync(DataProvider provider) =>
        Installation.CreateAsync(provider, postgres, s => s.AddSingleton<TimeProvider>(clock), Doors.Here);

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_endpoint_that_always_fails_gets_ten_attempts_at_the_specified_times(DataProvider provider)
    {
        await using var installation = await CreateAsync(provider);
        await using var sink = await Sink.StartAsync();
        sink.Answer = Sink.Always(500);
        var tenant = await installation.TenantAsync();
        var endpoint = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        var message = (await installation.OweAsync(tenant, endpoint, 1))[0];
        double[] delays = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

        for (var attempt = 1; attempt <= delays.Length; attempt++)
        {
            var due = (await installation.MessageAsync(tenant, message)).DueAt - clock.GetUtcNow().UtcDateTime;
            due.TotalSeconds.ShouldBeInRange(delays[attempt - 1] * 0.9, delays[attempt - 1] * 1.1);
            clock.Advance(due - TimeSpan.FromMilliseconds(due > TimeSpan.Zero ? 10 : 0));
            if (attempt > 1)
            {
                (await installation.DeliverAsync(tenant, endpoint)).Any.ShouldBeFalse("too early");
                clock.Advance(TimeSpan.FromMilliseconds(20));
            }

            (await installation.DeliverAsync(tenant, endpoint)).Outcome.Failed.ShouldBe(1);
            sink.Webhooks.Count.ShouldBe(attempt);
        }

        var dead = await installation.MessageAsync(tenant, message);
        dead.ShouldSatisfyAllConditions(
            m => m.State.ShouldBe(OutboxState.Dead),
            m => m.Attempts.ShouldBe(10),
            m => m.LastStatus.ShouldBe(500),
            m => m.LastError.ShouldBe("The server answered 500 Internal Server Error."),
            m => m.EndedAt.ShouldNotBeNull());
        sink.Webhooks.Select(w => w.Id).Distinct().ShouldHaveSingleItem().ShouldBe(WebhookSender.IdOf(message));
        sink.Webhooks.Select(w => w.Timestamp).Distinct().Count().ShouldBe(10);
        sink.Webhooks.Select(w => w.Signature).Distinct().Count().ShouldBe(10);
        await using var db = installation.Open(tenant);
        (await db.DeliveryAttempts.OrderBy(a => a.Id).Select(a => a.Number).ToListAsync(Ct)).ShouldBe(Enumerable.Range(1, 10));
        (await db.WebhookEndpoints.SingleAsync(Ct)).State.ShouldBe(EndpointState.Active, "three days are not five");
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Five_days_of_failure_disable_an_endpoint_and_its_admins_hear_of_it_once(DataProvider provider)
    {
        await using var installation = await CreateAsync(provider);
        await using var sink = await Sink.StartAsync();
        sink.Answer = Sink.Always(503);
        var tenant = await installation.TenantAsync();
        await AddAdminAsync(installation, tenant.Id);
        var endpoint = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        for (var day = 0; day <= 5; day++)
        {
            await installation.OweAsync(tenant, endpoint, 1);
            (await installation.DeliverAsync(tenant, endpoint)).Outcome.Failed.ShouldBeGreaterThan(0);
            clock.Advance(TimeSpan.FromDays(1));
        }

        await using var db = installation.Open(tenant);
        (await db.WebhookEndpoints.SingleAsync(Ct)).ShouldSatisfyAllConditions(
            e => e.State.ShouldBe(EndpointState.Disabled),
            e => e.StateReason.ShouldBe("Nothing got through for 5 days. The last answer: The server answered 503 Service Unavailable."));
        var count = sink.Webhooks.Count;
        (await installation.DeliverAsync(tenant, endpoint)).Any.ShouldBeFalse();
        sink.Webhooks.Count.ShouldBe(count);

        // Two admins, one event.
        var mails = await db.SystemMails.Where(m => m.Subject.Contains("was stopped")).ToListAsync(Ct);
        mails.Select(m => m.To).ShouldBe(["ada@acme.test"]);
        (await db.Outbox.Where(m => m.Channel == OutboxChannel.Mail).Select(m => m.DestinationId).ToListAsync(Ct)).ShouldContain(mails[0].Id);

        sink.Answer = null;
        await installation.InAsync(tenant, s => s.GetRequiredService<WebhookEndpoints>().ResumeAsync(endpoint, Ct));
        await installation.DeliverAsync(tenant, endpoint);
        (await db.Outbox.CountAsync(m => m.Channel == OutboxChannel.Webhook && m.State != OutboxState.Delivered, Ct)).ShouldBe(0);
        (await db.WebhookEndpoints.AsNoTracking().SingleAsync(Ct)).FailingSince.ShouldBeNull();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_endpoint_that_is_gone_is_called_no_more_and_one_that_asks_for_time_gets_it(DataProvider provider)
    {
        await using var installation = await CreateAsync(provider);
        await using var gone = await Sink.StartAsync();
        await using var busy = await Sink.StartAsync();
        gone.Answer = Sink.Always(410);
        busy.Answer = Sink.Always(429, ("Retry-After", "120"));
        var tenant = await installation.TenantAsync();
        var (first, second) = ((await installation.SubscribeAsync(tenant, gone.Url)).Row!.Id, (await installation.SubscribeAsync(tenant, busy.Url)).Row!.Id);
        await installation.OweAsync(tenant, first, 30);
        var owed = await installation.OweAsync(tenant, second, 1);

        (await installation.DeliverAsync(tenant, first)).Outcome.IsGone.ShouldBeTrue();
        (await installation.DeliverAsync(tenant, second)).Hold.ShouldBe(TimeSpan.FromSeconds(120));

        gone.Webhooks.Count.ShouldBeLessThanOrEqualTo(5);
        var calls = gone.Webhooks.Count;
        clock.Advance(TimeSpan.FromDays(2));
        await installation.DeliverAsync(tenant, first);
        gone.Webhooks.Count.ShouldBe(calls);
        (await installation.MessageAsync(tenant, owed[0])).DueAt.ShouldBeGreaterThanOrEqualTo(clock.GetUtcNow().UtcDateTime.AddDays(-2).AddSeconds(120));
        await using var db = installation.Open(tenant);
        (await db.WebhookEndpoints.SingleAsync(e => e.Id == first, Ct)).StateReason.ShouldBe("The server says that this address is gone for good (410).");
    }

    [Fact]
    public async Task A_rotated_secret_signs_beside_the_old_one_for_a_day()
    {
        await using var installation = await CreateAsync(DataProvider.Sqlite);
        await using var sink = await Sink.StartAsync();
        var tenant = await installation.TenantAsync();
        var made = await installation.SubscribeAsync(tenant, sink.Url);
        var rotated = await installation.InAsync(tenant, s => s.GetRequiredService<WebhookEndpoints>().RotateAsync(made.Row!.Id, Ct));
        rotated.Secret.ShouldNotBe(made.Secret);
        await installation.OweAsync(tenant, made.Row!.Id, 1);
        await installation.DeliverAsync(tenant, made.Row.Id);
        clock.Advance(TimeSpan.FromHours(24));
        await installation.OweAsync(tenant, made.Row.Id, 1);
        await installation.DeliverAsync(tenant, made.Row.Id);

        var (during, after) = (sink.Webhooks[0], sink.Webhooks[1]);
        during.Signature.Split(' ').Length.ShouldBe(2);
        after.Signature.Split(' ').Length.ShouldBe(1);
        Verify(made.Secret!, during).ShouldBe(WebhookVerdict.Genuine);
        Verify(rotated.Secret!, during).ShouldBe(WebhookVerdict.Genuine);
        Verify(rotated.Secret!, after).ShouldBe(WebhookVerdict.Genuine);
        Verify(made.Secret!, after).ShouldBe(WebhookVerdict.Forged);
        await using var db = installation.Open(tenant);
        var row = await db.WebhookEndpoints.SingleAsync(Ct);
        (row.Secret + row.OldSecret).ShouldNotContain(made.Secret!["whsec_".Length..]);
        (await db.DeliveryAttempts.Select(a => a.Request).ToListAsync(Ct)).ShouldAllBe(r => !r!.Contains("v1,"));
    }

    private static WebhookVerdict Verify(string secret, Sink.Taken taken) => WebhookSignature.Verify(
        [secret], taken.Id, taken.Timestamp, taken.Signature, taken.Body,
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(taken.Timestamp, CultureInfo.InvariantCulture)).UtcDateTime);

    private static async Task AddAdminAsync(Installation installation, Guid tenant)
    {
        await using var catalog = installation.Get<IDbContextFactory<CatalogDb>>().CreateDbContext();
        foreach (var (name, role) in new[] { ("ada", MemberRole.Admin), ("ed", MemberRole.Editor) })
        {
            var user = new User { Id = Guid.NewGuid(), UserName = $"{name}@acme.test", Email = $"{name}@acme.test", DisplayName = name };
            catalog.Users.Add(user);
            catalog.Memberships.Add(new Membership { TenantId = tenant, UserId = user.Id, Role = role, Since = DateTime.UnixEpoch });
        }

        await catalog.SaveChangesAsync(Ct);
    }
}
