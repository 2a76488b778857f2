using System.Diagnostics;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>
/// The way out to CRMs: what a lead is at the moment of delivery goes there, as far as it differs from what was shared last. Delivering
/// twice is harmless, since records are found by their id or e-mail address.
/// </summary>
public sealed class CrmSync(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, CrmConnections connections, CrmHealth health, CrmPull pull, AdminNotices notices,
    TimeProvider time) : IOutboxChannel
{
    private static readonly TimeSpan WhileStopped = TimeSpan.FromSeconds(5);

    public OutboxChannel Channel => OutboxChannel.Crm;

    public int Batch => 100;

    /// <summary>One after the other: vendors count calls, and a company that several leads share is made once.</summary>
    public int Concurrency => 1;

    public async Task<OutboxDoor> LookAsync(TenantDb db, Guid destinationId, CancellationToken cancellationToken) =>
        await db.Integrations.Where(i => i.Id == destinationId).Select(i => (IntegrationState?)i.State).SingleOrDefaultAsync(cancellationToken) switch
        {
            null => OutboxDoor.Gone,
            IntegrationState.Active => OutboxDoor.Open,
            _ => OutboxDoor.Closed,
        };

    /// <summary>Tells the admins of leads that were given up, once a day.</summary>
    public async Task SettleAsync(TenantDb db, OutboxOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Dead == 0 || await db.Integrations.Where(i => i.Id == outcome.DestinationId).Select(i => i.Name).SingleOrDefaultAsync(cancellationToken) is not { } name)
        {
            return;
        }

        await notices.AddOnceAsync(
            db,
            $"Leads could not be sent to “{name}”",
            $"“{name}” did not take every lead. The last reason: {outcome.Error}\n\n"
                + $"The page of “{name}” under Integrations lists these leads and what is wrong with each. Mend it here or there and send them again from Deliveries; "
                + "they are kept for 30 days. No further letter comes about this connection today.",
            outcome.Now.AddDays(-1),
            outcome.Now,
            cancellationToken);
    }

    public async Task<IReadOnlyList<DeliveryResult>> DeliverAsync(
        Guid destinationId, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.GetTimestamp();
        CrmPlan plan;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            var integration = await db.Integrations.AsNoTracking().SingleOrDefaultAsync(i => i.Id == destinationId, cancellationToken);
            if (integration is null)
            {
                return [.. messages.Select(m => new DeliveryResult(m.Id, DeliveryVerdict.Dropped) { Error = "The CRM was disconnected." })];
            }

            if (integration.State != IntegrationState.Active)
            {
                return [.. messages.Select(m => new DeliveryResult(m.Id, DeliveryVerdict.Throttled) { RetryAfter = WhileStopped })];
            }

            if (integration.HoldUntil - time.GetUtcNow().UtcDateTime is { } hold && hold > TimeSpan.Zero)
            {
                return [.. messages.Select(m => new DeliveryResult(m.Id, DeliveryVerdict.Throttled) { RetryAfter = hold })];
            }

            plan = await CrmPlan.MakeAsync(db, integration, messages, cancellationToken);
        }

        if (plan.Items.Count == 0)
        {
            return plan.Settled;
        }

        try
        {
            return [.. plan.Settled, .. await PushAsync(plan, clock, cancellationToken)];
        }
        catch (CrmException e)
        {
            var hold = await health.FailedAsync(destinationId, e, cancellationToken);
            return [.. plan.Settled, .. plan.Items.Select(i => Failed(i, e, hold, clock))];
        }
    }

    private async Task<IReadOnlyList<DeliveryResult>> PushAsync(CrmPlan plan, long clock, CancellationToken cancellationToken)
    {
        var connector = connections.ConnectorOf(plan.Integration.Kind);
        var connection = connections.Open(plan.Integration);
        var answers = new Dictionary<Guid, CrmPushed>();
        foreach (var part in plan.Items.Chunk(connector.Batch))
        {
            foreach (var answer in await connector.PushAsync(connection, [.. part.Select(i => i.Record)], cancellationToken))
            {
                answers[answer.LeadId] = answer;
            }
        }

        FailPoint.Reach("crm-answered");
        await writes.RunAsync((db, ct) => StoreAsync(db, plan, answers, ct), cancellationToken);
        FailPoint.Reach("crm-stored");
        var met = plan.Items.Where(i => i.Record.RemoteId is null).Select(i => answers.GetValueOrDefault(i.Lead.Id)?.RemoteId).OfType<string>();
        await pull.MeetAsync(writes, plan.Integration, connector, connection, [.. met], cancellationToken);
        var took = (int)Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        return [.. plan.Items.Select(item => answers.GetValueOrDefault(item.Lead.Id) switch
        {
            null => new DeliveryResult(item.Message, DeliveryVerdict.Failed) { Error = "The CRM gave no answer for this record.", Duration = took },
            { Gone: true } => new DeliveryResult(item.Message, DeliveryVerdict.Dropped) { Error = "The record was deleted in the CRM.", Duration = took },
            { RemoteId: null } refused => new DeliveryResult(item.Message, DeliveryVerdict.Refused)
            {
                Error = refused.Error, Duration = took, Request = item.Describe(), Response = refused.Error,
            },
            var done => new DeliveryResult(item.Message, DeliveryVerdict.Delivered)
            {
                Status = 200, Duration = took, Request = item.Describe(), Response = $"Stands there as {done.RemoteId}.",
            },
        })];
    }

    private async Task StoreAsync(TenantDb db, CrmPlan plan, Dictionary<Guid, CrmPushed> answers, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var leads = plan.Items.Select(i => i.Lead.Id).ToList();
        var alive = await db.Leads.Where(l => leads.Contains(l.Id)).Select(l => l.Id).ToHashSetAsync(cancellationToken);
        var links = await db.CrmLinks.Where(l => l.IntegrationId == plan.Integration.Id && leads.Contains(l.LeadId)).OrderBy(l => l.LeadId).ForUpdate()
            .ToDictionaryAsync(l => l.LeadId, cancellationToken);
        foreach (var item in plan.Items.Where(i => alive.Contains(i.Lead.Id)))
        {
            if (answers.GetValueOrDefault(item.Lead.Id) is not { } answer)
            {
                continue;
            }

            var link = links.GetValueOrDefault(item.Lead.Id);
            if (answer.RemoteId is { } remoteId)
            {
                if (link is null)
                {
                    link = new CrmLink { IntegrationId = plan.Integration.Id, LeadId = item.Lead.Id, RemoteId = remoteId };
                    db.CrmLinks.Add(link);
                }

                (link.RemoteId, link.RemoteCompanyId, link.Url) = (remoteId, answer.RemoteCompanyId ?? link.RemoteCompanyId, answer.Url ?? link.Url);
                (link.SyncedAt, link.SyncedVersion, link.LastError, link.Deleted) = (now, item.Lead.Version, null, false);
                link.Shared = Merged(link.Shared, item.Values);
            }
            else if (link is not null)
            {
                (link.LastError, link.Deleted) = (answer.Gone ? "It was deleted there." : answer.Error, answer.Gone || link.Deleted);
            }
        }

        await CrmHealth.WorkedAsync(db, plan.Integration.Id, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }

    internal static Dictionary<string, string> Merged(Dictionary<string, string> shared, IReadOnlyDictionary<string, string> values)
    {
        var merged = new Dictionary<string, string>(shared, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in values)
        {
            merged[name] = value;
        }

        return merged;
    }

    private static DeliveryResult Failed(CrmItem item, CrmException trouble, TimeSpan? hold, long clock) => new(
        item.Message,
        trouble.Trouble switch
        {
            CrmTrouble.Throttled or CrmTrouble.Refused => DeliveryVerdict.Throttled,
            CrmTrouble.Invalid => DeliveryVerdict.Refused,
            _ => DeliveryVerdict.Failed,
        })
    {
        Status = trouble.Status,
        Error = trouble.Message,
        RetryAfter = trouble.Trouble == CrmTrouble.Refused ? WhileStopped : hold ?? trouble.RetryAfter,
        Duration = (int)Stopwatch.GetElapsedTime(clock).TotalMilliseconds,
        Request = item.Describe(),
        Response = trouble.Message,
    };
}
