using System.Security.Cryptography;
using System.Text;
using LeadGen.Fakes;
using LeadGen.Fakes.Salesforce;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Salesforce;

namespace LeadGen.Infrastructure.Tests.Crm.Salesforce;

public sealed class SalesforceLoginTests
{
    [Fact]
    public async Task Signs_in_with_a_key_and_keeps_the_session()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        using var connection = test.Connect(null, null, ("privateKey", test.There.PrivateKey));

        var account = await test.Connector.TestAsync(connection, default);

        account.Name.ShouldBe("Northwind Pretended");
        account.Note.ShouldBeNull();
        connection.Kept["token"].ShouldStartWith("00D.session.");
        connection.Kept["instanceUrl"].ShouldBe(test.There.Address);
        test.There.Calls.Count(c => c.Path == "/services/oauth2/token").ShouldBe(1);
    }

    [Fact]
    public void Signs_an_assertion_that_names_who_for_whom_and_for_how_long()
    {
        using var key = RSA.Create(2048);
        var now = new DateTime(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

        var parts = SalesforceLogin.Assertion("3MVG9", "lena@northwind.example", "https://login.salesforce.com", key.ExportPkcs8PrivateKeyPem(), now).Split('.');

        Text(parts[0]).ShouldBe("""{"alg":"RS256"}""");
        Text(parts[1]).ShouldBe("""{"aud":"https://login.salesforce.com","exp":1795348980,"iss":"3MVG9","sub":"lena@northwind.example"}""");
        key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();

        static string Text(string part) => Encoding.UTF8.GetString(Bytes(part));
        static byte[] Bytes(string part) => System.Convert.FromBase64String(part.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (part.Length % 4)) % 4));
    }

    [Theory]
    [InlineData("https://login.salesforce.com", "https://login.salesforce.com")]
    [InlineData("https://northwind.my.salesforce.com", "https://login.salesforce.com")]
    [InlineData("https://test.salesforce.com", "https://test.salesforce.com")]
    [InlineData("https://northwind--dev.sandbox.my.salesforce.com", "https://test.salesforce.com")]
    [InlineData("http://127.0.0.1:7002", "http://127.0.0.1:7002")]
    public void The_assertion_names_the_login_server(string server, string audience) => SalesforceLogin.Audience(server).ShouldBe(audience);

    [Fact]
    public async Task Renews_an_expired_session_once_and_goes_on()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        using var connection = test.Connect(null, null, ("token", SalesforceFake.Session), ("refreshToken", test.There.RefreshToken), ("clientSecret", SalesforceFake.ClientSecret));
        test.There.ExpireSessions();

        await test.Connector.StagesAsync(connection, default);
        test.There.ExpireSessions();
        await test.Connector.StagesAsync(connection, default);

        connection.Kept["refreshToken"].ShouldBe(test.There.RefreshToken);
        test.There.Calls.Count(c => c.Path == "/services/oauth2/token").ShouldBe(2);
    }

    [Fact]
    public async Task Two_jobs_that_began_with_the_same_worn_out_tokens_both_go_on()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        var id = Guid.NewGuid();
        (string, string)[] secrets = [("token", SalesforceFake.Session), ("refreshToken", test.There.RefreshToken), ("clientSecret", SalesforceFake.ClientSecret)];
        using var one = test.Connect(null, id, secrets);
        using var other = test.Connect(null, id, secrets);
        test.There.ExpireSessions();

        await Task.WhenAll(test.Connector.StagesAsync(one, default), test.Connector.StagesAsync(other, default), test.Connector.FieldsAsync(other, default));

        test.There.Calls.Count(c => c.Path == "/services/oauth2/token").ShouldBe(1);
    }

    [Fact]
    public async Task A_session_of_other_credentials_is_not_used_any_more()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        using var first = test.Connect(null, null, ("privateKey", test.There.PrivateKey));
        await test.Connector.TestAsync(first, default);
        var stored = new Dictionary<string, string>(first.Kept) { ["refreshToken"] = test.There.RefreshToken, ["clientSecret"] = SalesforceFake.ClientSecret };
        using var second = test.Connect(null, null, [.. stored.Select(s => (s.Key, s.Value))]);

        await test.Connector.TestAsync(second, default);

        test.There.Calls.Count(c => c.Path == "/services/oauth2/token").ShouldBe(2);
    }

    [Theory]
    [InlineData("refreshToken", "withdrawn", "expired")]
    [InlineData("privateKey", "no key at all", "PEM")]
    [InlineData("token", "no-session", "Connect again")]
    public async Task Refused_credentials_are_told_apart(string name, string value, string said)
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        using var connection = test.Connect(null, null, (name, value), ("clientSecret", SalesforceFake.ClientSecret));

        var error = await Should.ThrowAsync<CrmException>(() => test.Connector.TestAsync(connection, default));

        error.Trouble.ShouldBe(CrmTrouble.Refused);
        error.Message.ShouldContain(said);
        error.Message.ShouldNotContain(value);
        connection.Kept.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sick_login_server_is_not_a_refusal()
    {
        await using var test = await SalesforceUnderTest.StartAsync();
        using var connection = test.Connect(null, null, ("privateKey", test.There.PrivateKey));
        test.There.Faults.Plan(Fault.ServerError);

        (await Should.ThrowAsync<CrmException>(() => test.Connector.TestAsync(connection, default))).Trouble.ShouldBe(CrmTrouble.Unavailable);
    }
}
