using System.Text;
using CsCheck;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Pipedrive;
using LeadGen.Infrastructure.Crm.Salesforce;
using static LeadGen.Infrastructure.Tests.Crm.VendorConnection;

namespace LeadGen.Infrastructure.Tests.Crm.Wire;

/// <summary>Whatever a vendor answers, nothing but <see cref="CrmException"/> comes out.</summary>
public sealed class OddAnswerTests
{
    /// <summary>Bodies that look like the right ones, with the wrong things in the right places.</summary>
    private static readonly string[] Shapes =
    [
        """{"done":true,"records":[#]}""", """{"done":false,"records":[],"nextRecordsUrl":#}""", """{"fields":[#],"createable":true}""", """{"fields":[{"name":"LeadGen_Id__c","type":#,"picklistValues":#}]}""",
        """{"fields":[{"name":"LastName","label":#,"type":"string","createable":true},{"name":"LeadGen_Id__c","type":"string","createable":true}]}""",
        """[{"id":#,"success":#,"errors":[#]}]""", """[#]""", """[{"message":#,"errorCode":#,"fields":#}]""", """{"access_token":#,"instance_url":#,"refresh_token":#,"api_domain":#}""",
        """{"success":true,"data":#}""", """{"success":true,"data":[#],"additional_data":#}""", """{"success":true,"data":{"items":[{"item":#}],"id":#,"company_id":#}}""",
        """{"success":true,"data":[{"field_code":#,"field_name":#,"field_type":"enum","options":[#],"is_custom_field":true},{"field_code":"name","field_type":"varchar"}]}""",
        """{"success":true,"data":[{"id":5,"person_id":#,"stage_id":#,"status":#,"update_time":#,"emails":#,"custom_fields":#}]}""", """{"success":false,"error":#,"code":#}""",
        """{"meta":{"action":"change","entity":"person","entity_id":#,"id":#,"timestamp":#},"data":{"id":#,"emails":#,"custom_fields":#}}""", "#",
    ];

    private static readonly string[] Things =
    [
        "null", "true", "1", "-1", "1e999", "0.5", "\"\"", "\"x\"", "\"00Q000000000000001\"", "\"LastName\"", "\"2026-11-22T12:00:00Z\"", "\"9999-99-99\"", "[]", "{}", "[null]", "[[[]]]", "[{}]",
        "\"\\ud800\"", "{\"a\":{\"b\":[1,2,{}]}}", "\"\\u0000\"", "99999999999999999999", "{\"value\":1,\"primary\":true}", "{\"x\":{\"type\":\"enum\"}}", "\"/services/data/v1/x\"",
    ];

    private static readonly Gen<string> Body = Gen.Frequency(
        (12, Gen.Select(One(Shapes), One(Things).Array[8]).Select((shape, things) =>
        {
            var filled = new StringBuilder();
            var next = 0;
            foreach (var letter in shape)
            {
                filled.Append(letter == '#' ? things[next++ % things.Length] : letter.ToString());
            }

            return filled.ToString();
        })),
        (1, Gen.String), (1, One("", " ", "<html></html>", "{", "[1,", "\uFEFF{}", "nul", new string('[', 500))));

    private static readonly Gen<(int, string)> Answer = Gen.Select(Gen.Frequency((8, Gen.Const(200)), (4, One(201, 204, 301, 400, 401, 402, 403, 404, 409, 410, 418, 500, 503))), Body);

    [Fact]
    public Task Salesforce_may_answer_anything() => Answer.Array[1, 4].SampleAsync(
        answers => TryAllAsync(new SalesforceConnector(TimeProvider.System), answers, new() { ["token"] = "t", ["refreshToken"] = "r", ["clientSecret"] = "s" }), iter: 400, threads: 2);

    [Fact]
    public Task Pipedrive_may_answer_anything() => Answer.Array[1, 4].SampleAsync(
        answers => TryAllAsync(new PipedriveConnector(TimeProvider.System), answers, new() { ["token"] = "t", ["hookUser"] = "u", ["hookSecret"] = "p" }), iter: 400, threads: 2);

    private static Gen<T> One<T>(params T[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    private static async Task TryAllAsync(ICrmConnector connector, (int Status, string Body)[] answers, Dictionary<string, string> secrets)
    {
        var next = -1;
        using var connection = new VendorConnection(
            new() { BaseUrl = "https://crm.example", ClientId = "c" }, secrets, new ScriptedHandler((_, _, _) => answers[Interlocked.Increment(ref next) % answers.Length]));
        CrmField[] fields = [new("leadgen_score", "LeadGen score", "number", true, false)];
        foreach (var call in new Func<Task>[]
        {
            () => connector.TestAsync(connection, default), () => connector.FieldsAsync(connection, default), () => connector.CreateFieldsAsync(connection, fields, default),
            () => connector.StagesAsync(connection, default), () => connector.ChangesAsync(connection, null, default), () => connector.ReadAsync(connection, ["00Q000000000000001", "5"], default),
            () => connector.PushAsync(connection, [Record(1), Record(2, remote: "5", company: [("name", "x")]), Record(3, remote: "00Q000000000000001")], default),
        })
        {
            try
            {
                await call();
            }
            catch (CrmException told)
            {
                told.Message.ShouldNotBeNullOrWhiteSpace();
            }
        }

        var headers = new Dictionary<string, string> { ["Authorization"] = "Basic " + System.Convert.ToBase64String("u:p"u8) };
        try
        {
            connector.ReadHook(connection, new CrmHook("POST", new Uri("https://leads.example/hook"), headers, Encoding.UTF8.GetBytes(answers[0].Body)), DateTime.UnixEpoch);
        }
        catch (CrmException told)
        {
            told.Trouble.ShouldBeOneOf(CrmTrouble.Invalid, CrmTrouble.Unavailable);
        }
    }
}
