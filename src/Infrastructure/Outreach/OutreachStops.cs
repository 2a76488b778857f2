using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>Ends what is on its way to a lead, in the caller's transaction: enrolments stop, mails that have not begun to leave are cancelled; or lets it wait.</summary>
public static class OutreachStops
{
    /// <param name="leads">Whom nothing more is to reach.</param>
    /// <param name="why">In plain words, as it stands on the lead's page: “They answered”.</param>
    /// <param name="now">UTC.</param>
    /// <returns>Enrolments that were stopped and mails that were cancelled.</returns>
    public static Task<(int Enrollments, int Messages)> StopAsync(
        TenantDb db, IReadOnlyCollection<Guid> leads, string why, DateTime now, CancellationToken cancellationToken) => StopAsync(
            db.Enrollments.Where(e => leads.Contains(e.LeadId)), db.OutreachMessages.Where(m => leads.Contains(m.LeadId)), why, now, cancellationToken);

    /// <summary>The same within some sequences only.</summary>
    public static Task StopInAsync(
        TenantDb db, IReadOnlyCollection<Guid> leads, IReadOnlyCollection<Guid> sequences, string why, DateTime now, CancellationToken cancellationToken) => StopAsync(
            db.Enrollments.Where(e => leads.Contains(e.LeadId) && sequences.Contains(e.SequenceId)),
            db.OutreachMessages.Where(m => leads.Contains(m.LeadId) && m.SequenceId != null && sequences.Contains(m.SequenceId.Value)), why, now, cancellationToken);

    /// <summary>Nothing leaves before a time that they named; then the steps go on where they stood.</summary>
    /// <param name="until">UTC.</param>
    /// <param name="why">In plain words, as it stands on the lead's page.</param>
    public static async Task SnoozeAsync(TenantDb db, IReadOnlyCollection<Guid> leads, DateTime until, string why, CancellationToken cancellationToken)
    {
        await db.Enrollments
            .Where(e => leads.Contains(e.LeadId) && (e.State == EnrollmentState.Active || e.State == EnrollmentState.Snoozed) && e.DueAt < until)
            .ExecuteUpdateAsync(
                e => e.SetProperty(x => x.State, EnrollmentState.Snoozed).SetProperty(x => x.StateReason, why).SetProperty(x => x.DueAt, until)
                    .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null),
                cancellationToken);

        // Written mails wait as well, and so does one on its way that its server does not take this time.
        await db.OutreachMessages
            .Where(m => leads.Contains(m.LeadId) && (m.State == OutreachState.Draft || m.State == OutreachState.Approved || m.State == OutreachState.Sending) && m.DueAt < until)
            .ExecuteUpdateAsync(
                m => m.SetProperty(x => x.DueAt, until).SetProperty(x => x.StateReason, why).SetProperty(x => x.Revision, x => x.Revision + 1), cancellationToken);
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
        if (company is not null)
        {
            await StopCompanyAsync(db, lead.Id, company, now, cancellationToken);
        }
    }

    /// <summary>Sequences that end for a company with what one of its people does end for a lead's colleagues.</summary>
    /// <param name="did">What the lead did, after “Ann at the same company”: “answered”.</param>
    public static async Task StopCompanyAsync(TenantDb db, Guid leadId, string did, DateTime now, CancellationToken cancellationToken)
    {
        var sequences = (await db.Sequences.AsNoTracking().Where(s => s.State != SequenceState.Archived).Select(s => new { s.Id, s.Plan }).ToListAsync(cancellationToken))
            .Where(s => s.Plan.StopsCompany).Select(s => s.Id).ToList();
        if (sequences.Count == 0
            || await db.Leads.Where(l => l.Id == leadId).Select(l => new { l.FullName, l.CompanyDomain, l.CompanyName }).SingleOrDefaultAsync(cancellationToken) is not { } lead
            || (lead.CompanyDomain ?? lead.CompanyName) is null)
        {
            return;
        }

        var (domain, name) = (lead.CompanyDomain, lead.CompanyName);
        var colleagues = db.Leads.Where(l => l.Id != leadId && (domain != null ? l.CompanyDomain == domain : l.CompanyName == name)).Select(l => l.Id);
        await StopAsync(
            db.Enrollments.Where(e => sequences.Contains(e.SequenceId) && colleagues.Contains(e.LeadId)),
            db.OutreachMessages.Where(m => m.SequenceId != null && sequences.Contains(m.SequenceId.Value) && colleagues.Contains(m.LeadId)),
            $"{lead.FullName ?? "Somebody"} at the same company {did}.", now, cancellationToken);
    }

    private static async Task<(int Enrollments, int Messages)> StopAsync(
        IQueryable<Enrollment> enrollments, IQueryable<OutreachMessage> messages, string why, DateTime now, CancellationToken cancellationToken)
    {
        var stopped = await enrollments.Where(e => e.State != EnrollmentState.Finished && e.State != EnrollmentState.Stopped).ExecuteUpdateAsync(
            e => e.SetProperty(x => x.State, EnrollmentState.Stopped).SetProperty(x => x.StateReason, why).SetProperty(x => x.DueAt, (DateTime?)null)
                .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.EndedAt, now),
            cancellationToken);
        var cancelled = await messages.Where(m => m.State == OutreachState.Draft || m.State == OutreachState.Approved).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutreachState.Cancelled).SetProperty(x => x.StateReason, why).SetProperty(x => x.EndedAt, now)
                .SetProperty(x => x.Revision, x => x.Revision + 1),
            cancellationToken);
        return (stopped, cancelled);
    }
}
