using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>Ends what is on its way to a lead, in the caller's transaction: enrolments stop, mails that have not begun to leave are cancelled.</summary>
public static class OutreachStops
{
    /// <param name="leads">Whom nothing more is to reach.</param>
    /// <param name="why">In plain words, as it stands on the lead's page: “They answered”.</param>
    /// <param name="now">UTC.</param>
    /// <returns>Enrolments that were stopped and mails that were cancelled.</returns>
    public static async Task<(int Enrollments, int Messages)> StopAsync(
        TenantDb db, IReadOnlyCollection<Guid> leads, string why, DateTime now, CancellationToken cancellationToken)
    {
        var stopped = await db.Enrollments
            .Where(e => leads.Contains(e.LeadId) && e.State != EnrollmentState.Finished && e.State != EnrollmentState.Stopped)
            .ExecuteUpdateAsync(
                e => e.SetProperty(x => x.State, EnrollmentState.Stopped).SetProperty(x => x.StateReason, why).SetProperty(x => x.DueAt, (DateTime?)null)
                    .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.EndedAt, now),
                cancellationToken);
        var cancelled = await db.OutreachMessages
            .Where(m => leads.Contains(m.LeadId) && (m.State == OutreachState.Draft || m.State == OutreachState.Approved))
            .ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Cancelled).SetProperty(x => x.StateReason, why)
                    .SetProperty(x => x.EndedAt, now).SetProperty(x => x.Revision, x => x.Revision + 1),
                cancellationToken);
        return (stopped, cancelled);
    }
}
