using System.Net;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outbox.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGen.Portal.Tests.Api;

/// <summary>Subscriptions and deliveries as another program uses them.</summary>
public sealed class WebhookApiTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscription_shows_its_secret_once_and_gets_signed_events_that_can_be_replayed()
    {
        var calls = new System.Collections.Concurrent.ConcurrentQueue<(string Id, string At, string Signature, byte[] Body)>();
        var status = StatusCodes.Status200OK;
        await using var sink = await SinkAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Ct);
            var headers = context.Request.Headers;
            calls.Enqueue((headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, body.ToArray()));
            context.Response.StatusCode = status;
        });
        var client = await portal.NewClientAsync();
        var made = await (await client.PostAsync("/api/v1/webhook-endpoints", new { name = "Sink", url = sink.Urls.First(), events = new[] { LeadTopics.Created } })).JsonAsync(HttpStatusCode.Created);
        var (id, secret) = (made["id"]!.GetValue<Guid>(), made["secret"]!.GetValue<string>());
        (await client.GetStringAsync("/api/v1/webhook-endpoints", Ct)).ShouldNotContain(secret);

        var lead = await client.TakeLeadAsync(new { email = "ada@engines.test" });
        var delivery = (await client.UntilAsync("/api/v1/deliveries?state=Delivered", d => d["items"]!.AsArray().Count == 1))["items"]![0]!;
        delivery["leadId"]!.GetValue<Guid>().ShouldBe(lead);
        calls.TryDequeue(out var call).ShouldBeTrue();
        WebhookSignature.Verify([secret], call.Id, call.At, call.Signature, call.Body, TimeProvider.System.GetUtcNow().UtcDateTime).ShouldBe(WebhookVerdict.Genuine);

        var address = $"/api/v1/deliveries/{delivery["id"]}";
        (await client.PostAsync($"{address}/replay", null, Ct)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await client.UntilAsync(address, d => d["attempts"]!.AsArray().Count == 2);
        calls.TryDequeue(out var again).ShouldBeTrue();
        again.Id.ShouldBe(call.Id);
        (await client.PostAsync("/api/v1/deliveries/replay", new { state = "Waiting" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await (await client.PostAsync("/api/v1/deliveries/replay", new { state = "Delivered", destinationId = id })).JsonAsync(HttpStatusCode.Accepted))["replayed"]!.GetValue<int>().ShouldBe(1);

        status = StatusCodes.Status418ImATeapot;
        var test = await (await client.PostAsync($"/api/v1/webhook-endpoints/{id}/test", null, Ct)).JsonAsync(HttpStatusCode.OK);
        test["delivered"]!.GetValue<bool>().ShouldBeFalse();
        test["status"]!.GetValue<int>().ShouldBe(418);
    }

    [Fact]
    public async Task A_wrong_subscription_is_told_field_by_field_and_a_stale_change_is_refused()
    {
        var client = await portal.NewClientAsync();
        var wrong = await (await client.PostAsync("/api/v1/webhook-endpoints", new { url = "http://10.0.0.1/", events = new[] { "lead.eaten" } })).ProblemAsync(HttpStatusCode.UnprocessableEntity);
        wrong["errors"]!.AsObject().Select(e => e.Key).Order().ShouldBe(["events", "name", "url"]);
        wrong.ToJsonString().ShouldNotContain("10.0");

        var made = await (await client.PostAsync("/api/v1/webhook-endpoints", new { name = "One", url = "http://127.0.0.1:9/" })).JsonAsync(HttpStatusCode.Created);
        var address = $"/api/v1/webhook-endpoints/{made["id"]}";
        const string Change = """{ "name": "Two", "url": "http://127.0.0.1:9/" }""";
        (await client.SendAsync(HttpMethod.Put, address, Change, ("If-Match", "\"1\""))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.SendAsync(HttpMethod.Put, address, Change, ("If-Match", "\"1\""))).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await (await client.PostAsync($"{address}/rotate", null, Ct)).JsonAsync(HttpStatusCode.OK))["secret"]!.GetValue<string>().ShouldNotBe(made["secret"]!.GetValue<string>());
        (await (await client.PostAsync($"{address}/pause", null, Ct)).JsonAsync(HttpStatusCode.OK))["state"]!.GetValue<string>().ShouldBe("Paused");
        (await (await client.PostAsync($"{address}/resume", null, Ct)).JsonAsync(HttpStatusCode.OK))["state"]!.GetValue<string>().ShouldBe("Active");
        (await client.DeleteAsync(address, Ct)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.DeleteAsync(address, Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<WebApplication> SinkAsync(RequestDelegate take)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(take);
        await app.StartAsync(Ct);
        return app;
    }
}
