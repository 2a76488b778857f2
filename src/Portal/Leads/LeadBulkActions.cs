using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>
/// Changes many leads at once, in portions that each are a transaction. All changes of an action carry one <see cref="LeadChange.BatchId"/>,
/// by which <see cref="UndoAsync"/> takes them back. Every action asks first whether the person may.
/// </summary>
public sealed class LeadBulkActions(
    TenantWrites writes, IDbContextFactory<TenantDb> databases, WorkBoard board, CurrentTenant tenant, MemberAccess access, CurrentMember member, Members members,
    TimeProvider time)
{
    public const int Portion = 500;
    public const int LongestTag = 60;
    public const int LongestReason = 500;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <param name="add">False takes the tag away.</param>
    public Task<BulkOutcome> TagAsync(LeadTargets targets, string tag, bool add, Func<int, Task>? progress = null, CancellationToken cancellationToken = default)
    {
        var word = tag.Replace(';', ' ').Trim();
        return word.Length is 0 or > LongestTag
            ? Task.FromResult(BulkOutcome.Refused($"A tag has 1 to {LongestTag} characters."))
            : RunAsync(targets, WorkKind.Leads, (db, ids, batch, ct) => TagAsync(db, ids, word, add, batch, ct), progress, cancellationToken);
    }

    /// <param name="owner">A member; null = nobody.</param>
    public async Task<BulkOutcome> OwnAsync(LeadTargets targets, Guid? owner, Func<int, Task>? progress = null, CancellationToken cancellationToken = default) =>
        owner is { } id && await members.RoleOfAsync(id, cancellationToken) is null
            ? BulkOutcome.Refused("This person is no member of the workspace.")
            : await RunAsync(targets, null, (db, ids, batch, ct) => OwnAsync(db, ids, owner, batch, ct), progress, cancellationToken);

    /// <param name="grade">Null takes people's judgements back.</param>
    /// <param name="until">UTC; null = until somebody takes it back.</param>
    public Task<BulkOutcome> GradeAsync(
        LeadTargets targets, Grade? grade, string reason, DateTime? until, Func<int, Task>? progress = null, CancellationToken cancellationToken = default)
    {
        var words = reason.Trim();
        return words.Length > LongestReason
            ? Task.FromResult(BulkOutcome.Refused($"A reason has {LongestReason} characters at most."))
            : RunAsync(
                targets,
                null,
                (db, ids, batch, ct) => grade is { } set
                    ? ScoreOverrides.SetAsync(db, ids, set, null, words, until, member.Actor, Now, batch, ct)
                    : ScoreOverrides.ClearAsync(db, ids, member.Actor, Now, batch, ct),
                progress,
                cancellationToken);
    }

    /// <summary>Leads are kept for a day, see <see cref="LeadDeletion"/>.</summary>
    public Task<BulkOutcome> DeleteAsync(LeadTargets targets, Func<int, Task>? progress = null, CancellationToken cancellationToken = default) =>
        RunAsync(targets, null, (db, ids, batch, ct) => LeadDeletion.DeleteAsync(db, ids, batch, member.Actor, Now, ct), progress, cancellationToken);

    /// <summary>Takes an action back. Leads that somebody changed since keep what they have now.</summary>
    public async Task<BulkOutcome> UndoAsync(Guid batch, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return BulkOutcome.NotAllowed;
        }

        var done = 0;
        for (var more = true; more;)
        {
            var (restored, left) = await AnnounceAsync(
                WorkKind.Leads, (db, ct) => LeadDeletion.RestoreAsync(db, batch, Portion, member.Actor, Now, ct), cancellationToken);
            (done, more) = (done + restored, left);
        }

        for (var last = 0L; ;)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var changes = await db.LeadChanges.AsNoTracking().Where(c => c.BatchId == batch && c.Id > last).OrderBy(c => c.Id).Take(Portion).ToListAsync(cancellationToken);
            if (changes.Count == 0)
            {
                return new BulkOutcome(batch, done, null);
            }

            last = changes[^1].Id;
            done += await AnnounceAsync(WorkKind.Leads, (x, ct) => BulkUndo.RunAsync(x, changes, member.Actor, Now, ct), cancellationToken);
        }
    }

    /// <summary>The ids behind targets, in their order; at most so many.</summary>
    public async Task<IReadOnlyList<Guid>> IdsAsync(LeadTargets targets, int most, CancellationToken cancellationToken = default)
    {
        if (targets.Filter is not { } filter)
        {
            return [.. targets.Ids.Take(most)];
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var without = targets.Ids.ToHashSet();
        var ids = await filter.Apply(db.Leads, db, Now).OrderBy(l => l.Id).Select(l => l.Id).Take(most + without.Count).ToListAsync(cancellationToken);
        return [.. ids.Where(id => !without.Contains(id)).Take(most)];
    }

    /// <summary>Portion after portion by id, up to the newest lead that was there when it began.</summary>
    private async Task<BulkOutcome> RunAsync(
        LeadTargets targets,
        WorkKind? raises,
        Func<TenantDb, IReadOnlyList<Guid>, Guid, CancellationToken, Task<int>> change,
        Func<int, Task>? progress,
        CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return BulkOutcome.NotAllowed;
        }

        var batch = Guid.CreateVersion7(time.GetUtcNow());
        var (done, last, newest, started) = (0, Guid.Empty, await NewestAsync(cancellationToken), Now);
        var without = targets.Ids.ToHashSet();
        var picked = targets.Ids.Order().Chunk(Portion).GetEnumerator();
        while (true)
        {
            IReadOnlyList<Guid> ids;
            if (targets.Filter is { } filter)
            {
                ids = await NextAsync(filter, last, newest, started, cancellationToken);
            }
            else
            {
                ids = picked.MoveNext() ? picked.Current : [];
            }

            if (ids.Count == 0)
            {
                return new BulkOutcome(batch, done, null);
            }

            last = ids[^1];
            var portion = targets.Filter is null ? ids : [.. ids.Where(id => !without.Contains(id))];
            done += await AnnounceAsync(raises, (db, ct) => change(db, portion, batch, ct), cancellationToken);
            await (progress?.Invoke(done) ?? Task.CompletedTask);
        }
    }

    private async Task<Guid> NewestAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Leads.OrderByDescending(l => l.Id).Select(l => l.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<Guid>> NextAsync(LeadFilter filter, Guid last, Guid newest, DateTime started, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await filter.Apply(db.Leads, db, started).Where(l => l.Id > last && l.Id <= newest)
            .OrderBy(l => l.Id).Select(l => l.Id).Take(Portion).ToListAsync(cancellationToken);
    }

    private Task<T> AnnounceAsync<T>(WorkKind? raises, Func<TenantDb, CancellationToken, Task<T>> write, CancellationToken cancellationToken) => raises is { } kind
        ? board.AnnounceAsync(tenant.Id, kind, () => writes.RunAsync(write, cancellationToken), cancellationToken)
        : writes.RunAsync(write, cancellationToken);

    private async Task<int> TagAsync(TenantDb db, IReadOnlyList<Guid> ids, string tag, bool add, Guid batch, CancellationToken cancellationToken)
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
            done += BulkUndo.SetTags(db, lead, string.Join(';', tags), member.Actor, Now, batch) ? 1 : 0;
        }

        await db.SaveChangesAsync(cancellationToken);
        return done;
    }

    private async Task<int> OwnAsync(TenantDb db, IReadOnlyList<Guid> ids, Guid? owner, Guid batch, CancellationToken cancellationToken)
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
                At = Now,
                Actor = member.Actor,
                BatchId = batch,
            })],
            cancellationToken);
        return before.Count;
    }
}

/// <summary>What became of an action on many leads.</summary>
/// <param name="Batch">By which it is undone.</param>
/// <param name="Done">How many leads were changed.</param>
/// <param name="Problem">Why nothing was done.</param>
public sealed record BulkOutcome(Guid Batch, int Done, string? Problem)
{
    public static readonly BulkOutcome NotAllowed = Refused("Your role does not allow this.");

    public static BulkOutcome Refused(string problem) => new(Guid.Empty, 0, problem);
}
