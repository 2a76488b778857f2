using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>What admins are told of connections by letter.</summary>
public sealed class CrmNoticeTests(PostgresServer postgres)
{
    [Theory, ClassData(typeof(Providers))]
    public async Task Leads_that_were_given_up_are_told_of_once_a_day(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        await hub.Installation.AddAdminAsync(hub.Tenant);

        for (var i = 0; i < 2; i++)
        {
            await hub.LeadAsync(("email", $"p{i}@a.example"));
            hub.There.Faults.Plan(Fault.Partial);
            await hub.Installation.DeliverToAsync(hub.Tenant, hub.Id);
        }

        await using var db = hub.Installation.Open(hub.Tenant);
        (await db.Outbox.CountAsync(m => m.Channel == OutboxChannel.Crm && m.State == OutboxState.Dead)).ShouldBe(2);
        var letter = await db.SystemMails.SingleAsync();
        (letter.To, letter.Subject).ShouldBe(("ada@acme.test", "Leads could not be sent to “HubSpot”"));
        letter.Text.ShouldContain("phone is not a valid phone number");
        (await db.Outbox.SingleAsync(m => m.Channel == OutboxChannel.Mail)).DestinationId.ShouldBe(letter.Id);

        await hub.Installation.WriteAsync(hub.Tenant, (d, ct) => d.SystemMails.ExecuteUpdateAsync(m => m.SetProperty(x => x.CreatedAt, DateTime.UtcNow.AddHours(-25)), ct));
        await hub.LeadAsync(("email", "next@a.example"));
        hub.There.Faults.Plan(Fault.Partial);
        await hub.Installation.DeliverToAsync(hub.Tenant, hub.Id);
        (await db.SystemMails.CountAsync()).ShouldBe(2, "the next day");
    }

    [Theory, ClassData(typeof(Providers))]
    public async Task A_connection_that_needs_new_credentials_is_told_of_once(DataProvider provider)
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(provider, postgres);
        await hub.Installation.AddAdminAsync(hub.Tenant);
        await hub.LeadAsync(("email", "sanne@vandermolen.example"));

        hub.There.Withdraw();
        await hub.Installation.DeliverToAsync(hub.Tenant, hub.Id);
        await hub.Installation.DeliverToAsync(hub.Tenant, hub.Id);

        (await hub.IntegrationAsync()).State.ShouldBe(IntegrationState.Broken);
        await using var db = hub.Installation.Open(hub.Tenant);
        var letter = await db.SystemMails.SingleAsync();
        letter.Subject.ShouldBe("“HubSpot” needs you to sign in anew");
        letter.Text.ShouldContain("Nothing is lost");
    }

    [Fact]
    public async Task Signing_in_anew_sets_a_stopped_connection_going()
    {
        await using var hub = await ConnectedHubSpot.CreateAsync(DataProvider.Sqlite, postgres);
        await hub.LeadAsync(("email", "sanne@vandermolen.example"));
        hub.There.Withdraw();
        await hub.Installation.DeliverToAsync(hub.Tenant, hub.Id);
        var broken = await hub.IntegrationAsync();

        var connected = await hub.InAsync(s => s.GetRequiredService<CrmSetup>().ConnectAsync(
            hub.Id, new CrmCredentials(CrmKind.HubSpot, "HubSpot", broken.Settings, new Dictionary<string, string> { ["refreshToken"] = HubSpotFake.RefreshToken }), "member", default));

        connected.Problem.ShouldBeNull();
        (await hub.IntegrationAsync()).ShouldSatisfyAllConditions(i => i.State.ShouldBe(IntegrationState.Active), i => i.StateReason.ShouldBeNull(), i => i.FailingSince.ShouldBeNull());
        await hub.Installation.DeliverToAsync(hub.Tenant, hub.Id);
        hub.There.IdByEmail("sanne@vandermolen.example").ShouldNotBeNull();
    }
}
