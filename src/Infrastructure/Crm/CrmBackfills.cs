using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Pushes all leads that the rules let through, in portions; how far it is stands in the connection's row.</summary>
public sealed class CrmBackfills(TenantWrites writes, CrmConnections connections, CrmJobRun jobs, TimeProvider time)
{
    private const int Portion = 500;

    /// <summary>So many wait at most: what people do meanwhile is not stuck behind the whole of it.</summary>
    private const int MostWaiting = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Begins, or begins again.</summary>
    /// <returns>Null when the connection is not there.</returns>
    public Task<CrmBackfill?> StartAsync(Guid id, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await db.Integrations.Where(i => i.Id == id).ForUpdate().SingleOrDefaultAsync(ct) is not { } integration)
            {
                return null;
            }

            var total = await db.Leads.Through(integration.Rules).CountAsync(ct);
            integration.Backfill = new CrmBackfill(time.GetUtcNow().UtcDateTime, total, 0, null, total == 0 ? time.GetUtcNow().UtcDateTime : null);
            await db.SaveChangesAsync(ct);
            db.Raise(WorkKind.Crm);
            return integration.Backfill;
        },
        cancellationToken);

    /// <summary>One portion of every back-fill that is not done.</summary>
    public async Task<(bool Worked, DateTime? Again)> RunAsync(CancellationToken cancellationToken)
    {
        var (worked, waits, byJobs) = await writes.RunAsync(PortionAsync, cancellationToken);
        if (worked)
        {
            FailPoint.Reach("crm-backfill");
        }

        var again = waits ? time.GetUtcNow().UtcDateTime + Pause : (DateTime?)null;
        foreach (var integration in byJobs)
        {
            var portion = await jobs.RunAsync(integration, cancellationToken);
            worked |= portion.Worked;
            again = again is null || portion.Again < again ? portion.Again ?? again : again;
        }

        return (worked, again);
    }

    /// <summary>Whether any is under way; asked without locks, so that an idle tenant costs one small read.</summary>
    public static Task<bool> AnyAsync(TenantDb db, CancellationToken cancellationToken) =>
        db.Integrations.AnyAsync(i => i.State == IntegrationState.Active && i.Backfill != null, cancellationToken);

    private async Task<(bool Worked, bool Waits, IReadOnlyList<Integration> ByJobs)> PortionAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var (worked, waits, byJobs) = (false, false, new List<Integration>());
        var active = await db.Integrations.Where(i => i.State == IntegrationState.Active && i.Backfill != null).OrderBy(i => i.Id)
            .ForUpdate().ToListAsync(cancellationToken);
        foreach (var integration in active.Where(i => i.Backfill!.DoneAt is null))
        {
            if (connections.ConnectorOf(integration.Kind).JobsAbove < integration.Backfill!.Total)
            {
                byJobs.Add(integration);
                continue;
            }

            if (await db.Outbox.CountAsync(m => m.DestinationId == integration.Id && m.State == OutboxState.Waiting, cancellationToken) >= MostWaiting)
            {
                waits = true;
                continue;
            }

            var state = integration.Backfill!;
            var ids = await db.Leads.Through(integration.Rules).AfterAsync(state.After, Portion, cancellationToken);
            await CrmQueue.AddAsync(db, integration, ids, time.GetUtcNow().UtcDateTime, cancellationToken);
            var queued = state.Queued + ids.Count;
            integration.Backfill = ids.Count < Portion
                ? state with { Queued = queued, Total = queued, After = ids.Count > 0 ? ids[^1] : state.After, DoneAt = time.GetUtcNow().UtcDateTime }
                : state with { Queued = queued, Total = Math.Max(state.Total, queued), After = ids[^1] };
            worked = true;
        }

        await db.SaveChangesAsync(cancellationToken);
        return (worked, waits, byJobs);
    }
}
