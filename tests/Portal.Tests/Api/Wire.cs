using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LeadGen.Portal.Tests.Api;

/// <summary>What a program does with the API, as short words.</summary>
internal static class Wire
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, object body, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Post, path, JsonSerializer.Serialize(body), headers);

    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, Ct);
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync(Ct);
        response.StatusCode.ShouldBe(expected, text);
        return JsonNode.Parse(text)!;
    }

    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path) =>
        await (await client.GetAsync(path, Ct)).JsonAsync(HttpStatusCode.OK);

    /// <summary>A problem with all its parts, never a page.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync(Ct);
        response.StatusCode.ShouldBe(expected, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json", text);
        var problem = JsonNode.Parse(text)!;
        foreach (var part in (string[])["type", "title", "detail", "instance", "traceId"])
        {
            problem[part]?.GetValue<string>().ShouldNotBeNullOrWhiteSpace(part);
        }

        problem["status"]!.GetValue<int>().ShouldBe((int)expected);
        text.ShouldNotContain("   at ");
        return problem;
    }

    /// <summary>Sends a lead and returns its id.</summary>
    public static async Task<Guid> TakeLeadAsync(this HttpClient client, object lead)
    {
        using var response = await client.PostAsync("/api/v1/leads", lead);
        var text = await response.Content.ReadAsStringAsync(Ct);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!["id"]!.GetValue<Guid>();
    }

    /// <summary>Waits until something holds; what it is, is asked again and again.</summary>
    public static async Task<JsonNode> UntilAsync(this HttpClient client, string path, Func<JsonNode, bool> holds, int seconds = 60)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            var json = await client.GetJsonAsync(path);
            if (holds(json))
            {
                return json;
            }

            limit.IsCancellationRequested.ShouldBeFalse($"{path} still is {json.ToJsonString()}");
            await Task.Delay(50, Ct);
        }
    }

    public static Task<JsonNode> UntilScoredAsync(this HttpClient client, Guid lead) =>
        client.UntilAsync($"/api/v1/leads/{lead}", l => l["stage"]!.GetValue<string>() == "Scored");
}
