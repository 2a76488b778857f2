using System.Net;
using System.Text;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Tests.Api;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Isolation;

/// <summary>Two tenants with a lead of the same id, and with everything else of B marked so that it is known wherever it turns up.</summary>
internal sealed class TwoTenants
{
    /// <summary>Stands in every text of B and nowhere in A.</summary>
    public const string Canary = "zanzibarcanary";

    public required Tenant A { get; init; }
    public required Tenant B { get; init; }
    public required HttpClient ClientA { get; init; }
    public required HttpClient ClientB { get; init; }

    /// <summary>A lead that both have, with other contents.</summary>
    public required Guid SharedLead { get; init; }

    /// <summary>What only B has.</summary>
    public required Guid LeadOfB { get; init; }
    public required Guid ImportOfB { get; init; }
    public required Guid IcpOfB { get; init; }
    public required int ModelOfB { get; init; }
    public required Guid IntegrationOfB { get; init; }
    public required Guid SubscriptionOfB { get; init; }
    public required Guid DeliveryOfB { get; init; }
    public required Guid TemplateOfB { get; init; }
    public required Guid DocumentOfB { get; init; }

    /// <summary>One of A's own.</summary>
    public required Guid TemplateOfA { get; init; }
    public required Guid SenderOfB { get; init; }
    public required Guid SequenceOfB { get; init; }
    public required Guid MailOfB { get; init; }

    /// <summary>Unmarked: A brings a lead with this address, too.</summary>
    public static string EmailOfB => "bea@both.example";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TwoTenants> CreateAsync(PortalUnderTest portal)
    {
        var (a, b) = (await portal.NewTenantAsync(), await portal.NewTenantAsync());
        var (clientA, clientB) = (portal.Client(await portal.NewKeyAsync(a)), portal.Client(await portal.NewKeyAsync(b)));
        var shared = Guid.CreateVersion7();
        await AddLeadAsync(portal, a, shared, "own@a.example", "Our own words about forklifts");
        await AddLeadAsync(portal, b, shared, $"shared-{Canary}@b.example", $"{Canary} words about forklifts");
        await clientA.UntilScoredAsync(await clientA.TakeLeadAsync(new { email = "second@a.example", message = "Forklifts, please" }));
        var lead = await clientB.TakeLeadAsync(new
        {
            email = EmailOfB,
            fullName = $"Bea {Canary}",
            companyName = $"{Canary} Ltd",
            message = $"{Canary} asks for a quote for forklifts",
            source = Canary,
            custom = new { secret = Canary },
        });
        await clientB.UntilScoredAsync(lead);
        await clientB.PostAsync("/api/v1/feedback", new { leadId = lead, kind = "Replied", id = "event-1", text = Canary });
        var icp = (await (await clientB.PostAsync("/api/v1/icps", new { name = Canary, criteria = new[] { new { kind = "Tag", values = new[] { Canary } } } })).JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<Guid>();
        await clientB.UntilScoredAsync(lead);
        var (subscription, delivery) = await AddDeliveryAsync(portal, b);
        var (sender, sequence, mail) = await OutreachRows.AddAsync(portal, b, lead, Canary);
        return new TwoTenants
        {
            A = a,
            B = b,
            ClientA = clientA,
            ClientB = clientB,
            SharedLead = shared,
            LeadOfB = lead,
            ImportOfB = await ImportAsync(clientB),
            IcpOfB = icp,
            ModelOfB = await AddModelAsync(portal, b),
            IntegrationOfB = await AddIntegrationAsync(portal, b),
            SubscriptionOfB = subscription,
            DeliveryOfB = delivery,
            TemplateOfB = (await (await clientB.PostAsync("/api/v1/templates", new { name = Canary, goal = Canary, variants = new[] { new { subject = Canary, blocks = new[] { new { text = Canary } } } } })).JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<Guid>(),
            TemplateOfA = (await (await clientA.GetAsync("/api/v1/templates", Ct)).JsonAsync(HttpStatusCode.OK))["items"]![0]!["id"]!.GetValue<Guid>(),
            DocumentOfB = await AddDocumentAsync(clientB),
            SenderOfB = sender,
            SequenceOfB = sequence,
            MailOfB = mail,
        };
    }

    /// <summary>All that B sees of its own, as text.</summary>
    public async Task<string> LookOfBAsync()
    {
        string[] paths =
        [
            "/api/v1/leads?sort=createdAt", $"/api/v1/leads/{SharedLead}", $"/api/v1/leads/{LeadOfB}", "/api/v1/imports", $"/api/v1/imports/{ImportOfB}",
            $"/api/v1/imports/{ImportOfB}/errors.csv", "/api/v1/icps", $"/api/v1/icps/{IcpOfB}", "/api/v1/models",
            $"/api/v1/integrations/{IntegrationOfB}", "/api/v1/webhook-endpoints", "/api/v1/deliveries", $"/api/v1/deliveries/{DeliveryOfB}",
            "/api/v1/templates", $"/api/v1/templates/{TemplateOfB}", "/api/v1/knowledge", $"/api/v1/knowledge/{DocumentOfB}",
            "/api/v1/sequences", $"/api/v1/sequences/{SequenceOfB}", "/api/v1/messages", "/api/v1/suppressions",
        ];
        var look = new StringBuilder();
        foreach (var path in paths)
        {
            look.AppendLine(path).AppendLine(await ClientB.GetStringAsync(path, Ct));
        }

        return look.ToString();
    }

    private static Task AddLeadAsync(PortalUnderTest portal, Tenant tenant, Guid id, string email, string message) => portal.InTenantAsync(tenant, services =>
        services.GetRequiredService<TenantWrites>().RunAsync(
            async (db, ct) =>
            {
                db.Leads.Add(new Lead { Id = id, IdentityKey = "e:" + email, Email = email, Message = message, CreatedAt = DateTime.UnixEpoch, UpdatedAt = DateTime.UnixEpoch });
                await db.SaveChangesAsync(ct);
                return true;
            },
            Ct));

    private static Task<Guid> AddIntegrationAsync(PortalUnderTest portal, Tenant tenant) => portal.InTenantAsync(tenant, services =>
        services.GetRequiredService<TenantWrites>().RunAsync(
            async (db, ct) =>
            {
                var row = new Integration
                {
                    Id = Guid.CreateVersion7(),
                    Kind = CrmKind.HubSpot,
                    Name = Canary,
                    HookKey = Canary,
                    Secrets = Canary,
                    CreatedAt = DateTime.UnixEpoch,
                    CreatedBy = Canary,
                };
                db.Integrations.Add(row);
                await db.SaveChangesAsync(ct);
                return row.Id;
            },
            Ct));

    private static Task<int> AddModelAsync(PortalUnderTest portal, Tenant tenant) => portal.InTenantAsync(tenant, services =>
        services.GetRequiredService<TenantWrites>().RunAsync(
            async (db, ct) =>
            {
                var first = await db.Models.AsNoTracking().SingleAsync(ct);
                db.Models.Add(new ModelRow { Version = 4711, Json = first.Json, State = ModelState.Retired, TrainedAt = first.TrainedAt, Report = $"\"{Canary}\"" });
                await db.SaveChangesAsync(ct);
                return 4711;
            },
            Ct));

    /// <summary>A subscription that was stopped, so that nothing is added to it, and a delivery that was given up.</summary>
    private static Task<(Guid Subscription, Guid Delivery)> AddDeliveryAsync(PortalUnderTest portal, Tenant tenant) => portal.InTenantAsync(tenant, services =>
        services.GetRequiredService<TenantWrites>().RunAsync(
            async (db, ct) =>
            {
                var (id, message) = (Guid.CreateVersion7(), Guid.CreateVersion7());
                db.WebhookEndpoints.Add(new WebhookEndpoint
                {
                    Id = id,
                    Name = Canary,
                    Url = $"https://{Canary}.example/",
                    Secret = services.GetRequiredService<TenantSecrets>().Seal(WebhookSecret.Create()),
                    State = EndpointState.Disabled,
                    CreatedAt = DateTime.UnixEpoch,
                    CreatedBy = "member",
                });
                db.Outbox.Add(new OutboxMessage
                {
                    Id = message,
                    Channel = OutboxChannel.Webhook,
                    DestinationId = id,
                    Topic = "lead.scored",
                    Payload = $"\"{Canary}\"",
                    State = OutboxState.Dead,
                    CreatedAt = DateTime.UnixEpoch,
                    DueAt = DateTime.UnixEpoch,
                    EndedAt = DateTime.UnixEpoch,
                });
                db.DeliveryAttempts.Add(new DeliveryAttempt { MessageId = message, Number = 1, At = DateTime.UnixEpoch, Duration = 1, Response = Canary });
                await db.SaveChangesAsync(ct);
                return (id, message);
            },
            Ct));

    private static async Task<Guid> AddDocumentAsync(HttpClient client)
    {
        using var form = new MultipartFormDataContent { { new StringContent($"The {Canary} forklifts lift three tons."), "file", $"{Canary}.txt" } };
        return (await (await client.PostAsync("/api/v1/knowledge", form, Ct)).JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<Guid>();
    }

    private static async Task<Guid> ImportAsync(HttpClient client)
    {
        using var form = new MultipartFormDataContent { { new StringContent($"email,name\n{Canary}-import@b.example,B\nwrong {Canary},C\n"), "file", $"{Canary}.csv" } };
        var id = (await (await client.PostAsync("/api/v1/imports", form, Ct)).JsonAsync(HttpStatusCode.Accepted))["id"]!.GetValue<Guid>();
        await client.UntilAsync($"/api/v1/imports/{id}", i => i["state"]!.GetValue<string>() == "Done");
        return id;
    }
}
