using LeadGen.Fakes.HubSpot;
using LeadGen.Fakes.Pipedrive;
using LeadGen.Fakes.Salesforce;
using LeadGen.Fakes.Webhook;

namespace LeadGen.Fakes;

/// <summary>The vendors that can be had, by the name on the command line.</summary>
public static class FakeVendors
{
    private static readonly Dictionary<string, Func<FakeVendor>> _all = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hubspot"] = () => new HubSpotFake(),
        ["salesforce"] = () => new SalesforceFake(),
        ["pipedrive"] = () => new PipedriveFake(),
        ["webhook"] = () => new WebhookFake(),
    };

    public static IEnumerable<string> Names => _all.Keys;

    public static FakeVendor? Create(string name) => _all.TryGetValue(name, out var make) ? make() : null;
}
