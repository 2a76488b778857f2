using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Takes a portion of an action's changes back, in the caller's transaction, and writes that down as changes of their own.</summary>
internal static class BulkUndo
{
    public const string Owner = "owner";

    private const string Tags = "tags";

    /// <returns>How many leads are as they were before.</returns>
    public static async Task<int> RunAsync(
        TenantDb db, IReadOnlyList<LeadChange> changes, string actor, DateTime now, CancellationToken cancellationToken)
    {
        var byField = changes.ToLookup(c => c.Field);
        return await TagsAsync(db, [.. byField[Tags]], actor, now, cancellationToken)
            + await OwnersAsync(db, [.. byField[Owner]], actor, now, cancellationToken)
            + await ScoresAsync(db, [.. byField[ScoreText.Field]], actor, now, cancellationToken);
    }

    /// <summary>Gives a tracked lead other tags, as an edit by a person; it is analysed again.</summary>
    public static bool SetTags(TenantDb db, Lead lead, string tags, string actor, DateTime now, Guid? batch)
    {
        var (changes, _) = LeadChanges.Apply(lead, new Dictionary<string, string?> { [Tags] = tags }, actor, now);
        if (changes.Count == 0)
        {
            return false;
        }

        lead.EditedFields = [.. lead.EditedFields.Union([Tags], StringComparer.OrdinalIgnoreCase)];
        db.LeadChanges.AddRange(changes.Select(c => new LeadChange
        {
            LeadId = c.LeadId,
            Field = c.Field,
            Old = c.Old,
            New = c.New,
            At = c.At,
            Actor = c.Actor,
            BatchId = batch,
        }));
        return true;
    }

    private static async Task<int> TagsAsync(TenantDb db, List<LeadChange> changes, string actor, DateTime now, CancellationToken cancellationToken)
    {
        var ids = changes.ConvertAll(c => c.LeadId);
        if (ids.Count == 0)
        {
            return 0;
        }

        var leads = await db.Leads.Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ForUpdate().ToDictionaryAsync(l => l.Id, cancellationToken);
        var done = changes.Count(c => leads.TryGetValue(c.LeadId, out var lead) && string.Join(';', lead.Tags) == (c.New ?? "")
            && SetTags(db, lead, c.Old ?? "", actor, now, null));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return done;
    }

    private static async Task<int> OwnersAsync(TenantDb db, List<LeadChange> changes, string actor, DateTime now, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var same in changes.GroupBy(c => (c.Old, c.New)))
        {
            var ids = same.Select(c => c.LeadId).ToList();
            var (old, given) = (Id(same.Key.Old), Id(same.Key.New));
            var still = await db.Leads.Where(l => ids.Contains(l.Id) && l.OwnerId == given).Select(l => l.Id).ToListAsync(cancellationToken);
            done += await db.Leads.Where(l => still.Contains(l.Id)).ExecuteUpdateAsync(l => l.SetProperty(x => x.OwnerId, old), cancellationToken);
            await db.BulkInsertAsync(
                [.. still.Select(id => new LeadChange { LeadId = id, Field = Owner, Old = same.Key.New, New = same.Key.Old, At = now, Actor = actor })],
                cancellationToken);
        }

        return done;

        static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;
    }

    private static async Task<int> ScoresAsync(TenantDb db, List<LeadChange> changes, string actor, DateTime now, CancellationToken cancellationToken)
    {
        var ids = changes.ConvertAll(c => c.LeadId);
        if (ids.Count == 0)
        {
            return 0;
        }

        var standing = await db.ScoreOverrides.AsNoTracking().Where(o => ids.Contains(o.LeadId)).ToDictionaryAsync(o => o.LeadId, cancellationToken);
        var before = new Dictionary<Guid, ScoreOverride?>();
        foreach (var change in changes)
        {
            var (given, stands) = (ScoreText.Parse(change.New), standing.GetValueOrDefault(change.LeadId));
            if (given?.Actor is null ? stands is null : stands is not null && ScoreText.Of(stands).ToString() == change.New)
            {
                before[change.LeadId] = ScoreText.Parse(change.Old)?.ToOverride(change.LeadId);
            }
        }

        return await ScoreOverrides.RestoreAsync(db, before, actor, now, null, cancellationToken);
    }
}
