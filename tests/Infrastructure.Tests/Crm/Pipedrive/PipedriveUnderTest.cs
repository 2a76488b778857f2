using LeadGen.Fakes.Pipedrive;
using LeadGen.Infrastructure.Crm.Pipedrive;
using LeadGen.Infrastructure.Data.Tenants;

namespace LeadGen.Infrastructure.Tests.Crm.Pipedrive;

/// <summary>The connector and a pretended company.</summary>
internal sealed class PipedriveUnderTest : IAsyncDisposable
{
    public PipedriveFake There { get; } = new();

    public PipedriveConnector Connector { get; init; } = new(TimeProvider.System);

    public static async Task<PipedriveUnderTest> StartAsync(PipedriveConnector? connector = null)
    {
        var made = connector is null ? new PipedriveUnderTest() : new PipedriveUnderTest { Connector = connector };
        await made.There.StartAsync();
        return made;
    }

    public VendorConnection Connect(string? entity = null, params (string Name, string Value)[] secrets) => new(
        new CrmSettings { BaseUrl = There.Address, ClientId = PipedriveFake.ClientId, Entity = entity },
        (secrets.Length > 0 ? secrets : [("token", PipedriveFake.Token)]).ToDictionary(s => s.Name, s => s.Value));

    public ValueTask DisposeAsync() => There.DisposeAsync();
}
