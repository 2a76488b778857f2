using System.Text;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Tests.Outbox;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Kill;

/// <summary>O1 for deliveries: a portal that dies at each of its named places loses none and sends none under a second id.</summary>
public sealed class OutboxKillTests(PostgresServer postgres)
{
    private const int Owed = 60;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliveries_survive_a_kill_after_the_claim_before_the_request_and_before_the_mark()
    {
        await using var installation = await Installation.CreateAsync(
            DataProvider.Sqlite, postgres, null, Doors.Here, ("Outbox:LeaseSeconds", "2"), ("urls", "http://127.0.0.1:0"), ("Logging:LogLevel:Default", "Warning"));
        await using var sink = await Sink.StartAsync();
        var tenant = await installation.TenantAsync();
        var endpoint = (await installation.SubscribeAsync(tenant, sink.Url)).Row!.Id;
        var owed = await installation.OweAsync(tenant, endpoint, Owed);

        foreach (var place in new[] { "outbox-claimed:2", "outbox-sending:7", "outbox-answered:1" })
        {
            using var doomed = PortalProcess.Start(installation, new Dictionary<string, string> { ["LEADGEN_FAILPOINT"] = place });
            await Eventually.IsAsync(() => Task.FromResult(doomed.HasExited), 60, () => $"It did not reach {place}.\n{doomed.Output}");
            (await LeftAsync()).ShouldBeGreaterThan(0, $"nothing was left to lose at {place}");
        }

        using var portal = PortalProcess.Start(installation);
        await Eventually.IsAsync(async () => await LeftAsync() == 0, 60, () => portal.Output);

        sink.Webhooks.Select(w => w.Id).Distinct().Order().ShouldBe(owed.Select(WebhookSender.IdOf).Order());
        sink.Webhooks.GroupBy(w => w.Id).ShouldAllBe(g => g.Select(w => Encoding.UTF8.GetString(w.Body)).Distinct().Count() == 1);
        await using var db = installation.Open(tenant);
        (await db.Outbox.CountAsync(m => m.State == OutboxState.Delivered && m.ClaimToken == null && m.Attempts == 1, Ct)).ShouldBe(Owed);

        async Task<int> LeftAsync()
        {
            await using var look = installation.Open(tenant);
            return await look.Outbox.CountAsync(m => m.State == OutboxState.Waiting, Ct);
        }
    }
}
