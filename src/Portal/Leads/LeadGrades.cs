using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>A member's own grade for a lead, beside the learned one.</summary>
public sealed class LeadGrades(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, WorkBoard board, CurrentTenant tenant, MemberAccess access, CurrentMember member, TimeProvider time)
{
    public async Task<ScoreOverride?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.ScoreOverrides.AsNoTracking().SingleOrDefaultAsync(o => o.LeadId == id, cancellationToken);
    }

    /// <param name="value">0-100, brought inside the grade's bounds; null = as near to the learned one as the grade allows.</param>
    /// <param name="until">UTC, in the future; null = until somebody takes it back.</param>
    /// <returns>What stood before, or why nothing was done.</returns>
    public Task<Graded> SetAsync(Guid id, Grade grade, double? value, string reason, DateTime? until, CancellationToken cancellationToken = default) =>
        WriteAsync(
            id,
            (db, now, ct) => ScoreOverrides.SetAsync(db, [id], grade, value, reason.Trim(), until, member.Actor, now, cancellationToken: ct),
            cancellationToken);

    /// <summary>The learned score stands again.</summary>
    public Task<Graded> ClearAsync(Guid id, CancellationToken cancellationToken = default) =>
        WriteAsync(id, (db, now, ct) => ScoreOverrides.ClearAsync(db, [id], member.Actor, now, cancellationToken: ct), cancellationToken);

    /// <summary>Puts back what stood before.</summary>
    public Task<Graded> RestoreAsync(Guid id, ScoreOverride? before, CancellationToken cancellationToken = default) => WriteAsync(
        id,
        (db, now, ct) => ScoreOverrides.RestoreAsync(db, new Dictionary<Guid, ScoreOverride?> { [id] = before }, member.Actor, now, cancellationToken: ct),
        cancellationToken);

    /// <summary>Announced, so that the workers learn when it ends.</summary>
    private async Task<Graded> WriteAsync(Guid id, Func<TenantDb, DateTime, CancellationToken, Task<int>> write, CancellationToken cancellationToken)
    {
        if (!await access.MayAsync(MemberRole.Editor, cancellationToken))
        {
            return new Graded(null, "Your role does not allow this.");
        }

        return await board.AnnounceAsync(
            tenant.Id,
            WorkKind.Leads,
            () => writes.RunAsync(
                async (db, ct) =>
                {
                    var before = await db.ScoreOverrides.AsNoTracking().SingleOrDefaultAsync(o => o.LeadId == id, ct);
                    return await write(db, time.GetUtcNow().UtcDateTime, ct) == 0
                        ? new Graded(before, "There is nothing to change any more.")
                        : new Graded(before, null);
                },
                cancellationToken),
            cancellationToken);
    }
}

/// <param name="Before">The judgement that stood until now.</param>
/// <param name="Problem">Why nothing was done; null when all is well.</param>
public sealed record Graded(ScoreOverride? Before, string? Problem);
