using System.Net;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Answers;

/// <summary>Links and pictures of mails as people, scanners and attackers ask for them.</summary>
public sealed class TrackingTests(PortalUnderTest portal)
{
    private const string Html = """<p>See <a class="b" href="https://fernhill.example/a?x=1&amp;y=2">this</a> or <a href='https://fernhill.example/b'>that</a> or <a href="mailto:ada@fernhill.example">us</a>.</p>""";
    private const string Person = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clicks_and_opens_are_kept_only_where_the_tenant_wants_them_and_lead_nowhere_else()
    {
        var (tenant, other) = (await portal.NewTenantAsync(), await portal.NewTenantAsync());
        var links = portal.Services.GetRequiredService<TrackedLinks>();
        var message = await WriteAsync(tenant, TimeSpan.FromHours(1));
        var fresh = await WriteAsync(tenant, TimeSpan.Zero);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = portal.Address };
        var rewritten = links.Rewrite(Html, "https://portal.example", tenant.TenantId, message, clicks: true, opens: true);
        rewritten.ShouldNotContain("fernhill.example/");
        rewritten.ShouldContain("mailto:ada@fernhill.example");
        links.Rewrite(Html, "https://portal.example", tenant.TenantId, message, clicks: false, opens: false).ShouldBe(Html);
        string Click(Guid id, int number = 0) => $"/c/{links.Issue(tenant.TenantId, id, number)}";
        var open = $"/o/{links.Issue(tenant.TenantId, message, TrackedLinks.Picture)}.gif";

        (await AskAsync(client, Click(message), Person)).ShouldBe((HttpStatusCode.Redirect, "https://fernhill.example/a?x=1&y=2"));
        (await AskAsync(client, open, Person)).Status.ShouldBe(HttpStatusCode.OK);
        (await KeptAsync(tenant)).ShouldBeEmpty();

        await SwitchOnAsync(tenant);
        (await AskAsync(client, Click(message, 1), Person)).ShouldBe((HttpStatusCode.Redirect, "https://fernhill.example/b"));
        (await AskAsync(client, Click(message, 1), Person)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await AskAsync(client, Click(message, 1), "curl/8", HttpMethod.Head)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await AskAsync(client, Click(message, 0), "Barracuda Sentinel")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await AskAsync(client, Click(fresh, 0), Person)).Status.ShouldBe(HttpStatusCode.Redirect);
        (await AskAsync(client, open, Person)).Status.ShouldBe(HttpStatusCode.OK);

        var kept = await KeptAsync(tenant);
        kept.Count(f => f.Kind == FeedbackKind.Clicked && !Engagement.IsMachineClick(f)).ShouldBe(1);
        kept.Count(f => f.Kind == FeedbackKind.Clicked && Engagement.IsMachineClick(f)).ShouldBe(2);
        kept.Count(f => f.Kind == FeedbackKind.Opened).ShouldBe(1);

        var token = links.Issue(tenant.TenantId, message, 0);
        (await AskAsync(client, Click(message, 2), Person)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AskAsync(client, Click(Guid.CreateVersion7()), Person)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AskAsync(client, $"/c/{token[..^2]}{(token[^2] == 'A' ? 'B' : 'A')}{token[^1]}", Person)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AskAsync(client, $"/c/{links.Issue(other.TenantId, message, 0)}", Person)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AskAsync(client, "/c/https%3A%2F%2Fevil.example", Person)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await KeptAsync(other)).ShouldBeEmpty();
    }

    private static async Task<(HttpStatusCode Status, string? Location)> AskAsync(HttpClient client, string path, string agent, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        using var answer = await client.SendAsync(request, Ct);
        return (answer.StatusCode, answer.Headers.Location?.ToString());
    }

    private Task<List<FeedbackEvent>> KeptAsync(Tenant tenant) => portal.InTenantAsync(tenant, async s =>
    {
        await using var db = await s.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct);
        return await db.Feedback.AsNoTracking().ToListAsync(Ct);
    });

    private Task<int> SwitchOnAsync(Tenant tenant) => portal.InTenantAsync(tenant, async s =>
    {
        await s.GetRequiredService<WorkspaceSettings>().ChangeAsync(x => x with { TracksClicks = true, TracksOpens = true }, Ct);
        return 0;
    });

    private Task<Guid> WriteAsync(Tenant tenant, TimeSpan ago) => portal.InTenantAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync(
        async (db, ct) =>
        {
            var (id, lead, at) = (Guid.CreateVersion7(), Guid.CreateVersion7(), DateTime.UtcNow - ago);
            db.Leads.Add(new Lead { Id = lead, IdentityKey = $"e:{lead}@x.example", Email = $"{lead}@x.example", CreatedAt = at, UpdatedAt = at });
            db.OutreachMessages.Add(new OutreachMessage
            {
                Id = id,
                LeadId = lead,
                To = $"{lead}@x.example",
                SenderId = Guid.CreateVersion7(),
                Subject = "s",
                Text = "t",
                Html = Html,
                State = OutreachState.Sent,
                CreatedAt = at,
                DueAt = at,
                SendingAt = at,
                SentAt = at,
                MessageId = $"{id:N}@fernhill.example",
            });
            await db.SaveChangesAsync(ct);
            return id;
        },
        Ct));
}
