using System.Net;
using System.Text;

namespace LeadGen.Portal.Tests.Api;

/// <summary>A3, A5: whatever is sent, what comes back is a problem.</summary>
public sealed class ProblemTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A3_An_address_that_is_not_there_is_a_problem()
    {
        var client = await portal.NewClientAsync();
        (await (await client.GetAsync("/api/v1/nothing", Ct)).ProblemAsync(HttpStatusCode.NotFound))["instance"]!.GetValue<string>().ShouldBe("/api/v1/nothing");
        await (await client.GetAsync("/api", Ct)).ProblemAsync(HttpStatusCode.NotFound);
        await (await client.GetAsync("/api/v1/leads/17", Ct)).ProblemAsync(HttpStatusCode.NotFound);
        await (await portal.Client().GetAsync("/api/v2/leads", Ct)).ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A3_A_wrong_method_is_405_and_names_the_right_ones()
    {
        using var response = await (await portal.NewClientAsync()).SendAsync(HttpMethod.Put, "/api/v1/leads", "{}");
        await response.ProblemAsync(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.Except(["HEAD"]).ShouldBe(["GET", "POST"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("/api/v1/leads")]
    [InlineData("/api/v1/leads/batch")]
    [InlineData("/api/v1/leads/search")]
    [InlineData("/api/v1/feedback")]
    [InlineData("/api/v1/icps")]
    [InlineData("/api/v1/icps/preview")]
    [InlineData("/api/v1/text/intent")]
    [InlineData("/api/v1/text/embedding")]
    public async Task A3_A5_Bodies_that_cannot_be_read_are_told_apart(string path)
    {
        var client = await portal.NewClientAsync();
        await (await client.SendAsync(HttpMethod.Post, path, "{\"a\":")).ProblemAsync(HttpStatusCode.BadRequest);
        await (await client.SendAsync(HttpMethod.Post, path, "")).ProblemAsync(HttpStatusCode.BadRequest);
        await (await client.SendAsync(HttpMethod.Post, path, "{}")).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        await (await client.SendAsync(HttpMethod.Post, path, "[]")).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        await (await client.SendAsync(HttpMethod.Post, path, "null")).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        using var xml = new StringContent("<a/>", Encoding.UTF8, "application/xml");
        await (await client.PostAsync(path, xml, Ct)).ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        using var large = new StringContent("{\"message\":\"" + new string('x', 5 * 1024 * 1024) + "\"}", Encoding.UTF8, "application/json");
        await (await client.PostAsync(path, large, Ct)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("/api/v1/feedback", """{"kind":"Won"}""", "leadId")]
    [InlineData("/api/v1/feedback", """{"email":"a@b.example"}""", "kind")]
    [InlineData("/api/v1/feedback", """{"email":"a@b.example","kind":"Loved"}""", "kind")]
    [InlineData("/api/v1/feedback", """{"leadId":"17","kind":"Won"}""", "leadId")]
    [InlineData("/api/v1/feedback", """{"email":"a@b.example","kind":"Won","occurredAt":"2999-01-01T00:00:00Z"}""", "occurredAt")]
    [InlineData("/api/v1/icps", """{"name":""}""", "name")]
    [InlineData("/api/v1/icps", """{"name":"x","criteria":[{"kind":"Colour"}]}""", "criteria[0].kind")]
    [InlineData("/api/v1/icps", """{"name":"x","criteria":[{"kind":"Country","values":["NL"],"weight":500}]}""", "criteria[0].weight")]
    [InlineData("/api/v1/leads/search", """{"text":""}""", "text")]
    [InlineData("/api/v1/leads/search", """{"text":"x","limit":0}""", "limit")]
    [InlineData("/api/v1/text/intent", """{"texts":[]}""", "texts")]
    [InlineData("/api/v1/text/intent", """{"texts":[5]}""", "texts[0]")]
    [InlineData("/api/v1/text/embedding", """{"texts":[null]}""", "texts[0]")]
    public async Task A3_Wrong_content_names_the_field(string path, string json, string field)
    {
        var problem = await (await (await portal.NewClientAsync()).SendAsync(HttpMethod.Post, path, json)).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        problem["errors"]!.AsObject().Select(e => e.Key).ShouldContain(field);
    }

    [Fact]
    public async Task A3_A_hundred_odd_requests_never_get_a_page_or_a_500()
    {
        var client = await portal.NewClientAsync();
        var random = new Random(7);
        string[] parts = ["leads", "imports", "icps", "models", "feedback", "text", "batch", "search", "%00", "..", "{id}", "'\"", "1e9", "publish", "%ff", "a b", "~"];
        string[] bodies = ["{}", "[]", "\"x\"", "{\"items\":[[[]]]}", "{\"email\":{}}", "\u0000", "{\"email\":\"\\ud800\"}", "{\"texts\":\"x\"}", "{\"custom\":[1]}", "{\"consent\":5}"];
        foreach (var _ in Enumerable.Range(0, 150))
        {
            var path = "/api/v1/" + string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => parts[random.Next(parts.Length)]));
            var method = new HttpMethod(new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE" }[random.Next(7)]);
            var body = bodies[random.Next(bodies.Length)];
            using var response = await client.SendAsync(method, path, method.Method is "GET" or "TRACE" ? null : body);
            ((int)response.StatusCode).ShouldBeLessThan(500, $"{method} {path} {body}");
            if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotModified)
            {
                response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", $"{method} {path} {body}");
            }
        }
    }
}
