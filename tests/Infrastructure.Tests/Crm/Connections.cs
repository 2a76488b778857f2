using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Crm;

/// <summary>Connections of a tenant, made and worked through the program's own doors.</summary>
internal static class Connections
{
    public static Task<Guid> ConnectAsync(
        this Installation installation, Tenant tenant, CrmKind kind, CrmSettings settings, Action<Integration>? more, params (string Name, string Value)[] secrets) =>
        installation.InAsync(tenant, async s =>
        {
            var setup = s.GetRequiredService<CrmSetup>();
            var connected = await setup.ConnectAsync(null, new CrmCredentials(kind, kind.ToString(), settings, secrets.ToDictionary(x => x.Name, x => x.Value)), "member", default);
            connected.Problem.ShouldBeNull();
            var (fields, _) = await setup.FieldsAsync(connected.Integration!, default);
            var (stages, _) = await setup.StagesAsync(connected.Integration!, default);
            await setup.ChangeAsync(
                connected.Integration!.Id,
                i =>
                {
                    (i.Mapping, i.Settings) = (CrmSuggestions.For(fields), i.Settings with { Stages = CrmSuggestions.For(stages) });
                    more?.Invoke(i);
                },
                default);
            (await setup.StartAsync(connected.Integration.Id, backfill: false, default)).ShouldBeNull();
            return connected.Integration.Id;
        });

    /// <summary>Works until there is nothing more to do at once.</summary>
    public static async Task WorkAsync(this Installation installation, Tenant tenant)
    {
        while ((await installation.InAsync(tenant, s => CrmWorker.PortionAsync(s, default))).Worked)
        {
            // The next portion.
        }
    }

    /// <summary>Delivers and stores what is due for a connection, without the dispatcher's loop.</summary>
    public static async Task DeliverToAsync(this Installation installation, Tenant tenant, Guid id)
    {
        while ((await installation.InAsync(tenant, s => s.GetRequiredService<OutboxLane>().RunAsync(OutboxChannel.Crm, id, 256, default))) is { Any: true, Hold: null })
        {
            // The next portion.
        }
    }

    /// <summary>A call of the connection's hook.</summary>
    public static async Task<HookAnswer> HookAsync(this Installation installation, Tenant tenant, HttpRequestMessage sent)
    {
        var key = (await installation.IntegrationAsync(tenant)).HookKey;
        var headers = sent.Headers.ToDictionary(h => h.Key, h => h.Value.First());
        var body = await sent.Content!.ReadAsByteArrayAsync();
        return await installation.InAsync(tenant, s => s.GetRequiredService<CrmInbox>().TakeAsync(key, new CrmHook("POST", sent.RequestUri!, headers, body), default));
    }

    public static async Task<Integration> IntegrationAsync(this Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return await db.Integrations.AsNoTracking().SingleAsync();
    }

    public static async Task AddAdminAsync(this Installation installation, Tenant tenant)
    {
        await using var catalog = installation.Catalog();
        var user = new User { Id = Guid.NewGuid(), UserName = "ada@acme.test", Email = "ada@acme.test", DisplayName = "Ada", CreatedAt = DateTime.UnixEpoch };
        catalog.Users.Add(user);
        catalog.Memberships.Add(new Membership { TenantId = tenant.Id, UserId = user.Id, Role = MemberRole.Admin, Since = DateTime.UnixEpoch });
        await catalog.SaveChangesAsync();
    }
}
