using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Api;

public sealed class RequestLogTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_tenant_finds_its_own_requests_with_their_answers_and_nobody_elses()
    {
        var (ours, theirs) = (await portal.NewTenantAsync(), await portal.NewTenantAsync());
        var (mine, other) = (portal.Client(await portal.NewKeyAsync(ours)), portal.Client(await portal.NewKeyAsync(theirs)));
        await mine.PostAsync("/api/v1/leads", new { email = "a@log.example" });
        await mine.PostAsync("/api/v1/leads", new { email = "wrong" });
        (await mine.GetAsync("/api/v1/leads?q=canary-words", Ct)).Dispose();
        (await other.GetAsync($"/api/v1/leads/{Guid.NewGuid()}", Ct)).Dispose();

        var here = await LinesAsync(ours, 3);
        here.Select(r => (r.Method, r.Path, r.Status)).ShouldBe([("POST", "/api/v1/leads", 201), ("POST", "/api/v1/leads", 422), ("GET", "/api/v1/leads", 200)]);
        here[1].Problem.ShouldBe("Wrong content");
        here[0].Problem.ShouldBeNull();
        here.ShouldAllBe(r => r.TraceId.Length > 0 && r.Duration >= 0);
        string.Join(' ', here.Select(r => r.Path)).ShouldNotContain("canary");
        (await LinesAsync(theirs, 1)).Single().Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_stranger_leaves_no_line()
    {
        var tenant = await portal.NewTenantAsync();
        (await portal.Client("lg_live_nobody").GetAsync("/api/v1/leads", Ct)).Dispose();
        (await portal.Client(await portal.NewKeyAsync(tenant)).GetAsync("/api/v1/leads", Ct)).Dispose();
        (await LinesAsync(tenant, 1)).Single().Status.ShouldBe(200);
    }

    private async Task<List<ApiRequest>> LinesAsync(Tenant tenant, int count)
    {
        for (var i = 0; ; i++)
        {
            var lines = await portal.InTenantAsync(tenant, async services =>
            {
                await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct);
                return await db.ApiRequests.OrderBy(r => r.Id).ToListAsync(Ct);
            });
            if (lines.Count >= count || i == 100)
            {
                return lines;
            }

            await Task.Delay(100, Ct);
        }
    }
}
