using System.Text;
using LeadGen.Samples;

namespace LeadGen.Portal.Tests.Api;

/// <summary>The client in docs/samples works as it stands there.</summary>
public sealed class SampleClientTests(PortalUnderTest portal)
{
    [Fact]
    public async Task It_sends_once_and_reads_every_page()
    {
        var key = await portal.NewKeyAsync(await portal.NewTenantAsync());
        using var client = new LeadGenClient(portal.Address, key);
        await portal.Client(key).PostAsync("/api/v1/leads/batch", new { items = Enumerable.Range(1, 204).Select(i => new { email = $"s{i}@sample.example" }) });
        await client.SendAsync(new { email = "s0@sample.example", companyName = "Sample" }, "key-0", TestContext.Current.CancellationToken);
        var again = await client.SendAsync(new { email = "s0@sample.example", companyName = "Sample" }, "key-0", TestContext.Current.CancellationToken);
        again.IsNew.ShouldBeTrue("it is the first answer");
        var seen = new HashSet<string>();
        await foreach (var lead in client.ListAsync("sort=createdAt", TestContext.Current.CancellationToken))
        {
            seen.Add(lead.Email!).ShouldBeTrue();
        }

        seen.Count.ShouldBe(205);
    }

    [Fact]
    public async Task A_refusal_names_the_field()
    {
        using var client = new LeadGenClient(portal.Address, await portal.NewKeyAsync(await portal.NewTenantAsync()));
        var refusal = await Should.ThrowAsync<LeadGenException>(() => client.SendAsync(new { email = "wrong" }, "k", TestContext.Current.CancellationToken));
        refusal.Status.ShouldBe(422);
        refusal.Message.ShouldContain("email");
    }

    [Fact]
    public void It_knows_a_genuine_webhook()
    {
        // The vector of the Standard Webhooks libraries.
        const string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        const string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        const string signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        var body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");
        var now = DateTimeOffset.FromUnixTimeSeconds(1614265330);
        LeadGenClient.IsGenuine(secret, id, "1614265330", "v2,x " + signature, body, now).ShouldBeTrue();
        LeadGenClient.IsGenuine(secret, id, "1614265330", signature, body.AsSpan(1), now).ShouldBeFalse();
        LeadGenClient.IsGenuine(secret, id, "1614265330", signature, body, now.AddSeconds(301)).ShouldBeFalse();
        LeadGenClient.IsGenuine(secret, id, "1614265330", "v1,", body, now).ShouldBeFalse();
    }
}
