using System.Net;
using LeadGen.Fakes;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Crm.Pipedrive;
using LeadGen.Infrastructure.Crm.Salesforce;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Tests.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Crm.Consent;

/// <summary>What a token endpoint is sent and may answer, and where people are sent at all.</summary>
public sealed class TokenRequestTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_slow_vendor_a_wrong_secret_a_foreign_address_and_another_s_code_are_told_apart()
    {
        await using var pages = await VendorPages.StartAsync();
        var there = pages.Salesforce;
        there.Faults.Slowness = TimeSpan.FromSeconds(5);
        var terms = SalesforceLogin.Consent(there.Address);
        (string Words, Action Before, (string, string, bool) App, string Verifier, string ComeBack)[] table =
        [
            ("took too long", () => there.Faults.Plan(Fault.Slow), App(), Verifier, Back),
            ("Check client id and client secret", () => { }, App("wrong"), Verifier, Back),
            ("Tell the people who run it", () => { }, App("wrong", isOwn: false), Verifier, Back),
            ("does not accept the code", () => { }, App(), "another verifier", Back),
            ("does not know the address http://127.0.0.1:1/oauth/salesforce/callback", () => { }, App(), Verifier, "http://127.0.0.1:1/oauth/salesforce/callback"),
        ];
        foreach (var (words, before, app, verifier, comeBack) in table)
        {
            var back = await pages.AnswerAsync(new Uri(
                $"{terms.AuthorizeAt}?response_type=code&client_id={VendorPages.AppOf(CrmKind.Salesforce).Id}&redirect_uri={Uri.EscapeDataString(Back)}&state=s&code_challenge={Challenge}&code_challenge_method=S256"));
            before();
            using var connection = new VendorConnection(new CrmSettings(), new Dictionary<string, string>());
            connection.Http.Timeout = TimeSpan.FromSeconds(1);
            var swap = new TokenRequest(connection.Http, terms, app);
            (await Should.ThrowAsync<CrmException>(() => swap.SwapAsync(VendorPages.Part(back, "code")!, verifier, comeBack, default), words)).Message.ShouldContain(words);
        }
    }

    [Theory]
    [InlineData("base,contacts:full,leads:full,deals:full,admin", "")]
    [InlineData("base,contacts:read,leads:full,deals:read", "contacts:full admin")]
    [InlineData("", "contacts:full leads:full deals:read admin")]
    public void Scopes_that_are_missing_are_named_and_a_wider_one_is_enough(string granted, string missing) =>
        PipedriveConsent.Terms(null).Missing(granted).ShouldBe(missing.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public async Task People_are_sent_to_Salesforce_and_with_an_app_of_their_own_wherever_the_guard_lets_them()
    {
        await using var installation = await Installation.CreateAsync(
            DataProvider.Sqlite, postgres, s => s.AddSingleton<HostResolver>((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("93.184.215.14")])),
            ("Crm:Salesforce:ClientId", "x"), ("Crm:Salesforce:ClientSecret", "x"));
        var tenant = await installation.TenantAsync();
        foreach (var (address, own, expected) in new[]
        {
            (null, false, "https://login.salesforce.com/services/oauth2/authorize"),
            ("https://test.salesforce.com", false, "https://test.salesforce.com/services/oauth2/authorize"),
            ("acme.my.salesforce.com/lightning", false, "https://acme.my.salesforce.com/services/oauth2/authorize"),
            ("https://crm.example", false, "own"),
            ("javascript:alert(1)", false, "own"),
            ("https://10.1.2.3", true, "closed to us"),
            ("http://93.184.215.14", true, "https://"),
            ("https://93.184.215.14/deep/path?x", true, "https://93.184.215.14/services/oauth2/authorize"),
        })
        {
            var wish = new ConsentWish(CrmKind.Salesforce, null, "Salesforce", address, own ? new OwnApp("y", "y") : null);
            var (page, problem) = await installation.InAsync(tenant, s => s.GetRequiredService<CrmConsents>().BeginAsync(wish, Guid.NewGuid(), Back, default));
            (page?.GetLeftPart(UriPartial.Path) ?? problem).ShouldNotBeNull().ShouldContain(expected, Case.Sensitive, address);
            (page is null).ShouldBe(!expected.EndsWith("authorize", StringComparison.Ordinal), address);
        }
    }

    private const string Back = "http://127.0.0.1:5080/oauth/salesforce/callback";

    // The example of RFC 7636, appendix B.
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static (string, string, bool) App(string? secret = null, bool isOwn = true) =>
        (VendorPages.AppOf(CrmKind.Salesforce).Id, secret ?? VendorPages.AppOf(CrmKind.Salesforce).Secret, isOwn);
}
