using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.HubSpot;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Tests.Crm.HubSpot;

/// <summary>What goes over the wire, written down in Fixtures.</summary>
public sealed class HubSpotPayloadTests
{
    private static readonly Guid First = new("00000000-0000-7000-8000-000000000001");
    private static readonly Guid Second = new("00000000-0000-7000-8000-000000000002");

    [Fact]
    public async Task A_push_finds_companies_upserts_contacts_and_ties_them()
    {
        await using var there = new HubSpotFake();
        await there.StartAsync();
        using var http = new HttpClient();
        var connection = Connection(there, http);
        var hubSpot = new HubSpotConnector();
        await hubSpot.CreateFieldsAsync(connection, CrmSuggestions.Ours, default);
        CrmRecord[] records =
        [
            new(First, null, null, "sanne@vandermolen.example",
                new Dictionary<string, string> { ["email"] = "sanne@vandermolen.example", ["firstname"] = "Sanne", ["leadgen_grade"] = "A" },
                new Dictionary<string, string> { ["name"] = "Vandermolen Foods", ["domain"] = "vandermolen.example" }),
            new(Second, null, null, null, new Dictionary<string, string> { ["lastname"] = "Okafor" }, new Dictionary<string, string> { ["name"] = "Okafor & Sons" }),
        ];

        var pushed = await hubSpot.PushAsync(connection, records, default);
        await hubSpot.PushAsync(connection, [records[0] with { RemoteId = pushed[0].RemoteId, RemoteCompanyId = pushed[0].RemoteCompanyId, Person = new Dictionary<string, string> { ["leadgen_grade"] = "B" }, Company = new Dictionary<string, string>() }], default);

        GoldenCalls.ShouldBe(there.Calls.Where(c => c.Method == "POST"), "push.txt");
        pushed.ShouldAllBe(p => p.Error == null);
    }

    [Fact]
    public async Task Missing_rights_are_named()
    {
        await using var there = new HubSpotFake();
        await there.StartAsync();
        using var http = new HttpClient();
        there.MissingScopes.Add("crm.schemas.contacts.read");

        var refused = await Should.ThrowAsync<CrmException>(() => new HubSpotConnector().TestAsync(Connection(there, http), default));

        refused.Trouble.ShouldBe(CrmTrouble.Refused);
        refused.Message.ShouldContain("crm.schemas.contacts.read");
    }

    /// <summary>Only the characters of HubSpot's table are decoded before signing; a space and a percent sign stay as they were sent.</summary>
    [Fact]
    public async Task A_signature_is_made_of_the_decoded_address()
    {
        var now = DateTime.UtcNow;
        var made = new HubSpotFake().Event("contacts", "propertyChange", "1");
        var sent = HubSpotFake.Prove(new HookTarget("https://leads.example/hooks/a?to=x@y.example&t=a%20b%25", "secret"), now, made);
        var headers = sent.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.First());
        var body = await sent.Content!.ReadAsByteArrayAsync();
        var arrived = new Uri("https://leads.example/hooks/a?to=x%40y.example&t=a%20b%25");

        using var http = new HttpClient();
        var connection = new CrmConnection(Guid.Empty, new CrmSettings(), new Dictionary<string, string> { ["clientSecret"] = "secret" }, http, (_, _) => Task.CompletedTask);
        new HubSpotConnector().ReadHook(connection, new CrmHook("POST", arrived, headers, body), now).ShouldNotBeNull().ShouldHaveSingleItem().RemoteId.ShouldBe("1");
        new HubSpotConnector().ReadHook(connection, new CrmHook("POST", new Uri("https://leads.example/hooks/a?to=x%40y.example&t=a+b%25"), headers, body), now).ShouldBeNull();
    }

    private static CrmConnection Connection(HubSpotFake there, HttpClient http) => new(
        Guid.Empty,
        new CrmSettings { BaseUrl = there.Address, AccountId = HubSpotFake.PortalId },
        new Dictionary<string, string> { ["token"] = HubSpotFake.Token },
        http,
        (_, _) => Task.CompletedTask);
}
