using System.Text.RegularExpressions;
using System.Web;
using LeadGen.Fakes;
using LeadGen.Fakes.HubSpot;
using LeadGen.Fakes.Pipedrive;
using LeadGen.Fakes.Salesforce;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Tests.Crm.Consent;

/// <summary>The vendors with a page to sign in at, as an operator registers an app with them.</summary>
public sealed class VendorPages : IAsyncDisposable
{
    private readonly HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public static IReadOnlyList<CrmKind> Kinds => [CrmKind.HubSpot, CrmKind.Salesforce, CrmKind.Pipedrive];

    public HubSpotFake HubSpot { get; } = new();

    public SalesforceFake Salesforce { get; } = new();

    public PipedriveFake Pipedrive { get; } = new();

    /// <summary>The options of an installation with an app at each vendor.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Outbound:AllowedNetworks:0", "127.0.0.0/8"),
        .. Kinds.SelectMany(k => new[]
        {
            ($"Crm:{k}:Address", Of(k).Address),
            ($"Crm:{k}:ClientId", AppOf(k).Id),
            ($"Crm:{k}:ClientSecret", AppOf(k).Secret),
        }),
    ];

    public static async Task<VendorPages> StartAsync()
    {
        var pages = new VendorPages();
        foreach (var kind in Kinds)
        {
            await pages.Of(kind).StartAsync();
        }

        return pages;
    }

    public static (string Id, string Secret) AppOf(CrmKind kind) => kind switch
    {
        CrmKind.HubSpot => (HubSpotFake.ClientId, HubSpotFake.ClientSecret),
        CrmKind.Salesforce => (SalesforceFake.ClientId, SalesforceFake.ClientSecret),
        _ => (PipedriveFake.ClientId, PipedriveFake.ClientSecret),
    };

    public FakeVendor Of(CrmKind kind) => kind switch { CrmKind.HubSpot => HubSpot, CrmKind.Salesforce => Salesforce, _ => Pipedrive };

    public FakeConsent ConsentOf(CrmKind kind) => kind switch { CrmKind.HubSpot => HubSpot.Consent, CrmKind.Salesforce => Salesforce.Consent, _ => Pipedrive.Consent };

    /// <summary>Calls of the token endpoint so far.</summary>
    public int Swaps(CrmKind kind) => Of(kind).Calls.Count(c => c.Path.EndsWith("/token", StringComparison.Ordinal));

    /// <summary>What a person does there.</summary>
    /// <returns>Where the vendor leads back to.</returns>
    public async Task<Uri> AnswerAsync(Uri page, string answer = "allow")
    {
        var shown = await browser.GetStringAsync(page);
        var form = Hidden().Matches(shown).ToDictionary(m => m.Groups[1].Value, m => HttpUtility.HtmlDecode(m.Groups[2].Value));
        form["answer"] = answer;
        using var given = await browser.PostAsync(page.GetLeftPart(UriPartial.Path), new FormUrlEncodedContent(form));
        return given.Headers.Location.ShouldNotBeNull();
    }

    public static string? Part(Uri back, string name) => HttpUtility.ParseQueryString(back.Query)[name];

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        foreach (var kind in Kinds)
        {
            await Of(kind).DisposeAsync();
        }
    }

    private static Regex Hidden() => new("""<input type="hidden" name="([^"]+)" value="([^"]*)">""", RegexOptions.CultureInvariant);
}
