using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace LeadGen.Portal.Tests.Telemetry;

public sealed class MetricsTests(PortalUnderTest portal)
{
    private const string Key = "a-key-of-some-length";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_key_and_port_nobody_can_read_metrics() =>
        (await portal.Client(Key).GetAsync("/metrics", Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task Metrics_are_for_those_who_send_the_key_and_are_all_there_from_the_start()
    {
        await using var watched = await WatchedPortal.StartAsync(migrated: true, $"--Metrics:Key={Key}");

        (await watched.Client.GetAsync("/metrics", Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var wrong in (string[])[Key + "x", Key[1..], "x"])
        {
            var refused = await SendAsync(watched.Client, wrong);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, wrong);
            (await refused.Content.ReadAsStringAsync(Ct)).ShouldBeEmpty();
        }

        var answer = await SendAsync(watched.Client, Key);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await answer.Content.ReadAsStringAsync(Ct);

        // Not how much: all portals of this process are heard, and other tests work beside.
        foreach (var counter in (string[])["analyzed_leads_total", "scored_leads_total", "failed_leads_total", "backlog_leads"])
        {
            Regex.IsMatch(text, $@"^leadgen_{counter}(\{{\}})? \d+$", RegexOptions.Multiline).ShouldBeTrue($"{counter} in\n{text}");
        }

        foreach (var result in (string[])["Created", "Merged", "Duplicate", "Erased", "Rejected"])
        {
            text.ShouldContain($"leadgen_ingested_rows_total{{result=\"{result}\"}} ");
        }

        string[] outreach =
        [
            "outreach_mails_total{result=\"Sent\"}", "outreach_mails_total{result=\"Failed\"}", "outreach_mails_total{result=\"Unknown\"}", "outreach_bounces_total{kind=\"Hard\"}",
            "outreach_complaints_total", "outreach_replies_total", "outreach_unsubscribes_total", "outreach_drafts", "outreach_due_age_seconds", "model_calls_total",
            "model_tokens_total", "model_fallbacks_total",
        ];
        foreach (var series in outreach)
        {
            Regex.IsMatch(text, $@"^leadgen_{Regex.Escape(series)}(\{{\}})? [\d.]+$", RegexOptions.Multiline).ShouldBeTrue($"{series} in\n{text}");
        }

        text.ShouldContain("http_server_request_duration_seconds_bucket");
        text.ShouldContain("dotnet_gc_collections_total");
    }

    [Fact]
    public async Task A_port_of_their_own_serves_metrics_and_nothing_else()
    {
        var port = FreePort();
        await using var watched = await WatchedPortal.StartAsync(migrated: true, string.Create(CultureInfo.InvariantCulture, $"--Metrics:Port={port}"));
        var own = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

        (await watched.Client.GetAsync(new Uri(own, "/metrics"), Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await watched.Client.GetAsync(new Uri(own, "/account/sign-in"), Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await watched.Client.GetAsync("/metrics", Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Metrics:Key", "short")]
    [InlineData("Metrics:Key", "long enough but with spaces")]
    [InlineData("Metrics:Port", "70000")]
    public async Task A_setting_that_cannot_be_meant_stops_the_start_and_is_named(string key, string value)
    {
        var refusal = await Should.ThrowAsync<OptionsValidationException>(() => WatchedPortal.StartAsync(migrated: true, $"--{key}={value}"));

        refusal.Message.ShouldContain(key);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client.SendAsync(request, Ct);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
