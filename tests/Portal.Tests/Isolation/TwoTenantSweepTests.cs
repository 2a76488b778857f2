using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Isolation;

/// <summary>
/// T3: as a member of A, with everything that belongs to B named in address, query and body, nothing of B is seen or changed. Every route of
/// the program stands in the tables here; a route that does not makes the sweep fail until somebody says how it is tried.
/// </summary>
public sealed class TwoTenantSweepTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void T3_Every_route_is_listed()
    {
        var routes = portal.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]).DefaultIfEmpty("*").Select(m => (Method: m, Pattern: Plain(e.RoutePattern.RawText!))))
            .Where(r => !SweepRoutes.IsAsset(r.Pattern)).Select(r => $"{r.Method} {r.Pattern}").Distinct().ToList();
        var listed = SweepRoutes.Api.Select(r => $"{r.Method} {r.Pattern}").Concat(SweepRoutes.Others.Keys).ToList();
        routes.Except(listed).ShouldBeEmpty("routes that nobody tries with another tenant's ids");
        listed.Except(routes).ShouldBeEmpty("listed, but no longer there");
    }

    [Fact]
    public async Task T3_With_the_ids_of_B_a_program_of_A_sees_and_changes_nothing_of_B()
    {
        var two = await TwoTenants.CreateAsync(portal);
        var before = await two.LookOfBAsync();
        before.ShouldContain(TwoTenants.Canary);
        foreach (var route in SweepRoutes.Api)
        {
            foreach (var probe in route.Probes(two))
            {
                using var request = new HttpRequestMessage(new HttpMethod(route.Method), probe.Path) { Content = probe.Content };
                using var response = await two.ClientA.SendAsync(request, Ct);
                var text = await response.Content.ReadAsStringAsync(Ct);
                var shown = $"{route.Method} {probe.Path}: {(int)response.StatusCode} {text}";
                response.StatusCode.ShouldBe(probe.Expected, shown);
                Seen(text, response, probe.Sent).ShouldBeEmpty(shown);
            }
        }

        (await two.LookOfBAsync()).ShouldBe(before);
    }

    /// <summary>Marks of B in an answer that were not in the question.</summary>
    private static IEnumerable<string> Seen(string text, HttpResponseMessage response, string sent)
    {
        var answer = text + string.Join(' ', response.Headers.SelectMany(h => h.Value));
        return answer.Contains(TwoTenants.Canary, StringComparison.OrdinalIgnoreCase) && !sent.Contains(TwoTenants.Canary, StringComparison.OrdinalIgnoreCase)
            ? [TwoTenants.Canary]
            : [];
    }

    private static string Plain(string pattern) => new StringBuilder("/").Append(pattern.Trim('/')).Replace(":guid", "").Replace(":int", "").ToString();
}
