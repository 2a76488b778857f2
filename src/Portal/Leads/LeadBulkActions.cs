using System.Text.Json;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>
/// Has many leads changed at once, by <see cref="BulkRun"/>: whoever asked may close the page. All changes of an action carry its id, by which
/// <see cref="UndoAsync"/> takes them back. Every action asks first whether the person may.
/// </summary>
public sealed class LeadBulkActions(
    TenantWrites writes, IDbContextFactory<TenantDb> databases, WorkBoard board, CurrentTenant tenant, MemberAccess access, CurrentMember member, Members members,
    TimeProvider time)
{
    public const int LongestTag = 60;
    public const int LongestReason = 500;

    private const int Portion = BulkRun.Portion;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Writes an action down and has it begun.</summary>
    public async Task<BulkOutcome> BeginAsync(LeadTargets targets, BulkChange change, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return BulkOutcome.NotAllowed;
        }

        var asked = change with { Tag = change.Tag.Replace(';', ' ').Trim(), Reason = change.Reason.Trim() };
        if (await ProblemAsync(asked, cancellationToken) is { } problem)
        {
            return BulkOutcome.Refused(problem);
        }

        var (now, filter) = (time.GetUtcNow(), targets.Filter is null ? null : JsonSerializer.Serialize(targets.Filter, StoredJson.Options));
        BulkAction action;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            action = new BulkAction
            {
                Id = Guid.CreateVersion7(now),
                Change = asked,
                Filter = filter,
                Ids = targets.Ids,
                UserId = member.UserId,
                CreatedAt = now.UtcDateTime,
                Newest = await db.Leads.OrderByDescending(l => l.Id).Select(l => l.Id).FirstOrDefaultAsync(cancellationToken),
                Total = await BulkRun.CountAsync(db, targets, now.UtcDateTime, cancellationToken),
            };
        }

        await writes.RunAsync(
            (db, ct) =>
            {
                db.BulkActions.Add(action);
                db.Raise(WorkKind.Bulk);
                return db.SaveChangesAsync(ct);
            },
            cancellationToken);
        return new BulkOutcome(action.Id, 0, null);
    }

    /// <summary>The person's newest action whose end they have not seen; null when there is none.</summary>
    public async Task<BulkAction?> OwnAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.BulkActions.AsNoTracking().Where(a => a.UserId == member.UserId && !a.IsTold).OrderByDescending(a => a.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>One of the person's actions as it stands now.</summary>
    public async Task<BulkAction?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.BulkActions.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id && a.UserId == member.UserId, cancellationToken);
    }

    /// <summary>Ends one of the person's actions where it stands; what it did stays.</summary>
    public async Task<BulkOutcome> StopAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return BulkOutcome.NotAllowed;
        }

        var now = Now;
        await writes.RunAsync(
            (db, ct) => BulkRun.EndAsync(
                db.BulkActions.Where(a => a.Id == id && a.UserId == member.UserId && a.State == BulkState.Running), BulkState.Stopped, now, ct),
            cancellationToken);
        return new BulkOutcome(id, 0, null);
    }

    /// <summary>The person has seen how it ended.</summary>
    public Task ToldAsync(Guid id, CancellationToken cancellationToken = default) => writes.RunAsync(
        (db, ct) => db.BulkActions.Where(a => a.Id == id && a.UserId == member.UserId).ExecuteUpdateAsync(a => a.SetProperty(x => x.IsTold, true), ct), cancellationToken);

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
            var (restored, left) = await AnnounceAsync((db, ct) => LeadDeletion.RestoreAsync(db, batch, Portion, member.Actor, Now, ct), cancellationToken);
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
            done += await AnnounceAsync((x, ct) => BulkUndo.RunAsync(x, changes, member.Actor, Now, ct), cancellationToken);
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

    private async Task<string?> ProblemAsync(BulkChange change, CancellationToken cancellationToken) => change switch
    {
        { Kind: BulkKind.Tag or BulkKind.Untag, Tag.Length: 0 or > LongestTag } => $"A tag has 1 to {LongestTag} characters.",
        { Kind: BulkKind.Grade, Reason.Length: > LongestReason } => $"A reason has {LongestReason} characters at most.",
        { Kind: BulkKind.Own, Owner: { } owner } when await members.RoleOfAsync(owner, cancellationToken) is null => "This person is no member of the workspace.",
        _ => null,
    };

    private Task<T> AnnounceAsync<T>(Func<TenantDb, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        board.AnnounceAsync(tenant.Id, WorkKind.Leads, () => writes.RunAsync(write, cancellationToken), cancellationToken);
}

/// <summary>What became of what was asked.</summary>
/// <param name="Batch">The action; by this it is undone.</param>
/// <param name="Done">How many leads were changed so far.</param>
/// <param name="Problem">Why nothing was done.</param>
public sealed record BulkOutcome(Guid Batch, int Done, string? Problem)
{
    public static readonly BulkOutcome NotAllowed = Refused("Your role does not allow this.");

    public static BulkOutcome Refused(string problem) => new(Guid.Empty, 0, problem);
}
