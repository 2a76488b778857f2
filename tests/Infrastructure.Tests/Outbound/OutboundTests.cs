using System.Net;
using System.Net.Sockets;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Tests.Outbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Tests.Outbound;

/// <summary>S1 to S4: where the guarded client does not go.</summary>
public sealed class OutboundTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0x7f.0.0.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://127.0.0.1./")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://0/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://10.255.255.255/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://2852039166/")]
    [InlineData("https://0xa9fea9fe/")]
    [InlineData("https://172.16.0.1/")]
    [InlineData("https://172.31.255.255/")]
    [InlineData("https://192.0.0.1/")]
    [InlineData("https://192.0.2.1/")]
    [InlineData("https://192.88.99.1/")]
    [InlineData("https://192.168.1.1/")]
    [InlineData("https://198.18.0.1/")]
    [InlineData("https://198.51.100.1/")]
    [InlineData("https://203.0.113.1/")]
    [InlineData("https://224.0.0.1/")]
    [InlineData("https://240.0.0.1/")]
    [InlineData("https://255.255.255.255/")]
    [InlineData("https://168.63.129.16/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[0:0:0:0:0:0:0:1]/")]
    [InlineData("https://[::127.0.0.1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://[::ffff:a9fe:a9fe]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[64:ff9b:1::1]/")]
    [InlineData("https://[100::1]/")]
    [InlineData("https://[2001::1]/")]
    [InlineData("https://[2001:db8::1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[fc00::1]/")]
    [InlineData("https://[fd12:3456::1]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://[fec0::1]/")]
    [InlineData("https://[ff02::1]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://localhost./")]
    [InlineData("https://①②⑦.⓪.⓪.①/")]
    [InlineData("https://intern.example/")]
    [InlineData("https://user@127.0.0.1/")]
    [InlineData("https://user:secret@public.example/")]
    [InlineData("http://public.example/")]
    [InlineData("https://public.example:22/")]
    [InlineData("https://public.example:25/")]
    [InlineData("https://public.example:6379/")]
    [InlineData("https://public.example:5432/")]
    [InlineData("ftp://public.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1:6379/_FLUSHALL")]
    public async Task Refuses_inner_addresses_in_every_spelling_and_what_is_not_https(string address)
    {
        await using var services = Services(Names);

        var (found, problem) = await services.GetRequiredService<OutboundHttp>().CheckAsync(address, Ct);
        found.ShouldBeNull();
        ShouldNameNoAddress(problem.ShouldNotBeNull());

        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            var refused = await Should.ThrowAsync<HttpRequestException>(
                services.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundHttp.Name).GetAsync(new Uri(address), Ct));
            ShouldNameNoAddress(OutboundHttp.Explain(refused).ShouldNotBeNull());
        }
    }

    [Theory]
    [InlineData("https://public.example/hooks")]
    [InlineData("https://public.example:8443/hooks?key=1")]
    [InlineData("https://93.184.216.34/")]
    [InlineData("https://[2606:2800:220:1:248:1893:25c8:1946]/")]
    public async Task Allows_public_hosts(string address)
    {
        await using var services = Services(Names);
        (await services.GetRequiredService<OutboundHttp>().CheckAsync(address, Ct)).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Refuses_a_name_with_one_inner_address_among_public_ones()
    {
        await using var services = Services((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34"), IPAddress.Parse("10.0.0.7")]));
        (await services.GetRequiredService<OutboundHttp>().CheckAsync("https://mixed.example", Ct)).Problem.ShouldBe(OutboundGuard.Closed);
    }

    [Fact]
    public async Task Looks_a_name_up_once_and_connects_to_what_was_checked()
    {
        await using var sink = await Sink.StartAsync();
        var asked = 0;
        await using var services = Services(
            (_, _) => Task.FromResult<IPAddress[]>([Interlocked.Increment(ref asked) == 1 ? IPAddress.Parse("93.184.216.34") : IPAddress.Loopback]));
        var outbound = services.GetRequiredService<OutboundHttp>();
        var client = services.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundHttp.Name);

        // Typed while it was public; when it is called it has become this machine.
        (await outbound.CheckAsync("https://rebinding.example", Ct)).Problem.ShouldBeNull();
        var refused = await Should.ThrowAsync<HttpRequestException>(client.PostAsync(new Uri(sink.Url.Replace("127.0.0.1", "rebinding.example").Replace("http:", "https:")), null, Ct));
        OutboundHttp.Explain(refused).ShouldBe(OutboundGuard.Closed);
        asked.ShouldBe(2);
        sink.Webhooks.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Follows_no_redirect(int status)
    {
        await using var sink = await Sink.StartAsync();
        sink.Answer = Sink.Always(status, ("Location", sink.Url));
        await using var services = Services(Names, "127.0.0.0/8");
        using var response = await services.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundHttp.Name).PostAsync(new Uri(sink.Url), null, Ct);
        ((int)response.StatusCode).ShouldBe(status);
        sink.Webhooks.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Reads_no_more_of_an_answer_than_the_cap()
    {
        await using var sink = await Sink.StartAsync();
        sink.Answer = async (_, context) =>
        {
            context.Response.StatusCode = 200;
            await context.Response.Body.WriteAsync(new byte[1_000_000], Ct);
        };
        await using var services = Services(Names, "127.0.0.0/8");
        using var request = new HttpRequestMessage(HttpMethod.Post, sink.Url);
        using var response = await services.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundHttp.Name)
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        (await OutboundHttp.ReadCappedAsync(response.Content, cancellationToken: Ct)).Length.ShouldBe(64 * 1024);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_told_without_its_address()
    {
        await using var services = Services(Names, "127.0.0.0/8");
        var refused = await Should.ThrowAsync<HttpRequestException>(
            services.GetRequiredService<IHttpClientFactory>().CreateClient(OutboundHttp.Name).GetAsync(new Uri("http://localhost:1/"), Ct));
        OutboundHttp.Explain(refused).ShouldBe("The server does not accept connections.");
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("intranet")]
    public void A_network_that_is_none_is_named_at_start(string network)
    {
        using var services = Services(Names, network);
        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<OutboundOptions>>().Value)
            .Message.ShouldContain($"Outbound:AllowedNetworks:0 is '{network}'");
    }

    private static void ShouldNameNoAddress(string text)
    {
        text.ShouldNotContain("127.");
        text.ShouldNotContain("10.");
        text.ShouldNotContain("::");
    }

    private static Task<IPAddress[]> Names(string host, CancellationToken cancellationToken) => host switch
    {
        "public.example" => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.216.34")]),
        "intern.example" => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.1.2.3")]),
        "localhost" or "localhost." => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
        _ => throw new SocketException((int)SocketError.HostNotFound),
    };

    private static ServiceProvider Services(HostResolver resolver, params string[] allowed)
    {
        var settings = allowed.Select((n, i) => KeyValuePair.Create($"Outbound:AllowedNetworks:{i}", (string?)n));
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(resolver);
        services.AddOutbound(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return services.BuildServiceProvider();
    }
}
