using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sequences;

/// <summary>Leads leads from one step of their sequence to the next, in the caller's transaction.</summary>
public static class SequenceSteps
{
    /// <summary>Mails left: their enrolments go on.</summary>
    public static async Task SentAsync(TenantDb db, IReadOnlyList<OutreachMessage> messages, DateTime now, CancellationToken cancellationToken)
    {
        var steps = messages.Where(m => m.EnrollmentId is not null).ToDictionary(m => m.EnrollmentId!.Value, m => m.Step ?? 0);
        if (steps.Count == 0)
        {
            return;
        }

        var ids = steps.Keys.ToList();
        var waiting = await db.Enrollments.AsNoTracking().Where(e => ids.Contains(e.Id) && e.State == EnrollmentState.Waiting).ToListAsync(cancellationToken);
        await GoOnAsync(db, [.. waiting.Where(e => e.Step == steps[e.Id])], now, cancellationToken);
    }

    /// <summary>A person did the task that an enrolment waited for.</summary>
    /// <param name="step">The step that they saw, so that two who click do it once.</param>
    /// <returns>False when it does not wait for that any more.</returns>
    public static async Task<bool> DoneAsync(TenantDb db, Guid enrollmentId, int step, DateTime now, CancellationToken cancellationToken)
    {
        var waiting = await db.Enrollments.AsNoTracking()
            .Where(e => e.Id == enrollmentId && e.State == EnrollmentState.Waiting && e.Step == step).ToListAsync(cancellationToken);
        await GoOnAsync(db, waiting, now, cancellationToken);
        return waiting.Count == 1;
    }

    /// <summary>When the step after another is due for an enrolment; the enrolment ends where there is none.</summary>
    public static void Advance(Enrollment enrollment, SequencePlan plan, OutreachCalendar calendar, string? country, DateTime now)
    {
        enrollment.Step++;
        (enrollment.ClaimToken, enrollment.ClaimedUntil, enrollment.StateReason) = (null, null, null);
        if (enrollment.Step >= plan.Steps.Count)
        {
            (enrollment.State, enrollment.DueAt, enrollment.EndedAt) = (EnrollmentState.Finished, null, now);
            return;
        }

        (enrollment.State, enrollment.DueAt) = (EnrollmentState.Active, calendar.DueAfter(now, plan, enrollment.Step, country));
        if (enrollment.DueAt is null)
        {
            (enrollment.State, enrollment.StateReason, enrollment.EndedAt) = (EnrollmentState.Stopped, "The sequence's sending window never opens.", now);
        }
    }

    /// <summary>Columns that a step changes.</summary>
    internal static readonly string[] Columns =
    [
        nameof(Enrollment.State), nameof(Enrollment.StateReason), nameof(Enrollment.Step), nameof(Enrollment.DueAt), nameof(Enrollment.ClaimToken),
        nameof(Enrollment.ClaimedUntil), nameof(Enrollment.EndedAt),
    ];

    private static async Task GoOnAsync(TenantDb db, IReadOnlyList<Enrollment> waiting, DateTime now, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        var (sequences, leads) = (waiting.Select(e => e.SequenceId).Distinct().ToList(), waiting.Select(e => e.LeadId).ToList());
        var plans = await db.Sequences.AsNoTracking().Where(s => sequences.Contains(s.Id)).Select(s => new { s.Id, s.Plan }).ToDictionaryAsync(s => s.Id, s => s.Plan, cancellationToken);
        var countries = await db.Leads.AsNoTracking().Where(l => leads.Contains(l.Id)).Select(l => new { l.Id, l.Country })
            .ToDictionaryAsync(l => l.Id, l => l.Country, cancellationToken);
        var calendar = await OutreachCalendar.ReadAsync(db, cancellationToken);
        foreach (var enrollment in waiting.Where(e => plans.ContainsKey(e.SequenceId)))
        {
            Advance(enrollment, plans[enrollment.SequenceId], calendar, countries.GetValueOrDefault(enrollment.LeadId), now);
        }

        await Data.BulkWrites.BulkUpdateAsync(db, waiting, Columns, cancellationToken);
        db.Raise(WorkKind.Outreach);
    }
}
