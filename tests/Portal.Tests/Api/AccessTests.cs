using System.Net;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Portal.Api;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Api;

/// <summary>A6, A7: who gets in, and to what.</summary>
public sealed class AccessTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static readonly IReadOnlyList<(string Method, string Path, string Scope)> Matrix =
    [
        ("GET", "/api/v1/leads", Scopes.LeadsRead),
        ("POST", "/api/v1/leads", Scopes.LeadsWrite),
        ("POST", "/api/v1/leads/batch", Scopes.LeadsWrite),
        ("GET", "/api/v1/leads/{id}", Scopes.LeadsRead),
        ("PATCH", "/api/v1/leads/{id}", Scopes.LeadsWrite),
        ("DELETE", "/api/v1/leads/{id}", Scopes.LeadsWrite),
        ("POST", "/api/v1/leads/search", Scopes.LeadsRead),
        ("GET", "/api/v1/leads/{id}/similar", Scopes.LeadsRead),
        ("POST", "/api/v1/imports", Scopes.LeadsWrite),
        ("GET", "/api/v1/imports", Scopes.LeadsRead),
        ("GET", "/api/v1/imports/{id}", Scopes.LeadsRead),
        ("GET", "/api/v1/imports/{id}/errors.csv", Scopes.LeadsRead),
        ("POST", "/api/v1/imports/{id}/cancel", Scopes.LeadsWrite),
        ("POST", "/api/v1/imports/{id}/pause", Scopes.LeadsWrite),
        ("POST", "/api/v1/imports/{id}/resume", Scopes.LeadsWrite),
        ("POST", "/api/v1/imports/{id}/revert", Scopes.LeadsWrite),
        ("GET", "/api/v1/webhook-endpoints", Scopes.LeadsRead),
        ("POST", "/api/v1/webhook-endpoints", Scopes.IntegrationsWrite),
        ("GET", "/api/v1/webhook-endpoints/{id}", Scopes.LeadsRead),
        ("PUT", "/api/v1/webhook-endpoints/{id}", Scopes.IntegrationsWrite),
        ("DELETE", "/api/v1/webhook-endpoints/{id}", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/webhook-endpoints/{id}/rotate", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/webhook-endpoints/{id}/pause", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/webhook-endpoints/{id}/resume", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/webhook-endpoints/{id}/test", Scopes.IntegrationsWrite),
        ("GET", "/api/v1/deliveries", Scopes.LeadsRead),
        ("GET", "/api/v1/deliveries/{id}", Scopes.LeadsRead),
        ("POST", "/api/v1/deliveries/{id}/replay", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/deliveries/replay", Scopes.IntegrationsWrite),
        ("GET", "/api/v1/integrations", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/integrations", Scopes.IntegrationsWrite),
        ("GET", "/api/v1/integrations/{id}", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/integrations/{id}/pause", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/integrations/{id}/resume", Scopes.IntegrationsWrite),
        ("POST", "/api/v1/integrations/{id}/backfill", Scopes.IntegrationsWrite),
        ("GET", "/api/v1/sequences", Scopes.OutreachWrite),
        ("POST", "/api/v1/sequences", Scopes.OutreachWrite),
        ("GET", "/api/v1/sequences/{id}", Scopes.OutreachWrite),
        ("POST", "/api/v1/sequences/{id}/enroll", Scopes.OutreachWrite),
        ("GET", "/api/v1/messages", Scopes.OutreachWrite),
        ("POST", "/api/v1/messages/{id}/approve", Scopes.OutreachWrite),
        ("GET", "/api/v1/suppressions", Scopes.OutreachWrite),
        ("POST", "/api/v1/suppressions", Scopes.OutreachWrite),
        ("GET", "/api/v1/templates", Scopes.LeadsRead),
        ("POST", "/api/v1/templates", Scopes.OutreachWrite),
        ("GET", "/api/v1/templates/{id}", Scopes.LeadsRead),
        ("PUT", "/api/v1/templates/{id}", Scopes.OutreachWrite),
        ("POST", "/api/v1/templates/{id}/publish", Scopes.OutreachWrite),
        ("POST", "/api/v1/templates/{id}/preview", Scopes.LeadsRead),
        ("GET", "/api/v1/knowledge", Scopes.LeadsRead),
        ("POST", "/api/v1/knowledge", Scopes.OutreachWrite),
        ("POST", "/api/v1/knowledge/search", Scopes.LeadsRead),
        ("GET", "/api/v1/knowledge/{id}", Scopes.LeadsRead),
        ("DELETE", "/api/v1/knowledge/{id}", Scopes.OutreachWrite),
        ("GET", "/api/v1/icps", Scopes.LeadsRead),
        ("POST", "/api/v1/icps", Scopes.IcpsWrite),
        ("GET", "/api/v1/icps/{id}", Scopes.LeadsRead),
        ("PUT", "/api/v1/icps/{id}", Scopes.IcpsWrite),
        ("POST", "/api/v1/icps/{id}/publish", Scopes.IcpsWrite),
        ("POST", "/api/v1/icps/preview", Scopes.IcpsWrite),
        ("GET", "/api/v1/models", Scopes.LeadsRead),
        ("POST", "/api/v1/models/{id}/promote", Scopes.ModelsWrite),
        ("POST", "/api/v1/models/rollback", Scopes.ModelsWrite),
        ("POST", "/api/v1/feedback", Scopes.LeadsWrite),
        ("POST", "/api/v1/text/intent", Scopes.LeadsRead),
        ("POST", "/api/v1/text/embedding", Scopes.LeadsRead),
    ];

    [Fact]
    public void A7_Every_address_of_the_API_stands_in_the_matrix_with_its_scope()
    {
        var routes = portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => (
                Method: m,
                Path: e.RoutePattern.RawText!.Replace(":guid", "", StringComparison.Ordinal).Replace(":int", "", StringComparison.Ordinal).TrimEnd('/'),
                e.Metadata.GetMetadata<NeededScope>()?.Scope)));
        routes.OrderBy(r => r.Path).ThenBy(r => r.Method).ShouldBe(Matrix.Select(m => (m.Method, m.Path, (string?)m.Scope)).OrderBy(r => r.Path).ThenBy(r => r.Method));
    }

    [Fact]
    public async Task A7_A_key_opens_what_its_scope_names_and_nothing_else()
    {
        var tenant = await portal.NewTenantAsync();
        foreach (var scope in Scopes.All)
        {
            var client = portal.Client(await portal.NewKeyAsync(tenant, scope));
            foreach (var (method, path, needed) in Matrix)
            {
                var id = path.Contains("/models/", StringComparison.Ordinal) ? "77" : Guid.NewGuid().ToString();
                using var response = await client.SendAsync(new HttpMethod(method), path.Replace("{id}", id, StringComparison.Ordinal), method is "GET" or "DELETE" ? null : "{}");
                if (scope == needed)
                {
                    response.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden, $"{scope} {method} {path}");
                    response.StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized, $"{scope} {method} {path}");
                    ((int)response.StatusCode).ShouldBeLessThan(500, $"{scope} {method} {path}");
                }
                else
                {
                    var problem = await response.ProblemAsync(HttpStatusCode.Forbidden);
                    problem["detail"]!.GetValue<string>().ShouldContain(needed);
                    response.Headers.WwwAuthenticate.ToString().ShouldContain(needed);
                }
            }
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("lg_live_nonsense")]
    [InlineData("lg_live_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000")]
    public async Task Without_a_valid_key_nobody_gets_in(string? key)
    {
        foreach (var (method, path, _) in Matrix)
        {
            using var response = await portal.Client(key).SendAsync(
                new HttpMethod(method), path.Replace("{id}", path.Contains("/models/", StringComparison.Ordinal) ? "1" : Guid.NewGuid().ToString(), StringComparison.Ordinal), method is "GET" or "DELETE" ? null : "{}");
            await response.ProblemAsync(HttpStatusCode.Unauthorized);
            response.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
        }
    }

    [Fact]
    public async Task A6_A_key_in_the_address_is_refused_even_when_it_is_valid()
    {
        var key = await portal.NewKeyAsync(await portal.NewTenantAsync());
        await (await portal.Client(key).GetAsync($"/api/v1/leads?api_key={key}", Ct)).ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A7_A_revoked_key_is_shut_within_five_seconds()
    {
        var tenant = await portal.NewTenantAsync();
        var key = await portal.NewKeyAsync(tenant);
        var client = portal.Client(key);
        (await client.GetAsync("/api/v1/leads", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await portal.InTenantAsync(tenant, async services =>
        {
            var keys = services.GetRequiredService<ApiKeys>();
            return await keys.RevokeAsync((await keys.ListAsync(Ct)).Single().Id, Ct);
        });
        await (await client.GetAsync("/api/v1/leads", Ct)).ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_suspended_tenant_is_shut_and_told_so()
    {
        var tenant = await portal.NewTenantAsync();
        var client = portal.Client(await portal.NewKeyAsync(tenant));
        (await client.GetAsync("/api/v1/leads", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await portal.Services.GetRequiredService<TenantProvisioning>().SuspendAsync(tenant, Ct);
        (await (await client.GetAsync("/api/v1/leads", Ct)).ProblemAsync(HttpStatusCode.Forbidden))["detail"]!.GetValue<string>().ShouldContain("not active");
        await portal.Services.GetRequiredService<TenantProvisioning>().ResumeAsync(tenant, Ct);
        (await client.GetAsync("/api/v1/leads", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A4_Answers_tell_how_much_is_left()
    {
        var client = await portal.NewClientAsync();
        using var response = await client.GetAsync("/api/v1/leads", Ct);
        response.Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"default\";q=60000;w=60");
        response.Headers.GetValues("RateLimit").Single().ShouldMatch("^\"default\";r=5999[0-9];t=[0-9]+$");
    }

    [Fact]
    public async Task A4_Beyond_the_limit_a_key_is_told_when_to_come_back_and_its_neighbours_notice_nothing()
    {
        var tenant = await portal.NewTenantAsync();
        var client = portal.Client(await portal.NewKeyAsync(tenant));
        var neighbour = await portal.NewClientAsync();
        var id = await portal.InTenantAsync(tenant, async services => (await services.GetRequiredService<ApiKeys>().ListAsync(Ct)).Single().Id);
        HttpResponseMessage response;
        do
        {
            // Again if the minute ended in between.
            while (portal.Services.GetRequiredService<RateLimits>().Take(id, tenant.TenantId).Left > 0)
            {
            }

            response = await client.GetAsync("/api/v1/leads", Ct);
        }
        while (response.StatusCode == HttpStatusCode.OK);
        await response.ProblemAsync(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        response.Headers.GetValues("RateLimit").Single().ShouldStartWith("\"default\";r=0;t=");
        (await neighbour.GetAsync("/api/v1/leads", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
