using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// People's own judgement of leads, in the caller's transaction, none of the leads being tracked in it. While one stands, <see cref="Lead.Grade"/> and <see cref="Lead.ScoreValue"/>
/// hold it; what was computed stays in <see cref="LeadAnalysisRow.Score"/> and comes back when it is taken away. The one place that writes it.
/// </summary>
public static class ScoreOverrides
{
    private static readonly string[] Columns = [nameof(Lead.Grade), nameof(Lead.ScoreValue)];

    /// <summary>Sets the grade of leads, in place of the computed one and of an earlier judgement. Ids that are not there are left out.</summary>
    /// <param name="ids">A portion, at most some thousands.</param>
    /// <param name="value">0-100; null = as near to the computed score as the grade allows. Always brought inside the grade's bounds.</param>
    /// <param name="until">UTC; from then on the computed score stands again. Null: until somebody takes it back.</param>
    /// <param name="actor">See <see cref="LeadChange.Actor"/>.</param>
    /// <param name="batchId">See <see cref="LeadChange.BatchId"/>.</param>
    /// <returns>How many leads have it now.</returns>
    public static async Task<int> SetAsync(
        TenantDb db,
        IReadOnlyCollection<Guid> ids,
        Grade grade,
        double? value,
        string reason,
        DateTime? until,
        string actor,
        DateTime now,
        Guid? batchId = null,
        CancellationToken cancellationToken = default)
    {
        var bounds = (await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken)).Grades;
        return await WriteAsync(
            db,
            ids,
            state => new ScoreOverride
            {
                LeadId = state.Id,
                Grade = grade,
                Value = Inside(bounds, grade, value ?? state.Learned?.Value ?? state.Value),
                Actor = actor,
                Reason = reason,
                At = now,
                Until = until,
            },
            new Author(actor, now, batchId),
            cancellationToken);
    }

    /// <summary>Takes judgements back: the computed scores stand again. Leads without one stay as they are.</summary>
    /// <returns>How many were taken back.</returns>
    public static Task<int> ClearAsync(
        TenantDb db, IReadOnlyCollection<Guid> ids, string actor, DateTime now, Guid? batchId = null, CancellationToken cancellationToken = default) =>
        WriteAsync(db, ids, _ => null, new Author(actor, now, batchId), cancellationToken);

    /// <summary>Brings back what stood before: the judgements given, nothing for ids that are not among them. For undo.</summary>
    public static Task<int> RestoreAsync(
        TenantDb db,
        IReadOnlyDictionary<Guid, ScoreOverride?> before,
        string actor,
        DateTime now,
        Guid? batchId = null,
        CancellationToken cancellationToken = default) =>
        WriteAsync(db, [.. before.Keys], s => before[s.Id], new Author(actor, now, batchId), cancellationToken);

    /// <summary>A score inside a grade's bounds, as near as possible to the one wanted; without a wish, the middle.</summary>
    public static double Inside(GradeBounds bounds, Grade grade, double? wanted)
    {
        var (low, next) = grade switch
        {
            Grade.A => (bounds.A, 100d),
            Grade.B => (bounds.B, bounds.A),
            Grade.C => (bounds.C, bounds.B),
            _ => (0d, bounds.C),
        };

        // The next grade begins at its bound: a whole point below it, so that what is shown rounds into the grade.
        var high = grade == Grade.A ? next : Math.Max(low, next - Math.Min(1, (next - low) / 2));
        return Math.Clamp(wanted ?? (low + high) / 2, low, high);
    }

    private static async Task<int> WriteAsync(
        TenantDb db, IReadOnlyCollection<Guid> ids, Func<State, ScoreOverride?> wanted, Author author, CancellationToken cancellationToken)
    {
        // Locked first: a worker that is storing a score is waited for, or waits and then sees the judgement.
        var leads = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ForUpdate()
            .Select(l => new { l.Id, l.IdentityKey, l.Version, l.Grade, l.ScoreValue }).ToListAsync(cancellationToken);
        var standing = await db.ScoreOverrides.AsNoTracking().Where(o => ids.Contains(o.LeadId)).ToDictionaryAsync(o => o.LeadId, cancellationToken);
        var learned = await db.Analyses.AsNoTracking().Where(a => ids.Contains(a.LeadId)).Select(a => new { a.LeadId, a.Score })
            .ToDictionaryAsync(a => a.LeadId, a => a.Score, cancellationToken);
        var (rows, set, changes) = (new List<Lead>(), new List<ScoreOverride>(), new List<LeadChange>());
        foreach (var lead in leads)
        {
            var before = standing.GetValueOrDefault(lead.Id);
            var score = learned.GetValueOrDefault(lead.Id);
            var after = wanted(new State(lead.Id, lead.ScoreValue, score));
            if (before is null && after is null)
            {
                continue;
            }

            var (grade, value) = after is null ? (score?.Grade, score?.Value) : (after.Grade, after.Value);
            rows.Add(new Lead { Id = lead.Id, IdentityKey = lead.IdentityKey, Version = lead.Version, Grade = grade, ScoreValue = value });
            changes.Add(new LeadChange
            {
                LeadId = lead.Id,
                Field = ScoreText.Field,
                Old = before is null ? Text(lead.Grade, lead.ScoreValue) : ScoreText.Of(before).ToString(),
                New = after is null ? Text(grade, value) : ScoreText.Of(after).ToString(),
                At = author.Now,
                Actor = author.Actor,
                BatchId = author.BatchId,
            });
            if (after is not null)
            {
                set.Add(after);
            }
        }

        var touched = rows.ConvertAll(l => l.Id);
        await db.ScoreOverrides.Where(o => touched.Contains(o.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.BulkInsertAsync(set, cancellationToken);
        await db.BulkUpdateAsync(rows, Columns, cancellationToken);
        await db.BulkInsertAsync(changes, cancellationToken);
        return rows.Count;
    }

    private static string? Text(Grade? grade, double? value) =>
        grade is { } g && value is { } v ? new ScoreText(g, v).ToString() : null;

    /// <param name="Value">As it stands on the lead.</param>
    /// <param name="Learned">As computed; null when it never was.</param>
    private sealed record State(Guid Id, double? Value, LeadScore? Learned);

    private sealed record Author(string Actor, DateTime Now, Guid? BatchId);
}
