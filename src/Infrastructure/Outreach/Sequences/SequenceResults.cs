using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Counts what sequences brought. An event belongs to the last mail of its sequence that had left by then.</summary>
public sealed class SequenceResults(IDbContextFactory<TenantDb> databases)
{
    /// <summary>What an answer of somebody with interest is about.</summary>
    private static readonly IntentKind[] Positive =
        [IntentKind.PurchaseReady, IntentKind.DemoRequest, IntentKind.PricingInquiry, IntentKind.Evaluation, IntentKind.TechnicalQuestion];

    /// <summary>For each step and variant that sent something, in their order.</summary>
    public async Task<IReadOnlyList<StepResult>> OfAsync(Guid sequenceId, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var groups = await GroupsAsync(Rows(db, db.OutreachMessages.Where(m => m.SequenceId == sequenceId)), cancellationToken);
        return [.. groups.GroupBy(r => (r.Row.Step, r.Row.Variant)).OrderBy(g => g.Key.Step).ThenBy(g => g.Key.Variant, StringComparer.Ordinal)
            .Select(g => new StepResult(g.Key.Step, g.Key.Variant, Count([.. g])))];
    }

    /// <summary>For each published version and variant of a template that sent something, whatever sequence or hand sent it; newest version first.</summary>
    public async Task<IReadOnlyList<VariantResult>> OfTemplateAsync(Guid templateId, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var groups = await GroupsAsync(Rows(db, db.OutreachMessages.Where(m => m.TemplateId == templateId)), cancellationToken);
        return [.. groups.GroupBy(r => (r.Row.Version, r.Row.Variant)).OrderByDescending(g => g.Key.Version).ThenBy(g => g.Key.Variant, StringComparer.Ordinal)
            .Select(g => new VariantResult(g.Key.Version, g.Key.Variant, Count([.. g])))];
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
        .Select(m => new Row
        {
            Step = m.Step ?? 0,
            Version = m.TemplateVersion ?? 0,
            Variant = m.Variant ?? "A",
            Sent = m.SentAt != null,
            Clicked = db.Feedback.Any(f => f.LeadId == m.LeadId && f.Kind == FeedbackKind.Clicked && f.OccurredAt >= m.SentAt
                && !db.OutreachMessages.Any(n => n.EnrollmentId == m.EnrollmentId && n.Step > m.Step && n.SentAt <= f.OccurredAt)),
            Replied = db.Feedback.Any(f => f.LeadId == m.LeadId && f.Kind == FeedbackKind.Replied && f.OccurredAt >= m.SentAt
                && !db.OutreachMessages.Any(n => n.EnrollmentId == m.EnrollmentId && n.Step > m.Step && n.SentAt <= f.OccurredAt)),
            Positive = db.InboundMails.Any(i => i.LeadId == m.LeadId && i.OutreachMessageId == m.Id && i.Intent != null && Positive.Contains(i.Intent.Value))
                || db.Feedback.Any(f => f.LeadId == m.LeadId && f.Kind == FeedbackKind.MeetingBooked && f.OccurredAt >= m.SentAt
                    && !db.OutreachMessages.Any(n => n.EnrollmentId == m.EnrollmentId && n.Step > m.Step && n.SentAt <= f.OccurredAt)),
            Bounced = db.Suppressions.Any(s => s.MessageId == m.Id && s.Reason == SuppressionReason.Bounced),
            Left = db.Suppressions.Any(s => s.MessageId == m.Id && (s.Reason == SuppressionReason.Unsubscribed || s.Reason == SuppressionReason.Complained)),
        });

    /// <summary>The database counts rows that are alike: what comes back has the size of the steps and wordings, not of the mails.</summary>
    private static async Task<List<Group>> GroupsAsync(IQueryable<Row> rows, CancellationToken cancellationToken) => await rows
        .GroupBy(r => new { r.Step, r.Version, r.Variant, r.Sent, r.Clicked, r.Replied, r.Positive, r.Bounced, r.Left })
        .Select(g => new Group(
            new Row
            {
                Step = g.Key.Step,
                Version = g.Key.Version,
                Variant = g.Key.Variant,
                Sent = g.Key.Sent,
                Clicked = g.Key.Clicked,
                Replied = g.Key.Replied,
                Positive = g.Key.Positive,
                Bounced = g.Key.Bounced,
                Left = g.Key.Left,
            },
            g.Count()))
        .ToListAsync(cancellationToken);

    private static ResultCounts Count(IReadOnlyList<Group> groups)
    {
        int Of(Func<Row, bool> which) => groups.Where(g => which(g.Row)).Sum(g => g.Count);
        var sent = Of(r => r.Sent);
        return new ResultCounts(
            sent, new(Of(r => r.Clicked), sent), new(Of(r => r.Replied), sent), new(Of(r => r.Positive), sent), new(Of(r => r.Bounced), Of(_ => true)), new(Of(r => r.Left), sent));
    }

    private sealed record Row
    {
        public required int Step { get; init; }
        public required int Version { get; init; }
        public required string Variant { get; init; }
        public required bool Sent { get; init; }
        public required bool Clicked { get; init; }
        public required bool Replied { get; init; }
        public required bool Positive { get; init; }
        public required bool Bounced { get; init; }
        public required bool Left { get; init; }
    }

    private sealed record Group(Row Row, int Count);
}

/// <summary>What one wording of one step brought.</summary>
/// <param name="Step">From 0.</param>
public sealed record StepResult(int Step, string Variant, ResultCounts Counts);

/// <summary>What one wording of one version of a template brought.</summary>
/// <param name="Version">As published; 0 for mails from before versions were kept.</param>
public sealed record VariantResult(int Version, string Variant, ResultCounts Counts);

/// <param name="Clicked">An estimate: programs click too.</param>
/// <param name="Positive">Answered with interest, or booked a meeting.</param>
/// <param name="Left">Unsubscribed or complained.</param>
public sealed record ResultCounts(int Sent, ShareEstimate Clicked, ShareEstimate Replied, ShareEstimate Positive, ShareEstimate Bounced, ShareEstimate Left);

/// <summary>A sequence at a glance.</summary>
/// <param name="Enrolled">Leads that ever were.</param>
/// <param name="OnTheWay">Leads that are now.</param>
public sealed record SequenceGlance(int Enrolled, int OnTheWay, int Sent, int Replied);
