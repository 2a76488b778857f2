using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Counts what sequences brought. An event belongs to the last mail of its sequence that had left by then.</summary>
public sealed class SequenceResults(IDbContextFactory<TenantDb> databases)
{
    /// <summary>For each step and variant that sent something, in their order.</summary>
    public async Task<IReadOnlyList<StepResult>> OfAsync(Guid sequenceId, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await Rows(db, db.OutreachMessages.Where(m => m.SequenceId == sequenceId)).ToListAsync(cancellationToken);
        return [.. rows.GroupBy(r => (r.Step, r.Variant)).OrderBy(g => g.Key.Step).ThenBy(g => g.Key.Variant, StringComparer.Ordinal)
            .Select(g => new StepResult(g.Key.Step, g.Key.Variant, Count([.. g])))];
    }

    /// <summary>Of all sequences, at a glance.</summary>
    public async Task<IReadOnlyDictionary<Guid, SequenceGlance>> GlanceAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var states = await db.Enrollments.GroupBy(e => new { e.SequenceId, e.State }).Select(g => new { g.Key.SequenceId, g.Key.State, Count = g.Count() }).ToListAsync(cancellationToken);
        var sent = await db.OutreachMessages.Where(m => m.SequenceId != null && m.SentAt != null).GroupBy(m => m.SequenceId!.Value)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var replied = await db.Enrollments.Where(e => db.Feedback.Any(f => f.LeadId == e.LeadId && f.Kind == FeedbackKind.Replied && f.OccurredAt >= e.EnrolledAt))
            .GroupBy(e => e.SequenceId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        return states.GroupBy(s => s.SequenceId).ToDictionary(g => g.Key, g => new SequenceGlance(
            g.Sum(s => s.Count),
            g.Where(s => s.State is EnrollmentState.Active or EnrollmentState.Waiting or EnrollmentState.Snoozed).Sum(s => s.Count),
            sent.GetValueOrDefault(g.Key),
            replied.GetValueOrDefault(g.Key)));
    }

    private static IQueryable<Row> Rows(TenantDb db, IQueryable<OutreachMessage> messages) => messages
        .Where(m => m.SentAt != null || m.State == OutreachState.Failed)
        .Select(m => new Row(
            m.Step ?? 0,
            m.Variant ?? "A",
            m.SentAt != null,
            db.Feedback.Any(f => f.LeadId == m.LeadId && f.Kind == FeedbackKind.Clicked && f.OccurredAt >= m.SentAt
                && !db.OutreachMessages.Any(n => n.EnrollmentId == m.EnrollmentId && n.Step > m.Step && n.SentAt <= f.OccurredAt)),
            db.Feedback.Any(f => f.LeadId == m.LeadId && f.Kind == FeedbackKind.Replied && f.OccurredAt >= m.SentAt
                && !db.OutreachMessages.Any(n => n.EnrollmentId == m.EnrollmentId && n.Step > m.Step && n.SentAt <= f.OccurredAt)),
            db.Suppressions.Any(s => s.MessageId == m.Id && s.Reason == SuppressionReason.Bounced),
            db.Suppressions.Any(s => s.MessageId == m.Id && (s.Reason == SuppressionReason.Unsubscribed || s.Reason == SuppressionReason.Complained))));

    private static ResultCounts Count(IReadOnlyList<Row> rows)
    {
        var sent = rows.Count(r => r.Sent);
        return new ResultCounts(
            sent, new(rows.Count(r => r.Clicked), sent), new(rows.Count(r => r.Replied), sent), new(rows.Count(r => r.Bounced), rows.Count), new(rows.Count(r => r.Left), sent));
    }

    private sealed record Row(int Step, string Variant, bool Sent, bool Clicked, bool Replied, bool Bounced, bool Left);
}

/// <summary>What one wording of one step brought.</summary>
/// <param name="Step">From 0.</param>
public sealed record StepResult(int Step, string Variant, ResultCounts Counts);

/// <param name="Left">Unsubscribed or complained.</param>
public sealed record ResultCounts(int Sent, ShareEstimate Clicked, ShareEstimate Replied, ShareEstimate Bounced, ShareEstimate Left);

/// <summary>A sequence at a glance.</summary>
/// <param name="Enrolled">Leads that ever were.</param>
/// <param name="OnTheWay">Leads that are now.</param>
public sealed record SequenceGlance(int Enrolled, int OnTheWay, int Sent, int Replied);
