using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Crm;

/// <summary>
/// The back-fill of a CRM that takes jobs: a portion is handed over, looked after, and taken in; how far it is stands in the connection's
/// row. A job's id is stored before anything is sent to it, so that whoever takes over asks for the job instead of sending again.
/// What the jobs of a portion did not bring up to date goes by itself, where refusals are final and seen.
/// </summary>
public sealed class CrmJobRun(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, CrmConnections connections, CrmJobResults results, CrmHealth health,
    IOptions<WorkOptions> options, TimeProvider time)
{
    private const int Portion = 5_000;
    private const int MostTries = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(3);
    private static readonly TimeSpan QuickestLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowestLook = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(30);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Calls are many before the first job has a name.</summary>
    private DateTime LeaseEnd => Now + (options.Value.Lease * 4);

    /// <summary>One step of the portion that is under way, or the beginning of the next.</summary>
    public async Task<(bool Worked, DateTime? Again)> RunAsync(Integration integration, CancellationToken cancellationToken)
    {
        var wait = Later(integration.HoldUntil, integration.Backfill!.Jobs?.Until);
        if (wait > Now)
        {
            return (false, wait);
        }

        var token = Guid.CreateVersion7(time.GetUtcNow());
        if (await TakeAsync(integration.Id, token, cancellationToken) is not { } taken)
        {
            return (true, null);
        }

        try
        {
            return taken.Jobs.Submitted || taken.Jobs.Ids.Count > 0
                ? await LookAsync(taken, cancellationToken)
                : await SubmitAsync(taken, cancellationToken);
        }
        catch (CrmException e)
        {
            var hold = await health.FailedAsync(integration.Id, e, cancellationToken);
            var next = Now + (hold ?? AfterTrouble);

            // A request that is wrong stays wrong: such a portion does not hold up the others for ever.
            await KeepAsync(taken, j => j with { Until = next, Tries = j.Tries + (e.Trouble == CrmTrouble.Invalid ? 1 : 0) }, cancellationToken);
            return (false, next);
        }
    }

    private static DateTime? Later(DateTime? one, DateTime? other) => one is null || other > one ? other : one;

    /// <summary>Takes the portion, or cuts the next one off.</summary>
    /// <returns>Null when there is nothing left to do in this step.</returns>
    private Task<Taken?> TakeAsync(Guid id, Guid token, CancellationToken cancellationToken) => writes.RunAsync<Taken?>(
        async (db, ct) =>
        {
            if (await db.Integrations.Where(i => i.Id == id && i.State == IntegrationState.Active).ForUpdate().SingleOrDefaultAsync(ct) is not { } row
                || row.Backfill is not { DoneAt: null } fill || fill.Jobs?.Until > Now)
            {
                return null;
            }

            if (fill.Jobs is { } jobs)
            {
                fill = fill with { Jobs = jobs with { Token = token, Until = LeaseEnd } };
            }
            else
            {
                var ids = await db.Leads.Through(row.Rules).AfterAsync(fill.After, Portion, ct);
                fill = ids.Count == 0
                    ? fill with { Total = fill.Queued, DoneAt = Now }
                    : fill with { Jobs = new CrmBackfillJobs(ids[^1], ids.Count, [], false, token, LeaseEnd, Now, 0) };
            }

            row.Backfill = fill;
            await db.SaveChangesAsync(ct);
            return fill.Jobs is null ? null : new Taken(row, token, fill.After, fill.Jobs);
        },
        cancellationToken);

    private async Task<(bool Worked, DateTime? Again)> SubmitAsync(Taken taken, CancellationToken cancellationToken)
    {
        if (taken.Jobs.Tries >= MostTries)
        {
            await EndAsync(taken, cancellationToken);
            return (true, null);
        }

        await KeepAsync(taken, j => j with { Since = Now }, cancellationToken);
        IReadOnlyList<CrmItem> items;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            items = await CrmJobResults.ItemsAsync(db, taken.Integration, taken.After, taken.Jobs.Last, cancellationToken);
        }

        var isWhole = items.Count == 0 || await connections.ConnectorOf(taken.Integration.Kind).SubmitAsync(
            connections.Open(taken.Integration),
            [.. items.Select(i => i.Record)],
            (job, ct) => KeepAsync(taken, j => j with { Ids = [.. j.Ids, job], Until = LeaseEnd }, ct),
            cancellationToken);
        if (isWhole)
        {
            FailPoint.Reach("crm-job-sent");
            await KeepAsync(taken, j => j with { Submitted = true, Until = Now + QuickestLook }, cancellationToken);
        }

        return (true, null);
    }

    private async Task<(bool Worked, DateTime? Again)> LookAsync(Taken taken, CancellationToken cancellationToken)
    {
        var (connector, connection, jobs) = (connections.ConnectorOf(taken.Integration.Kind), connections.Open(taken.Integration), taken.Jobs);
        var states = await connector.LookAsync(connection, jobs.Ids, cancellationToken);
        var age = Now - jobs.Since;
        if (states.Contains(CrmJobState.Running) && age < Longest)
        {
            var next = Now + TimeSpan.FromTicks(Math.Clamp(age.Ticks / 4, QuickestLook.Ticks, SlowestLook.Ticks));
            await KeepAsync(taken, j => j with { Until = next }, cancellationToken);
            return (false, next);
        }

        await connector.EndAsync(connection, [.. jobs.Ids.Where((_, i) => states[i] == CrmJobState.Running)], cancellationToken);
        await results.TakeAsync(
            taken.Integration, connector, connection, [.. jobs.Ids.Where((_, i) => states[i] == CrmJobState.Done)], taken.After, jobs.Last, cancellationToken);
        FailPoint.Reach("crm-job-stored");
        if (jobs.Submitted && states.All(s => s == CrmJobState.Done))
        {
            await EndAsync(taken, cancellationToken);
        }
        else
        {
            await KeepAsync(taken, j => j with { Ids = [], Submitted = false, Until = Now, Tries = j.Tries + 1 }, cancellationToken);
        }

        return (true, null);
    }

    /// <summary>The portion is through: what is not up to date there goes by itself.</summary>
    private async Task EndAsync(Taken taken, CancellationToken cancellationToken)
    {
        List<Guid> left;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            left = [.. (await CrmJobResults.ItemsAsync(db, taken.Integration, taken.After, taken.Jobs.Last, cancellationToken)).Select(i => i.Lead.Id)];
        }

        await writes.RunAsync(
            async (db, ct) =>
            {
                if (await MineAsync(db, taken, ct) is not { } row)
                {
                    return;
                }

                foreach (var part in left.Chunk(500))
                {
                    await CrmQueue.AddAsync(db, row, part, Now, ct);
                }

                var fill = row.Backfill!;
                var queued = fill.Queued + taken.Jobs.Count;
                row.Backfill = fill with { Queued = queued, Total = Math.Max(fill.Total, queued), After = taken.Jobs.Last, Jobs = null };
                await db.SaveChangesAsync(ct);
            },
            cancellationToken);
    }

    /// <summary>Changes the portion's state as long as it is ours.</summary>
    private Task<bool> KeepAsync(Taken taken, Func<CrmBackfillJobs, CrmBackfillJobs> change, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            if (await MineAsync(db, taken, ct) is not { } row)
            {
                return false;
            }

            row.Backfill = row.Backfill! with { Jobs = change(row.Backfill.Jobs!) };
            await db.SaveChangesAsync(ct);
            return true;
        },
        cancellationToken);

    private static async Task<Integration?> MineAsync(TenantDb db, Taken taken, CancellationToken cancellationToken) =>
        await db.Integrations.Where(i => i.Id == taken.Integration.Id).ForUpdate().SingleOrDefaultAsync(cancellationToken) is { } row
            && row.Backfill?.Jobs?.Token == taken.Token ? row : null;

    private sealed record Taken(Integration Integration, Guid Token, Guid? After, CrmBackfillJobs Jobs);
}
