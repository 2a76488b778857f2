using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>
/// Works the current tenant's actions on many leads, one after the other, a portion in each transaction: the change and how far it is are
/// stored together, so that a portion that was interrupted was not, and one that was stored is not repeated.
/// </summary>
public sealed class BulkRun(IDbContextFactory<TenantDb> databases, TenantWrites writes, TimeProvider time)
{
    public const int Portion = 500;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>A portion of the oldest action that is not at its end.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> PortionAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.BulkActions.AsNoTracking().Where(a => a.State == BulkState.Running).OrderBy(a => a.Id).FirstOrDefaultAsync(cancellationToken) is not { } action)
        {
            return false;
        }

        // Looked up outside of the transaction: a filter may take its time, and nobody should wait for it.
        var ids = await NextAsync(db, action, cancellationToken);
        await writes.RunAsync((write, ct) => StoreAsync(write, action, ids, ct), cancellationToken);
        return true;
    }

    /// <summary>How many leads an action is about to go through.</summary>
    internal static Task<int> CountAsync(TenantDb db, LeadTargets targets, DateTime now, CancellationToken cancellationToken)
    {
        var ids = targets.Ids;
        return targets.Filter is { } filter
            ? filter.Apply(db.Leads, db, now).CountAsync(l => !ids.Contains(l.Id), cancellationToken)
            : db.Leads.CountAsync(l => ids.Contains(l.Id), cancellationToken);
    }

    private static async Task<IReadOnlyList<Guid>> NextAsync(TenantDb db, BulkAction action, CancellationToken cancellationToken)
    {
        if (action.Filter is not { } written)
        {
            return [.. action.Ids.Order().Where(id => id.CompareTo(action.Last) > 0).Take(Portion)];
        }

        var filter = JsonSerializer.Deserialize<LeadFilter>(written, StoredJson.Options) ?? throw new JsonException("An action's filter is empty.");
        return await filter.Apply(db.Leads, db, action.CreatedAt).Where(l => l.Id > action.Last && l.Id <= action.Newest)
            .OrderBy(l => l.Id).Select(l => l.Id).Take(Portion).ToListAsync(cancellationToken);
    }

    private async Task StoreAsync(TenantDb db, BulkAction seen, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        // Of two processes with the same portion the second waits here and then finds it done; one that was stopped goes no further.
        var row = db.BulkActions.Where(a => a.Id == seen.Id && a.State == BulkState.Running && a.Last == seen.Last);
        if (await row.AsNoTracking().ForUpdate().Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancellationToken) is null)
        {
            return;
        }

        var now = Now;
        if (ids.Count == 0)
        {
            await EndAsync(row, BulkState.Done, now, cancellationToken);
            return;
        }

        IReadOnlyList<Guid> leads = seen.Filter is null ? ids : [.. ids.Except(seen.Ids)];
        var (done, last) = (await ChangeAsync(db, seen, leads, now, cancellationToken), ids[^1]);
        await db.BulkActions.Where(a => a.Id == seen.Id).ExecuteUpdateAsync(
            a => a.SetProperty(x => x.Last, last).SetProperty(x => x.Seen, x => x.Seen + leads.Count).SetProperty(x => x.Done, x => x.Done + done), cancellationToken);
        if (seen.Change.Kind is BulkKind.Tag or BulkKind.Untag)
        {
            // Analysed again.
            db.Raise(WorkKind.Leads);
        }
    }

    /// <summary>Which leads it was for is of no use any more.</summary>
    internal static Task<int> EndAsync(IQueryable<BulkAction> action, BulkState state, DateTime now, CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> none = [];
        return action.ExecuteUpdateAsync(
            a => a.SetProperty(x => x.State, state).SetProperty(x => x.EndedAt, now).SetProperty(x => x.Filter, (string?)null).SetProperty(x => x.Ids, none),
            cancellationToken);
    }

    private static Task<int> ChangeAsync(TenantDb db, BulkAction action, IReadOnlyList<Guid> ids, DateTime now, CancellationToken cancellationToken)
    {
        var (change, actor) = (action.Change, $"member:{action.UserId}");
        return change.Kind switch
        {
            BulkKind.Tag => TagAsync(db, ids, change.Tag, true, action.Id, actor, now, cancellationToken),
            BulkKind.Untag => TagAsync(db, ids, change.Tag, false, action.Id, actor, now, cancellationToken),
            BulkKind.Own => OwnAsync(db, ids, change.Owner, action.Id, actor, now, cancellationToken),
            BulkKind.Grade when change.Grade is { } grade =>
                ScoreOverrides.SetAsync(db, ids, grade, null, change.Reason, change.Until, actor, now, action.Id, cancellationToken),
            BulkKind.Grade => ScoreOverrides.ClearAsync(db, ids, actor, now, action.Id, cancellationToken),
            BulkKind.Delete => LeadDeletion.DeleteAsync(db, ids, action.Id, actor, now, cancellationToken),
            _ => throw new InvalidOperationException($"Nobody knows the action {change.Kind}."),
        };
    }

    private static async Task<int> TagAsync(
        TenantDb db, IReadOnlyList<Guid> ids, string tag, bool add, Guid batch, string actor, DateTime now, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var lead in await db.Leads.Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ForUpdate().ToListAsync(cancellationToken))
        {
            var has = lead.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase);
            if (has == add)
            {
                continue;
            }

            IEnumerable<string> tags = add ? lead.Tags.Append(tag) : lead.Tags.Where(t => !t.Equals(tag, StringComparison.OrdinalIgnoreCase));
            done += BulkUndo.SetTags(db, lead, string.Join(';', tags), actor, now, batch) ? 1 : 0;
        }

        await db.SaveChangesAsync(cancellationToken);
        return done;
    }

    private static async Task<int> OwnAsync(
        TenantDb db, IReadOnlyList<Guid> ids, Guid? owner, Guid batch, string actor, DateTime now, CancellationToken cancellationToken)
    {
        var before = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id) && l.OwnerId != owner).OrderBy(l => l.Id).ForUpdate()
            .Select(l => new { l.Id, l.OwnerId }).ToListAsync(cancellationToken);
        var changed = before.ConvertAll(b => b.Id);
        await db.Leads.Where(l => changed.Contains(l.Id)).ExecuteUpdateAsync(l => l.SetProperty(x => x.OwnerId, owner), cancellationToken);
        await db.BulkInsertAsync(
            [.. before.Select(b => new LeadChange
            {
                LeadId = b.Id,
                Field = BulkUndo.Owner,
                Old = b.OwnerId?.ToString(),
                New = owner?.ToString(),
                At = now,
                Actor = actor,
                BatchId = batch,
            })],
            cancellationToken);
        return before.Count;
    }
}
