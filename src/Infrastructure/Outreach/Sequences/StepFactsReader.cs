using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sending;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Reads, in a few queries for all of them, what is needed to decide about claimed enrolments.</summary>
public static class StepFactsReader
{
    private const string NoAddress = "The lead has no e-mail address any more.";

    public static async Task<List<StepWork>> ReadAsync(TenantDb db, Suppressions suppressions, StepClaim claim, CancellationToken cancellationToken)
    {
        var enrollments = await db.Enrollments.AsNoTracking().Where(e => claim.Ids.Contains(e.Id) && e.ClaimToken == claim.Token).ToListAsync(cancellationToken);
        var (leadIds, sequenceIds, ids) = (Ids(e => e.LeadId), Ids(e => e.SequenceId), Ids(e => e.Id));
        var leads = await db.Leads.AsNoTracking().Where(l => leadIds.Contains(l.Id)).ToDictionaryAsync(l => l.Id, cancellationToken);
        var sequences = await db.Sequences.AsNoTracking().Where(s => sequenceIds.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellationToken);
        var senders = await db.Senders.AsNoTracking().Select(s => new { s.Id, s.Email }).ToDictionaryAsync(s => s.Id, s => s.Email, cancellationToken);
        var clicked = await db.Feedback.Where(f => leadIds.Contains(f.LeadId) && f.Kind == FeedbackKind.Clicked).Select(f => new { f.LeadId, f.OccurredAt }).ToListAsync(cancellationToken);
        var stages = (await db.CrmLinks.AsNoTracking().Where(l => leadIds.Contains(l.LeadId) && l.Stage != null && !l.Deleted)
            .Select(l => new { l.LeadId, l.Stage }).ToListAsync(cancellationToken)).ToLookup(l => l.LeadId, l => l.Stage!);
        var before = (await db.OutreachMessages.AsNoTracking().Where(m => ids.Contains(m.EnrollmentId!.Value) && m.SentAt != null)
            .Select(m => new { m.EnrollmentId, m.Step, m.MessageId, m.Subject }).ToListAsync(cancellationToken)).ToLookup(m => m.EnrollmentId);
        var closed = await suppressions.FindAsync(db, [.. leads.Values.Select(l => l.Email).OfType<string>()], cancellationToken);
        var refused = await suppressions.RefusedAsync(
            db, [.. enrollments.Where(e => leads.GetValueOrDefault(e.LeadId)?.Email is not null).Select(e => (leads[e.LeadId].Email!, sequences.GetValueOrDefault(e.SequenceId)?.Plan.TopicId))],
            cancellationToken);
        return enrollments.ConvertAll(e =>
        {
            var (lead, sequence) = (leads.GetValueOrDefault(e.LeadId), sequences.GetValueOrDefault(e.SequenceId));
            var email = lead?.Email;
            return new StepWork(e, lead, sequence?.Plan ?? new SequencePlan())
            {
                SenderId = sequence?.SenderId,
                SenderDomain = sequence?.SenderId is { } sender && senders.TryGetValue(sender, out var from) ? from[(from.LastIndexOf('@') + 1)..] : "localhost",
                Stop = StopOf(lead, email is not null && closed.TryGetValue(email, out var reason) ? reason : null)
                    ?? (email is not null && sequence?.Plan.TopicId is { } topic ? refused.GetValueOrDefault((email, topic)) : null),
                Facts = new StepFacts(
                    lead?.Grade?.ToString(), lead?.TopIntent?.ToString(), clicked.Exists(c => c.LeadId == e.LeadId && c.OccurredAt >= e.EnrolledAt), [.. stages[e.LeadId]]),
                Before = before[e.Id].OrderByDescending(m => m.Step).Select(m => new ThreadMail(m.MessageId, m.Subject)).FirstOrDefault(),
            };
        });

        List<Guid> Ids(Func<Enrollment, Guid> of) => [.. enrollments.Select(of).Distinct()];
    }

    private static string? StopOf(Lead? lead, SuppressionReason? closed) => lead switch
    {
        null => "The lead is no longer there.",
        { Email: null } => NoAddress,
        { Outcome: { } outcome } => outcome == Outcome.Won ? "The deal was won." : "The deal was lost.",
        _ => closed is { } reason and not SuppressionReason.Paused ? SuppressionWords.Of(reason) : null,
    };
}

/// <summary>An enrolment whose step is due, and what is known for it.</summary>
public sealed record StepWork(Enrollment Enrollment, Lead? Lead, SequencePlan Plan)
{
    public Guid? SenderId { get; init; }

    public required string SenderDomain { get; init; }

    /// <summary>Why it ends here, or null.</summary>
    public string? Stop { get; init; }

    public required StepFacts Facts { get; init; }

    /// <summary>The mail before, for one that follows in its thread.</summary>
    public ThreadMail? Before { get; init; }

    /// <summary>The step, when a mail has to be written for it.</summary>
    public SequenceStep? Mail { get; set; }

    public ComposedMail? Written { get; set; }

    /// <summary>Why it could not be written.</summary>
    public string? Problem { get; set; }
}

/// <summary>A mail that another follows.</summary>
public sealed record ThreadMail(string MessageId, string Subject);
