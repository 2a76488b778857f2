using System.Security.Cryptography;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Opens connections of the current tenant: the vendor's connector, the credentials, the guarded client.</summary>
public sealed class CrmConnections(TenantSecrets secrets, IHttpClientFactory clients, TenantWrites writes, IEnumerable<ICrmConnector> connectors)
{
    /// <summary>Vendors that can be connected.</summary>
    public IReadOnlyList<CrmKind> Kinds => [.. connectors.Select(c => c.Kind).Distinct().Order()];

    public ICrmConnector ConnectorOf(CrmKind kind) =>
        connectors.FirstOrDefault(c => c.Kind == kind) ?? throw new CrmException(CrmTrouble.Invalid, "This kind of CRM cannot be connected here.");

    /// <exception cref="CrmException">The stored credentials cannot be opened any more.</exception>
    public CrmConnection Open(Integration integration)
    {
        IReadOnlyDictionary<string, string> opened;
        try
        {
            opened = secrets.OpenAll(integration.Secrets);
        }
        catch (CryptographicException e)
        {
            throw new CrmException(CrmTrouble.Refused, "The stored credentials cannot be read any more. Enter them again.", e);
        }

        return Open(integration, opened);
    }

    /// <summary>With credentials that are not stored yet, or were opened already.</summary>
    public CrmConnection Open(Integration integration, IReadOnlyDictionary<string, string> opened) =>
        new(integration.Id, integration.Settings, opened, clients.CreateClient(OutboundHttp.Name), (renewed, ct) => KeepAsync(integration.Id, renewed, ct))
        {
            Wanted = [.. integration.Mapping.Where(m => CrmValues.Pulls(m) || integration.Rules.BringIn && CrmValues.IsOfPerson(m)).Select(m => m.Remote).Distinct()],
        };

    /// <summary>Past the revision: a person who edits the connection at this moment is not disturbed.</summary>
    private Task KeepAsync(Guid id, IReadOnlyDictionary<string, string> renewed, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.Integrations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, ct) is not { } integration)
            {
                return;
            }

            var all = new Dictionary<string, string>(secrets.OpenAll(integration.Secrets));
            foreach (var (name, value) in renewed)
            {
                all[name] = value;
            }

            var closed = secrets.SealAll(all);
            await db.Integrations.Where(i => i.Id == id).ExecuteUpdateAsync(i => i.SetProperty(x => x.Secrets, closed), ct);
        },
        cancellationToken);
}
