using LeadGen.Fakes.HubSpot;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>A tenant that is connected with a pretended HubSpot account, the way a person connects it.</summary>
internal sealed class ConnectedHubSpot : IAsyncDisposable
{
    private ConnectedHubSpot(Installation installation, Tenant tenant, HubSpotFake there, Guid id) =>
        (Installation, Tenant, There, Id) = (installation, tenant, there, id);

    public Installation Installation { get; }

    public Tenant Tenant { get; }

    public HubSpotFake There { get; }

    public Guid Id { get; }

    public static async Task<ConnectedHubSpot> CreateAsync(
        DataProvider provider, PostgresServer postgres, Action<Integration>? more = null, params (string Name, string Value)[] secrets)
    {
        var there = new HubSpotFake();
        await there.StartAsync();
        var installation = await Installation.CreateAsync(provider, postgres, null, ("Outbound:AllowedNetworks:0", "127.0.0.0/8"));
        var tenant = await installation.TenantAsync();
        var given = secrets.Length > 0 ? secrets : [("token", HubSpotFake.Token), ("clientSecret", HubSpotFake.ClientSecret)];
        var id = await installation.InAsync(tenant, async s =>
        {
            var setup = s.GetRequiredService<CrmSetup>();
            var settings = new CrmSettings { BaseUrl = there.Address, ClientId = HubSpotFake.ClientId };
            var connected = await setup.ConnectAsync(
                null, new CrmCredentials(CrmKind.HubSpot, "HubSpot", settings, given.ToDictionary(g => g.Name, g => g.Value)), "member", default);
            connected.Problem.ShouldBeNull();
            var integration = connected.Integration!;
            var (fields, _) = await setup.FieldsAsync(integration, default);
            var (stages, _) = await setup.StagesAsync(integration, default);
            await setup.ChangeAsync(
                integration.Id,
                i =>
                {
                    i.Mapping = CrmSuggestions.For(fields);
                    i.Settings = i.Settings with { Stages = CrmSuggestions.For(stages) };
                    more?.Invoke(i);
                },
                default);
            (await setup.StartAsync(integration.Id, backfill: false, default)).ShouldBeNull();
            return integration.Id;
        });
        return new ConnectedHubSpot(installation, tenant, there, id);
    }

    public Task<T> InAsync<T>(Func<IServiceProvider, Task<T>> work) => Installation.InAsync(Tenant, work);

    /// <summary>Takes a lead in and has it scored, which queues it for the CRM.</summary>
    public async Task<Guid> LeadAsync(params (string Field, string Value)[] values)
    {
        var taken = await Installation.TakeAsync(Tenant, () => Leads.Read(values));
        await Installation.ScoreAllAsync(Tenant);
        return taken[0].Lead!.Id;
    }

    public Task<int> QueueAsync(params Guid[] leads) => InAsync(s => s.GetRequiredService<TenantWrites>().RunAsync(
        (db, ct) => CrmQueue.AddAsync(db, leads, DateTime.UtcNow, ct)));

    /// <summary>Delivers what waits, as the dispatcher does; delivered messages are ended.</summary>
    public Task<IReadOnlyList<DeliveryResult>> DeliverAsync() => InAsync<IReadOnlyList<DeliveryResult>>(async s =>
    {
        await using var db = Installation.Open(Tenant);
        var waiting = await db.Outbox.AsNoTracking().Where(m => m.State == OutboxState.Waiting && m.Channel == OutboxChannel.Crm).OrderBy(m => m.Id).ToListAsync();
        if (waiting.Count == 0)
        {
            return [];
        }

        var results = new List<DeliveryResult>();
        foreach (var batch in waiting.Chunk(100))
        {
            results.AddRange(await s.GetRequiredService<CrmSync>().DeliverAsync(Id, batch, default));
        }

        var done = results.Where(r => r.Verdict is DeliveryVerdict.Delivered or DeliveryVerdict.Dropped or DeliveryVerdict.Refused).Select(r => r.MessageId).ToList();
        await s.GetRequiredService<TenantWrites>().RunAsync((d, ct) => d.Outbox.Where(m => done.Contains(m.Id))
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.State, OutboxState.Delivered), ct));
        return results;
    });

    /// <summary>Works until there is nothing more to do at once.</summary>
    public async Task WorkAsync()
    {
        while ((await InAsync(s => CrmWorker.PortionAsync(s, default))).Worked)
        {
            // The next portion.
        }
    }

    public async Task<Integration> IntegrationAsync()
    {
        await using var db = Installation.Open(Tenant);
        return await db.Integrations.AsNoTracking().SingleAsync();
    }

    public async Task<CrmLink?> LinkAsync(Guid lead)
    {
        await using var db = Installation.Open(Tenant);
        return await db.CrmLinks.AsNoTracking().SingleOrDefaultAsync(l => l.LeadId == lead);
    }

    public async Task<Lead> StoredAsync(Guid lead)
    {
        await using var db = Installation.Open(Tenant);
        return await db.Leads.AsNoTracking().SingleAsync(l => l.Id == lead);
    }

    /// <summary>A call of our hook as HubSpot makes it.</summary>
    public async Task<HookAnswer> HookAsync(HttpRequestMessage sent, string? key = null)
    {
        var hookKey = key ?? (await IntegrationAsync()).HookKey;
        var headers = sent.Headers.ToDictionary(h => h.Key, h => h.Value.First());
        var body = await sent.Content!.ReadAsByteArrayAsync();
        return await InAsync(s => s.GetRequiredService<CrmInbox>().TakeAsync(hookKey, new CrmHook("POST", sent.RequestUri!, headers, body), default));
    }

    public async ValueTask DisposeAsync()
    {
        await Installation.DisposeAsync();
        await There.DisposeAsync();
    }
}
