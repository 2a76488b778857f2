using System.Net;
using System.Text.RegularExpressions;

namespace LeadGen.Portal.Tests.Api;

public sealed class DescriptionTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_description_names_every_address_with_summary_scope_and_problems()
    {
        var document = await portal.Client().GetJsonAsync("/openapi/v1.json");
        var operations = document["paths"]!.AsObject()
            .SelectMany(p => p.Value!.AsObject().Select(o => (Path: p.Key.TrimEnd('/'), Method: o.Key.ToUpperInvariant(), Operation: o.Value!))).ToList();
        operations.Select(o => (o.Method, o.Path)).ShouldBe(AccessTests.Matrix.Select(m => (m.Method, m.Path)), ignoreOrder: true);
        foreach (var (path, method, operation) in operations)
        {
            operation["summary"]!.GetValue<string>().ShouldNotBeEmpty();
            operation["security"]!.AsArray().ShouldNotBeEmpty($"{method} {path}");
            var responses = operation["responses"]!.AsObject();
            foreach (var status in (string[])["401", "403", "429"])
            {
                responses[status]!["content"]!["application/problem+json"].ShouldNotBeNull($"{method} {path} {status}");
            }

            responses.Any(r => r.Key[0] == '2').ShouldBeTrue($"{method} {path}");
        }

        document["components"]!["securitySchemes"]!.AsObject().Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_page_to_try_it_loads_nothing_from_elsewhere()
    {
        var client = portal.Client();
        using var response = await client.GetAsync("/docs", Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        var page = await response.Content.ReadAsStringAsync(Ct);
        var sources = Regex.Matches(page, "(?:src|href)=\"([^\"]*)\"").Select(m => m.Groups[1].Value).ToList();
        sources.Count.ShouldBe(2);
        foreach (var source in sources)
        {
            source.ShouldStartWith("/docs/");
            (await client.GetAsync(source, Ct)).Content.Headers.ContentType!.MediaType!.ShouldContain("javascript");
        }

        // The policy for scripts is 'self': one that stands in the page would not run.
        Regex.Matches(page, "<script(?![^>]*src=)").ShouldBeEmpty();
    }
}
