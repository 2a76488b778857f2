using LeadGen.Fakes.Salesforce;
using LeadGen.Infrastructure.Crm.Salesforce;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Tests.Crm.Salesforce;

/// <summary>The connector and a pretended organisation.</summary>
internal sealed class SalesforceUnderTest : IAsyncDisposable
{
    public SalesforceFake There { get; } = new();

    public SalesforceConnector Connector { get; init; } = new(TimeProvider.System);

    public static async Task<SalesforceUnderTest> StartAsync(bool withField = true, SalesforceConnector? connector = null)
    {
        var made = connector is null ? new SalesforceUnderTest() : new SalesforceUnderTest { Connector = connector };
        await made.There.StartAsync();
        if (withField)
        {
            made.There.AddIdField("Lead");
            made.There.AddIdField("Contact");
        }

        return made;
    }

    public VendorConnection Connect(string? entity = null, Guid? id = null, params (string Name, string Value)[] secrets) => new(
        new CrmSettings { BaseUrl = There.Address, ClientId = SalesforceFake.ClientId, UserName = SalesforceFake.UserName, Entity = entity },
        (secrets.Length > 0 ? secrets : [("token", SalesforceFake.Session)]).ToDictionary(s => s.Name, s => s.Value),
        id: id);

    public ValueTask DisposeAsync() => There.DisposeAsync();
}
