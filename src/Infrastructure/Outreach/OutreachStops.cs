using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
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

    /// <summary>The same within some sequences only.</summary>
    public static async Task StopInAsync(
        TenantDb db, IReadOnlyCollection<Guid> leads, IReadOnlyCollection<Guid> sequences, string why, DateTime now, CancellationToken cancellationToken)
    {
        await db.Enrollments
            .Where(e => leads.Contains(e.LeadId) && sequences.Contains(e.SequenceId) && e.State != EnrollmentState.Finished && e.State != EnrollmentState.Stopped)
            .ExecuteUpdateAsync(
                e => e.SetProperty(x => x.State, EnrollmentState.Stopped).SetProperty(x => x.StateReason, why).SetProperty(x => x.DueAt, (DateTime?)null)
                    .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.EndedAt, now),
                cancellationToken);
        await db.OutreachMessages
            .Where(m => leads.Contains(m.LeadId) && m.SequenceId != null && sequences.Contains(m.SequenceId.Value)
                && (m.State == OutreachState.Draft || m.State == OutreachState.Approved))
            .ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Cancelled).SetProperty(x => x.StateReason, why)
                    .SetProperty(x => x.EndedAt, now).SetProperty(x => x.Revision, x => x.Revision + 1),
                cancellationToken);
    }

    /// <summary>What a lead did, or what became of it, ends its sequences, and where they say so those of its whole company.</summary>
    public static async Task HearAsync(TenantDb db, Lead lead, FeedbackKind kind, DateTime now, CancellationToken cancellationToken)
    {
        var (why, company) = kind switch
        {
            FeedbackKind.Replied => ("They answered.", "answered"),
            FeedbackKind.MeetingBooked => ("A meeting is booked.", "booked a meeting"),
            FeedbackKind.Won => ("The deal was won.", "became a customer"),
            FeedbackKind.Lost => ("The deal was lost.", "decided against us"),
            FeedbackKind.Unsubscribed => ("They unsubscribed.", null),
            FeedbackKind.Complained => ("They reported a mail as spam.", null),
            FeedbackKind.Bounced => ("The address does not exist.", null),
            _ => (null, (string?)null),
        };
        if (why is null)
        {
            return;
        }

        await StopAsync(db, [lead.Id], why, now, cancellationToken);
        if (company is not null && (lead.CompanyDomain ?? lead.CompanyName) is not null)
        {
            await StopCompanyAsync(db, lead, $"{lead.FullName ?? "Somebody"} at the same company {company}.", now, cancellationToken);
        }
    }

    private static async Task StopCompanyAsync(TenantDb db, Lead lead, string why, DateTime now, CancellationToken cancellationToken)
    {
        var sequences = (await db.Sequences.AsNoTracking().Where(s => s.State != SequenceState.Archived).Select(s => new { s.Id, s.Plan }).ToListAsync(cancellationToken))
            .Where(s => s.Plan.StopsCompany).Select(s => s.Id).ToList();
        if (sequences.Count == 0)
        {
            return;
        }

        var (id, domain, name) = (lead.Id, lead.CompanyDomain, lead.CompanyName);
        var colleagues = db.Leads.Where(l => l.Id != id && (domain != null ? l.CompanyDomain == domain : l.CompanyName == name)).Select(l => l.Id);
        await db.Enrollments
            .Where(e => sequences.Contains(e.SequenceId) && colleagues.Contains(e.LeadId) && e.State != EnrollmentState.Finished && e.State != EnrollmentState.Stopped)
            .ExecuteUpdateAsync(
                e => e.SetProperty(x => x.State, EnrollmentState.Stopped).SetProperty(x => x.StateReason, why).SetProperty(x => x.DueAt, (DateTime?)null)
                    .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.EndedAt, now),
                cancellationToken);
        await db.OutreachMessages
            .Where(m => m.SequenceId != null && sequences.Contains(m.SequenceId.Value) && colleagues.Contains(m.LeadId)
                && (m.State == OutreachState.Draft || m.State == OutreachState.Approved))
            .ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Cancelled).SetProperty(x => x.StateReason, why)
                    .SetProperty(x => x.EndedAt, now).SetProperty(x => x.Revision, x => x.Revision + 1),
                cancellationToken);
    }
}
