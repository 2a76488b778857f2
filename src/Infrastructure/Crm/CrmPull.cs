using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>Takes over what changed in a CRM. In the caller's transaction.</summary>
public sealed class CrmPull(FeedbackActions feedback, CrmNewcomers newcomers, TimeProvider time)
{
    /// <summary>Before the name of a kind of stage in <see cref="CrmLink.Shared"/>.</summary>
    private const string StagePrefix = "stage:";

    /// <param name="db">The transaction.</param>
    /// <param name="integration">Through which it came.</param>
    /// <param name="remote">The record as it stands there.</param>
    /// <param name="cancellationToken">Ends the transaction.</param>
    /// <returns>Null when something was taken over, else in plain words why nothing was.</returns>
    public async Task<string?> ApplyAsync(TenantDb db, Integration integration, CrmRemote remote, CancellationToken cancellationToken)
    {
        // A record that was merged away is known here by the id it had before.
        var ids = new[] { remote.RemoteId, remote.AskedAs ?? remote.RemoteId }.Distinct().ToList();
        var links = await db.CrmLinks.Where(l => l.IntegrationId == integration.Id && ids.Contains(l.RemoteId))
            .OrderBy(l => l.LeadId).ForUpdate().ToListAsync(cancellationToken);
        if (links.Count == 0)
        {
            var (link, reason) = await newcomers.TakeAsync(db, integration, remote, cancellationToken);
            if (link is null)
            {
                return reason;
            }

            await ApplyAsync(db, integration, link, remote, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }

        string? ignored = null;
        var taken = false;
        foreach (var link in links)
        {
            var reason = await ApplyAsync(db, integration, link, remote, cancellationToken);
            taken |= reason is null;
            ignored ??= reason;
        }

        await db.SaveChangesAsync(cancellationToken);
        return taken ? null : ignored;
    }

    /// <summary>Records that were there before us: where the CRM's word counts, theirs is taken before ours is sent.</summary>
    /// <param name="writes">Not in the caller's transaction: the CRM is asked first.</param>
    /// <param name="integration">The connection.</param>
    /// <param name="connector">Its vendor's.</param>
    /// <param name="connection">The account.</param>
    /// <param name="remoteIds">Records that were pushed for the first time.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task MeetAsync(
        TenantWrites writes, Integration integration, ICrmConnector connector, CrmConnection connection, IReadOnlyList<string> remoteIds, CancellationToken cancellationToken)
    {
        if (!integration.Mapping.Exists(CrmPlan.WaitsForTheirs))
        {
            return;
        }

        foreach (var part in remoteIds.Chunk(connector.Batch))
        {
            var records = await connector.ReadAsync(connection, part, cancellationToken);
            await writes.RunAsync(
                async (db, ct) =>
                {
                    foreach (var record in records)
                    {
                        await ApplyAsync(db, integration, record, ct);
                    }
                },
                cancellationToken);
        }
    }

    private async Task<string?> ApplyAsync(TenantDb db, Integration integration, CrmLink link, CrmRemote remote, CancellationToken cancellationToken)
    {
        if (remote.Deleted)
        {
            if (link.Deleted)
            {
                return "It was known to be deleted.";
            }

            (link.Deleted, link.LastError) = (true, "It was deleted there.");
            return null;
        }

        if (remote.MergedInto is { } survivor && survivor != link.RemoteId)
        {
            (link.RemoteId, link.Url) = (survivor, link.Url?.Replace(link.RemoteId, survivor, StringComparison.Ordinal));
        }

        var staged = await StageAsync(db, integration, link, remote, cancellationToken);
        if (remote.Values.Count == 0)
        {
            return staged ? null : "Nothing in it concerns the lead.";
        }

        if (remote.At < link.RemoteAt)
        {
            return staged ? null : "Something newer was taken over already.";
        }

        link.RemoteAt = remote.At;
        link.Deleted = false;
        return await ValuesAsync(db, integration, link, remote, cancellationToken) || staged ? null : "It holds what both sides had already.";
    }

    private async Task<bool> ValuesAsync(TenantDb db, Integration integration, CrmLink link, CrmRemote remote, CancellationToken cancellationToken)
    {
        if (await db.Leads.Where(l => l.Id == link.LeadId).ForUpdate().SingleOrDefaultAsync(cancellationToken) is not { } lead)
        {
            return false;
        }

        var (wanted, shared, owed) = (new Dictionary<string, string?>(), new Dictionary<string, string>(), false);
        foreach (var mapping in integration.Mapping.Where(m => CrmValues.Pulls(m) && (!remote.IsPart || remote.Values.ContainsKey(m.Remote))))
        {
            var (key, theirs, ours) = (CrmValues.Key(mapping), remote.Values.GetValueOrDefault(mapping.Remote) ?? "", CrmValues.Out(mapping, lead));
            var before = link.Shared.GetValueOrDefault(key);
            if (theirs == (before ?? ""))
            {
                // Our own change coming back, or nothing new. What was held back until theirs was known is owed now.
                owed |= before is null && CrmValues.Pushes(mapping) && ours.Length > 0;
                continue;
            }

            shared[key] = theirs;
            if (theirs == ours)
            {
                continue;
            }

            var changedHere = before is not null && ours != before;
            var keepsOurs = mapping is { Direction: CrmDirection.Both, Wins: CrmSide.Ours } && changedHere
                || lead.EditedFields.Contains(mapping.Field, StringComparer.OrdinalIgnoreCase);
            if (keepsOurs)
            {
                owed |= CrmValues.Pushes(mapping);
            }
            else
            {
                wanted[mapping.Field] = theirs.Length == 0 ? null : CrmValues.In(mapping, theirs);
            }
        }

        link.Shared = CrmSync.Merged(link.Shared, shared);
        var changed = wanted.Count > 0 && await EditAsync(db, integration, link, lead, wanted, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        if (owed && integration.State == IntegrationState.Active)
        {
            await CrmQueue.AddAsync(db, integration, [link.LeadId], time.GetUtcNow().UtcDateTime, cancellationToken);
        }

        return changed || shared.Count > 0;
    }

    /// <summary>Values that cannot be read here are left out, one by one, and said on the lead.</summary>
    private async Task<bool> EditAsync(
        TenantDb db, Integration integration, CrmLink link, Lead lead, Dictionary<string, string?> wanted, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var identity = lead.IdentityKey;
        var (changes, problems) = LeadChanges.Apply(lead, wanted, Actor(integration), now);
        if (problems.Count > 0)
        {
            var bad = problems.Select(p => p.Field).ToHashSet(StringComparer.OrdinalIgnoreCase);
            var good = wanted.Where(w => !bad.Contains(w.Key)).ToDictionary();
            await db.Entry(lead).ReloadAsync(cancellationToken);
            link.LastError = $"From the CRM, not taken over: {problems[0].Field}. {problems[0].Reason}";
            return good.Count > 0 && good.Count < wanted.Count && await EditAsync(db, integration, link, lead, good, cancellationToken);
        }

        if (lead.IdentityKey != identity && await db.Leads.AnyAsync(l => l.IdentityKey == lead.IdentityKey && l.Id != lead.Id, cancellationToken))
        {
            await db.Entry(lead).ReloadAsync(cancellationToken);
            link.LastError = "From the CRM, not taken over: another lead is known by this e-mail address already. Merge the two.";
            return false;
        }

        db.LeadChanges.AddRange(changes);
        db.Raise(WorkKind.Leads);
        return changes.Count > 0;
    }

    /// <summary>A stage that means an outcome here is recorded once, under an id that is made of what it is.</summary>
    private async Task<bool> StageAsync(TenantDb db, Integration integration, CrmLink link, CrmRemote remote, CancellationToken cancellationToken)
    {
        if (remote.Stage is not { } stage)
        {
            return false;
        }

        // Vendors with several kinds of stages (of the person, of a deal) put the kind before a colon.
        var kind = StagePrefix + (stage.IndexOf(':', StringComparison.Ordinal) is var at and > 0 ? stage[..at] : "");
        if (link.Shared.GetValueOrDefault(kind) == stage)
        {
            return false;
        }

        link.Shared = CrmSync.Merged(link.Shared, new Dictionary<string, string> { [kind] = stage });
        link.Stage = stage;
        var meaning = integration.Settings.Stages.FirstOrDefault(s => s.Value.Contains(stage)).Key;
        if (Enum.TryParse<FeedbackKind>(meaning, out var outcome) && outcome is FeedbackKind.Won or FeedbackKind.Lost or FeedbackKind.MeetingBooked)
        {
            var id = $"crm:{integration.Id:N}:{remote.RemoteId}:{stage}:{remote.At:yyyyMMddTHHmmssfff}";
            await feedback.RecordAsync(db, new GivenFeedback(id, link.LeadId, null, outcome, remote.At), Actor(integration), cancellationToken);
            db.Raise(WorkKind.Leads);
        }

        return true;
    }

    internal static string Actor(Integration integration) => $"crm:{integration.Name}";
}
