using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Two leads side by side, and their merging.</summary>
public sealed class LeadMerging(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, WorkBoard board, CurrentTenant tenant, MemberAccess access, CurrentMember member, TimeProvider time)
{
    /// <summary>Null when one of them is not there.</summary>
    public async Task<MergeDraft?> ReadAsync(Guid first, Guid second, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var leads = await db.Leads.AsNoTracking().Where(l => l.Id == first || l.Id == second).ToListAsync(cancellationToken);
        if (leads.Find(l => l.Id == first) is not { } a || leads.Find(l => l.Id == second) is not { } b || first == second)
        {
            return null;
        }

        return new MergeDraft(a, b, LeadJoin.Propose(a, b))
        {
            Changes = await db.LeadChanges.CountAsync(c => c.LeadId == second, cancellationToken),
            Events = await db.Feedback.CountAsync(f => f.LeadId == second, cancellationToken),
            Intents = await db.Intents.CountAsync(i => i.LeadId == second, cancellationToken),
            Scores = await db.ScoreChanges.CountAsync(s => s.LeadId == second, cancellationToken),
        };
    }

    /// <returns>The merge, for undo; or why nothing was done.</returns>
    public async Task<(Guid? Batch, string? Problem)> MergeAsync(
        MergeDraft draft, IReadOnlyDictionary<string, JoinChoice> choices, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return (null, "Your role does not allow this.");
        }

        var now = time.GetUtcNow();
        var batch = Guid.CreateVersion7(now);
        var outcome = await AnnouncedAsync(
            (db, ct) => LeadJoining.JoinAsync(
                db, (draft.First.Id, draft.Second.Id), (draft.First.Version, draft.Second.Version), choices, batch, member.Actor, now.UtcDateTime, ct),
            cancellationToken);
        return outcome switch
        {
            JoinOutcome.Done => (batch, null),
            JoinOutcome.Gone => (null, "One of the two is not there any more."),
            JoinOutcome.Changed => (null, "Somebody changed one of the two meanwhile. The newest values stand here now; look at them once more."),
            _ => (null, "A third lead is known by this name already. Merge with that one first."),
        };
    }

    /// <returns>Why it cannot be undone; null when it was.</returns>
    public async Task<string?> UndoAsync(Guid batch, CancellationToken cancellationToken = default)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return "Your role does not allow this.";
        }

        var now = time.GetUtcNow().UtcDateTime;
        return await AnnouncedAsync((db, ct) => LeadJoining.UndoAsync(db, batch, member.Actor, now, ct), cancellationToken) switch
        {
            JoinOutcome.Done => null,
            JoinOutcome.Changed => "Something has happened with the lead since. The merge stays.",
            _ => "The merge can no longer be undone.",
        };
    }

    /// <summary>What did not come through is rolled back as a whole.</summary>
    private async Task<JoinOutcome> AnnouncedAsync(Func<TenantDb, CancellationToken, Task<JoinOutcome>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await board.AnnounceAsync(
                tenant.Id,
                WorkKind.Leads,
                () => writes.RunAsync(
                    async (db, ct) => await work(db, ct) is var outcome && outcome == JoinOutcome.Done ? outcome : throw new NotJoined(outcome),
                    cancellationToken),
                cancellationToken);
        }
        catch (NotJoined e)
        {
            return e.Outcome;
        }
    }

    private sealed class NotJoined(JoinOutcome outcome) : Exception
    {
        public JoinOutcome Outcome => outcome;
    }
}

/// <summary>Two leads before they become one.</summary>
/// <param name="First">It stays, with its identity.</param>
/// <param name="Lines">Fields that one of them has, and what is proposed.</param>
public sealed record MergeDraft(Lead First, Lead Second, IReadOnlyList<JoinLine> Lines)
{
    /// <summary>Rows of the second that move to the first.</summary>
    public int Changes { get; init; }

    public int Events { get; init; }
    public int Intents { get; init; }

    /// <summary>Scores of the second, which go.</summary>
    public int Scores { get; init; }
}
