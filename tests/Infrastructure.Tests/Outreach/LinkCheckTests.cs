using System.Collections.Concurrent;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Tests.Outbox;
using LeadGen.Pipeline.Outreach;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Outreach;

public sealed class LinkCheckTests(PostgresServer postgres)
{
    private readonly ConcurrentQueue<string> asked = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_link_says_what_is_behind_it_and_is_asked_once_in_ten_minutes()
    {
        await using var site = await SiteAsync();
        var (time, url) = (new FakeTimeProvider(DateTimeOffset.UtcNow), site.Urls.First());
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, s => s.AddSingleton<TimeProvider>(time), [Doors.Here, ("Mail:PublicUrl", url)]);
        var (tenant, other) = (await installation.TenantAsync(), await installation.TenantAsync("other"));
        string[] paths = ["/fine", "/gone", "/only-get", "/moved", "/round", "/people-only", "/u/token", "/c/token", "/to-u"];
        MailLink[] links = [.. paths.Select(p => new MailLink(url + p, null)), new("https://10.0.0.1/inner", null), new("http://127.0.0.1:9/", null), new(url + "/x?n=", "First name")];

        var found = await RunAsync(installation, tenant, links);
        found.Select(f => f.Answer).ShouldBe(
        [
            new(false, "answers"), new(true, "answers 404"), new(false, "answers"), new(false, "answers"), new(true, "leads on and on: more than 5 times"),
            new(false, "answers 403 to programs: look at it yourself"), new(false, "not checked: it acts for the reader"), new(false, "not checked: it acts for the reader"),
            new(false, "not checked further: it acts for the reader"), new(false, "not checked: private address"), new(true, "cannot be reached"),
            new(false, "not checked: this lead has no first name"),
        ]);
        asked.ShouldNotContain(a => a.Contains("/u/") || a.Contains("/c/") || a.Contains("/x"));
        asked.ShouldContain("HEAD /fine");
        asked.ShouldNotContain("GET /fine");
        asked.ShouldContain("GET /only-get");

        // What is known is known to this tenant alone, and for a while; what was broken is asked again when somebody wants that.
        asked.Clear();
        (await RunAsync(installation, tenant, links)).ShouldBe(found);
        asked.ShouldBeEmpty();
        await RunAsync(installation, tenant, links, anew: true);
        asked.Distinct().ShouldBe(["HEAD /gone", "GET /gone", "HEAD /round"], ignoreOrder: true);
        asked.Clear();
        await RunAsync(installation, other, [links[0]]);
        time.Advance(TimeSpan.FromMinutes(11));
        await RunAsync(installation, tenant, [links[0]]);
        asked.ShouldBe(["HEAD /fine", "HEAD /fine"]);
        installation.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mail_of_many_links_asks_for_the_first_twenty()
    {
        await using var site = await SiteAsync();
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, settings: [Doors.Here]);
        var found = await RunAsync(installation, await installation.TenantAsync(), [.. Enumerable.Range(0, 22).Select(i => new MailLink($"{site.Urls.First()}/fine?{i}", null))]);
        asked.Count.ShouldBe(LinkChecks.Most);
        found[^1].Answer.Words.ShouldBe("not checked: more than 20 links");
    }

    private static Task<IReadOnlyList<LinkCheck>> RunAsync(Installation installation, LeadGen.Infrastructure.Tenancy.Tenant tenant, IReadOnlyList<MailLink> links, bool anew = false) =>
        installation.InAsync(tenant, s => s.GetRequiredService<LinkChecks>().RunAsync(links, anew, Ct));

    private async Task<WebApplication> SiteAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            var path = context.Request.Path.Value!;
            asked.Enqueue($"{context.Request.Method} {path}");
            var (status, location) = path switch
            {
                "/fine" => (200, null),
                "/only-get" => (HttpMethods.IsGet(context.Request.Method) ? 200 : 405, null),
                "/moved" => (301, "/fine"),
                "/round" => (302, "/round"),
                "/to-u" => (302, "/u/token"),
                "/people-only" => (403, null),
                _ => (404, (string?)null),
            };
            context.Response.StatusCode = status;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        await app.StartAsync(Ct);
        return app;
    }
}
