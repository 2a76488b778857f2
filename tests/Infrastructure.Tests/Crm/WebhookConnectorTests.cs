using System.Text;
using LeadGen.Fakes;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LeadGen.Infrastructure.Tests.Crm;

public sealed class WebhookConnectorTests
{
    private static readonly string Secret = WebhookSecret.Create();

    [Fact]
    public async Task A_lead_arrives_signed_and_whole_under_the_id_of_its_message()
    {
        await using var sink = new Sink();
        await sink.StartAsync();
        using var http = new HttpClient();
        var message = Guid.CreateVersion7();
        var record = new CrmRecord(Guid.NewGuid(), null, null, "a@a.example", new Dictionary<string, string> { ["firstName"] = "Ann" }, new Dictionary<string, string> { ["name"] = "A" }) { MessageId = message };

        var pushed = await new WebhookConnector(TimeProvider.System).PushAsync(Connection(sink, http), [record], default);

        pushed.ShouldHaveSingleItem().RemoteId.ShouldBe(record.LeadId.ToString("N"));
        var call = sink.Calls.ShouldHaveSingleItem();
        call.Headers["webhook-id"].ShouldBe(WebhookSender.IdOf(message));
        WebhookSignature.Verify([Secret], call.Headers["webhook-id"], call.Headers["webhook-timestamp"], call.Headers["webhook-signature"], Encoding.UTF8.GetBytes(call.Body), DateTime.UtcNow)
            .ShouldBe(WebhookVerdict.Genuine);
        call.Body.ShouldContain("\"firstName\":\"Ann\"");
    }

    [Theory]
    [InlineData(410, CrmTrouble.Refused)]
    [InlineData(429, CrmTrouble.Throttled)]
    [InlineData(503, CrmTrouble.Unavailable)]
    [InlineData(302, CrmTrouble.Unavailable)]
    public async Task What_the_other_side_says_is_understood(int status, CrmTrouble trouble)
    {
        await using var sink = new Sink { Status = status };
        await sink.StartAsync();
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        var record = new CrmRecord(Guid.NewGuid(), null, null, null, new Dictionary<string, string>(), new Dictionary<string, string>());

        (await Should.ThrowAsync<CrmException>(() => new WebhookConnector(TimeProvider.System).PushAsync(Connection(sink, http), [record], default)))
            .Trouble.ShouldBe(trouble);
    }

    [Fact]
    public void A_signed_change_is_read_and_an_unsigned_one_refused()
    {
        var body = """{"type":"lead.changed","timestamp":"2026-11-22T10:00:00Z","data":{"id":"abc","fields":{"phone":"+31 20 624 1111"},"stage":"Won"}}"""u8.ToArray();
        var now = DateTime.UtcNow;
        var seconds = new DateTimeOffset(now).ToUnixTimeSeconds();
        var headers = new Dictionary<string, string>
        {
            ["webhook-id"] = "msg_1",
            ["webhook-timestamp"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["webhook-signature"] = WebhookSignature.Sign("msg_1", seconds, body, WebhookSecret.Key(Secret)),
        };
        using var http = new HttpClient();
        var connector = new WebhookConnector(TimeProvider.System);
        var connection = new CrmConnection(Guid.Empty, new CrmSettings(), new Dictionary<string, string> { ["hookSecret"] = Secret }, http, (_, _) => Task.CompletedTask);
        var address = new Uri("https://leads.example/hooks/a/b");

        var read = connector.ReadHook(connection, new CrmHook("POST", address, headers, body), now).ShouldNotBeNull().ShouldHaveSingleItem();
        (read.RemoteId, read.Record!.Stage, read.Record.Values["phone"]).ShouldBe(("abc", "Won", "+31 20 624 1111"));
        headers["webhook-id"] = "msg_2";
        connector.ReadHook(connection, new CrmHook("POST", address, headers, body), now).ShouldBeNull();
    }

    private static CrmConnection Connection(Sink sink, HttpClient http) => new(
        Guid.Empty, new CrmSettings { BaseUrl = sink.Address + "/leads" }, new Dictionary<string, string> { ["hookSecret"] = Secret }, http, (_, _) => Task.CompletedTask);

    private sealed class Sink : FakeVendor
    {
        public int Status { get; init; } = 204;

        public override string Name => "Sink";

        public override string Credentials => "";

        public override IReadOnlyList<FakeRecord> Records => [];

        public override Task ChangeAsync(string kind, string id, string property, string value) => Task.CompletedTask;

        public override Task DeleteAsync(string kind, string id) => Task.CompletedTask;

        protected override void Map(WebApplication app) => app.MapPost("/leads", () => Results.StatusCode(Status));

        protected override IResult Limited(bool daily) => Results.StatusCode(429);
    }
}
