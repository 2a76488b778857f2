using System.Security.Cryptography;
using LeadGen.Infrastructure.Crm.Consent;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbound;
using LeadGen.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Opens connections of the current tenant: the vendor's connector, the credentials, the guarded client.</summary>
public sealed class CrmConnections(
    IDbContextFactory<TenantDb> databases, TenantSecrets secrets, IHttpClientFactory clients, TenantWrites writes, IEnumerable<ICrmConnector> connectors, IOptions<CrmAppOptions> apps)
{
    /// <summary>Changes whenever somebody enters credentials or signs in, so that what a running job renews of the ones before is not mixed with them.</summary>
    internal const string Grant = "grant";

    /// <summary>Of an app that a member brought along.</summary>
    internal const string AppSecret = "appSecret";

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
    public CrmConnection Open(Integration integration, IReadOnlyDictionary<string, string> opened)
    {
        var grant = opened.GetValueOrDefault(Grant);
        return new CrmConnection(
            integration.Id, integration.Settings, WithApp(integration, opened), clients.CreateClient(OutboundHttp.Name), (renewed, ct) => KeepAsync(integration.Id, grant, renewed, ct))
        {
            StoredAsync = ct => StoredAsync(integration, grant, ct),
            Wanted = [.. integration.Mapping.Where(m => CrmValues.Pulls(m) || integration.Rules.BringIn && CrmValues.IsOfPerson(m)).Select(m => m.Remote).Distinct()],
        };
    }

    /// <summary>
    /// The secret of the operator's app is read anew each time and never stored with a connection: it can be changed in one place. A connection
    /// gets it only if consent was given to this app, and only to be sent where the operator's secret may go.
    /// </summary>
    private IReadOnlyDictionary<string, string> WithApp(Integration integration, IReadOnlyDictionary<string, string> opened) =>
        integration.Settings is { ByConsent: true } settings && !opened.ContainsKey(AppSecret)
        && apps.Value.Of(integration.Kind) is { } app && app.ClientId == settings.ClientId && apps.Value.MayGo(integration.Kind, settings.BaseUrl)
            ? new Dictionary<string, string>(opened) { [AppSecret] = app.ClientSecret! }
            : opened;

    private async Task<IReadOnlyDictionary<string, string>?> StoredAsync(Integration integration, string? grant, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var stored = await db.Integrations.AsNoTracking().Where(i => i.Id == integration.Id).Select(i => i.Secrets).SingleOrDefaultAsync(cancellationToken);
        return stored is not null && secrets.OpenAll(stored) is { } all && all.GetValueOrDefault(Grant) == grant ? WithApp(integration, all) : null;
    }

    /// <summary>Past the revision: a person who edits the connection at this moment is not disturbed.</summary>
    private Task KeepAsync(Guid id, string? grant, IReadOnlyDictionary<string, string> renewed, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.Integrations.AsNoTracking().Where(i => i.Id == id).ForUpdate().SingleOrDefaultAsync(ct) is not { } integration)
            {
                return;
            }

            var all = new Dictionary<string, string>(secrets.OpenAll(integration.Secrets));
            if (all.GetValueOrDefault(Grant) != grant)
            {
                return;
            }

            foreach (var (name, value) in renewed)
            {
                all[name] = value;
            }

            var closed = secrets.SealAll(all);
            await db.Integrations.Where(i => i.Id == id).ExecuteUpdateAsync(i => i.SetProperty(x => x.Secrets, closed), ct);
        },
        cancellationToken);
}
