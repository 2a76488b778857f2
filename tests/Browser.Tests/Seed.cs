using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Outbox.Webhooks;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Browser.Tests;

/// <summary>Leads that went the whole way, for pages to show.</summary>
internal static class Seed
{
    public const string Csv = """
        email,firstName,lastName,jobTitle,companyName,industry,employeeCount,country,city,technologies,source,message,region code
        jonas.keller@rheinau.example,Jonas,Keller,Head of Logistics,Rheinau Getriebe,Manufacturing,640,DE,Mannheim,SAP;Power BI,Website form,"We run two warehouses with 140 people on scanners. What would it cost per user, and can we see a demo before 15 December?",R-1
        aoife@castell.example,Aoife,Brennan,Supply Chain Director,Castell Hygiene,Wholesale,310,IE,Cork,Dynamics,Partner referral,"Please show us the product next week. Tuesday or Wednesday after 14:00 suits us.",R-2
        katarzyna@norrland.example,Katarzyna,Wójcik,VP Operations,Norrland Timber,Manufacturing,1200,SE,Umeå,SAP,Website form,"We are comparing three systems until mid-December. How does the SAP connection handle batch numbers?",R-1
        pieter@zilverberg.example,Pieter,van Dalen,Warehouse Manager,Zilverberg Electronics,Electronics,85,NL,Utrecht,,Fair in Rotterdam,"Thanks for the talk at the fair. We compare offers and would like references from our industry.",R-3
        student@uni.example,Lena,Maier,Student,University of Graz,Education,3000,AT,Graz,,Website form,"I am looking for an internship in your marketing team.",R-4
        sales@leadlists.example,Max,Power,Sales Manager,Lead Lists Ltd,Marketing,12,GB,Leeds,,Website form,"We sell verified contact lists and would love to offer you 20 percent off.",R-5
        matteo@tessaro.example,Matteo,Tessaro,Operations Director,Tessaro Ceramiche,Manufacturing,420,IT,Sassuolo,NetSuite,Product sign-up,"Could you send a quote for 60 users?",R-2
        niamh@oakmere.example,Niamh,Gallagher,Logistics Analyst,Oakmere Wholesale,Wholesale,150,IE,Galway,,Fair in Rotterdam,"Not now, please call again in spring.",R-3
        info@huber.example,,,,Huber Fenster,Manufacturing,95,AT,Linz,,Partner referral,,R-4
        camille@beaumont.example,Camille,Beaumont,Directrice Supply Chain,Beaumont Frères,Food wholesale,520,FR,Lyon,SAP,Partner referral,"Bonjour, pouvez-vous nous envoyer vos tarifs pour deux entrepôts ?",R-1
        """;

    /// <summary>A file as a German office exports it: Windows-1252, semicolons, a column twice, and rows that cannot be taken.</summary>
    public static byte[] Messy { get; } = System.Text.CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes("""
        Name;E-Mail;Firma;Mitarbeiter;E-Mail;Bemerkung;Angelegt am;Quelle
        Jörg Müller;joerg@mueller.example;Müller & Söhne;51-200;;"Bitte um Angebot; 40 Lizenzen";04.03.2025;=HYPERLINK("x")
        Zoë Weiß;zoe@weiss.example;Weiß KG;viele;;;31.12.2024;Messe
        Jörg Müller;joerg@mueller.example;Müller & Söhne;640;;;04.03.2025;Messe
        Ilse Groß;keine angabe;Groß GmbH;20;;;04.03.2025;Messe
        ;;;;;ohne Absender;;
        Ann Beck;ann@beck.example;Beck;20;;;04.03.2025;Messe;zu viel
        Jonas Keller;jonas.keller@rheinau.example;Rheinau Getriebe;700;;;04.03.2025;Messe
        """.Replace("\n", "\r\n", StringComparison.Ordinal));

    /// <summary>An upload that nobody has started yet.</summary>
    public static async Task<Guid> DraftAsync(Portal portal, Tenant tenant)
    {
        var id = Guid.Empty;
        await portal.InTenantAsync(tenant, async services =>
        {
            using var file = new MemoryStream(Messy);
            id = (await services.GetRequiredService<ImportDrafts>().CreateAsync(file, "kontakte.csv", null, "import")).Id;
        });
        return id;
    }

    /// <summary>A subscription that fails, and a delivery that was given up.</summary>
    public static async Task<Guid> DeliveryAsync(Portal portal, Tenant tenant)
    {
        var id = Guid.CreateVersion7();
        await portal.InTenantAsync(tenant, async services =>
        {
            var lead = await AnyLeadAsync(services);
            await services.GetRequiredService<TenantWrites>().RunAsync(async (db, ct) =>
            {
                var now = TimeProvider.System.GetUtcNow().UtcDateTime;
                var endpoint = new WebhookEndpoint
                {
                    Id = Guid.CreateVersion7(),
                    Name = "Warehouse",
                    Url = "https://warehouse.example/hooks",
                    Topics = ["lead.scored"],
                    Secret = services.GetRequiredService<TenantSecrets>().Seal(WebhookSecret.Create()),
                    State = EndpointState.Disabled,
                    StateReason = "Nothing got through for 5 days. The last answer: The server answered 503 Service Unavailable.",
                    CreatedAt = now.AddDays(-9),
                    CreatedBy = "member",
                };
                db.WebhookEndpoints.Add(endpoint);
                db.Outbox.Add(new OutboxMessage
                {
                    Id = id,
                    Channel = OutboxChannel.Webhook,
                    DestinationId = endpoint.Id,
                    Topic = "lead.scored",
                    LeadId = lead,
                    Payload = "{}",
                    State = OutboxState.Dead,
                    Attempts = 2,
                    CreatedAt = now.AddDays(-4),
                    DueAt = now,
                    EndedAt = now,
                    LastStatus = 503,
                    LastError = "The server answered 503 Service Unavailable.",
                });
                db.DeliveryAttempts.AddRange(new[] { 1, 2 }.Select(n => new DeliveryAttempt
                {
                    MessageId = id,
                    Number = n,
                    At = now.AddDays(n - 3),
                    Duration = 120,
                    Status = 503,
                    Error = "The server answered 503 Service Unavailable.",
                    Request = "POST https://warehouse.example/hooks\ncontent-type: application/json\n\n{}",
                    Response = "HTTP/1.1 503 Service Unavailable\ncontent-type: text/plain\n\ncome back later",
                }));
                await db.SaveChangesAsync(ct);
            });
        });
        return id;
    }

    /// <summary>A published form that may be sent at once.</summary>
    /// <returns>Its public path.</returns>
    public static async Task<string> FormAsync(Portal portal, Tenant tenant, Func<FormDefinition, FormDefinition>? change = null)
    {
        var path = "";
        await portal.InTenantAsync(tenant, async services =>
        {
            var forms = services.GetRequiredService<FormEditing>();
            var form = FormEditing.Starter("Contact") with { LeastSeconds = 0 };
            var made = (await forms.CreateAsync(change?.Invoke(form) ?? form)).Row!;
            var live = (await forms.PublishAsync(made.Id, made.Draft, made.Revision)).Row!;
            path = $"/f/{tenant.Slug}/{live.Key}";
        });
        return path;
    }

    public static async Task<Guid> AnyLeadAsync(IServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
        return await db.Leads.OrderBy(l => l.Id).Select(l => l.Id).FirstAsync();
    }

    /// <summary>Imports the rows and waits until each lead has its score.</summary>
    public static async Task<Guid> ImportAsync(Portal portal, Tenant tenant, string? csv = null)
    {
        var id = Guid.Empty;
        await portal.InTenantAsync(tenant, async services =>
        {
            using var file = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(csv ?? Csv));
            id = (await services.GetRequiredService<Imports>().QueueAsync(file, "fair-rotterdam.csv", new ImportSettings(), "import")).Id;
        });
        await UntilImportedAsync(portal, tenant);
        return id;
    }

    /// <summary>Waits until every import of the tenant has ended and each lead has its score.</summary>
    public static async Task UntilImportedAsync(Portal portal, Tenant tenant)
    {
        for (var i = 0; i < 240; i++)
        {
            await Task.Delay(250);
            var done = false;
            await portal.InTenantAsync(tenant, async services =>
            {
                await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync();
                done = await db.Imports.AllAsync(x => x.State == ImportState.Done || x.State == ImportState.Failed)
                    && !await db.Leads.AnyAsync(l => l.Stage == LeadStage.Received);
            });
            if (done)
            {
                return;
            }
        }

        throw new TimeoutException("The seeded import did not end within a minute.");
    }
}
