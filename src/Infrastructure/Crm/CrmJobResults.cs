using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Takes in what jobs of a CRM saved. The same results again change nothing.</summary>
public sealed class CrmJobResults(IDbContextFactory<TenantDb> databases, TenantWrites writes, CrmPull pull, TimeProvider time)
{
    private const int Portion = 500;

    /// <summary>What is to be sent of the leads after one up to another; those that stand there as they are here are left out.</summary>
    internal static Task<IReadOnlyList<CrmItem>> ItemsAsync(TenantDb db, Integration integration, Guid? after, Guid last, CancellationToken cancellationToken) =>
        WalkAsync(db, integration, after, last, (lead, link) => link is { Deleted: true } ? null : CrmPlan.Item(integration, Guid.Empty, lead, link), cancellationToken);

    public async Task TakeAsync(
        Integration integration, ICrmConnector connector, CrmConnection connection, IReadOnlyList<string> jobs, Guid? after, Guid last, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0)
        {
            return;
        }

        IReadOnlyList<CrmRecord> records;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            records = await WalkAsync(db, integration, after, last, (lead, link) => CrmPlan.Whole(integration, lead, link), cancellationToken);
        }

        foreach (var part in (await connector.CollectAsync(connection, jobs, records, cancellationToken)).Chunk(Portion))
        {
            var met = await writes.RunAsync((db, ct) => StoreAsync(db, integration, part, ct), cancellationToken);
            await pull.MeetAsync(writes, integration, connector, connection, met, cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<T>> WalkAsync<T>(
        TenantDb db, Integration integration, Guid? after, Guid last, Func<Lead, CrmLink?, T?> make, CancellationToken cancellationToken)
        where T : class
    {
        var made = new List<T>();
        var leads = db.Leads.AsNoTracking().Through(integration.Rules).Where(l => l.Id <= last);
        while (await leads.AfterAsync(after, Portion, cancellationToken) is { Count: > 0 } ids)
        {
            var links = await db.CrmLinks.AsNoTracking().Where(l => l.IntegrationId == integration.Id && ids.Contains(l.LeadId))
                .ToDictionaryAsync(l => l.LeadId, cancellationToken);
            var rows = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ToListAsync(cancellationToken);
            made.AddRange(rows.Select(l => make(l, links.GetValueOrDefault(l.Id))).OfType<T>());
            after = ids[^1];
        }

        return made;
    }

    /// <returns>Records whose values there were never seen.</returns>
    private async Task<IReadOnlyList<string>> StoreAsync(TenantDb db, Integration integration, CrmPushed[] saved, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var ids = saved.Select(s => s.LeadId).ToList();
        var alive = await db.Leads.Where(l => ids.Contains(l.Id)).ToDictionaryAsync(l => l.Id, l => l.Version, cancellationToken);
        var links = await db.CrmLinks.Where(l => l.IntegrationId == integration.Id && ids.Contains(l.LeadId)).OrderBy(l => l.LeadId).ForUpdate()
            .ToDictionaryAsync(l => l.LeadId, cancellationToken);
        var met = new List<string>();
        foreach (var one in saved.Where(s => alive.ContainsKey(s.LeadId)))
        {
            if (links.GetValueOrDefault(one.LeadId) is not { } link)
            {
                link = new CrmLink { IntegrationId = integration.Id, LeadId = one.LeadId, RemoteId = one.RemoteId! };
                db.CrmLinks.Add(link);
            }

            (link.RemoteId, link.RemoteCompanyId, link.Url) = (one.RemoteId!, one.RemoteCompanyId ?? link.RemoteCompanyId, one.Url ?? link.Url);
            (link.SyncedAt, link.SyncedVersion, link.LastError, link.Deleted) = (now, alive[one.LeadId], null, false);
            link.Shared = CrmSync.Merged(link.Shared, Shared(integration, one));
            if (link.RemoteAt is null)
            {
                met.Add(link.RemoteId);
            }
        }

        await CrmHealth.WorkedAsync(db, integration.Id, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return met;
    }

    private static Dictionary<string, string> Shared(Integration integration, CrmPushed saved)
    {
        var shared = new Dictionary<string, string>();
        foreach (var mapping in integration.Mapping.Where(CrmValues.Pushes))
        {
            if ((mapping.OfCompany ? saved.Company : saved.Person).TryGetValue(mapping.Remote, out var value))
            {
                shared[CrmValues.Key(mapping)] = value;
            }
        }

        return shared;
    }
}
