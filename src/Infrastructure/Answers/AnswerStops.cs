using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>What an answer does to outreach beyond the lead's own end: it waits, or it ends for the whole company. In the caller's transaction.</summary>
public static class AnswerStops
{
    /// <summary>Nothing leaves before the day that they named; then the steps go on where they stood.</summary>
    /// <param name="until">UTC.</param>
    public static async Task SnoozeAsync(TenantDb db, Guid lead, DateTime until, DateTime now, CancellationToken cancellationToken)
    {
        var why = $"They asked to wait until {until:yyyy-MM-dd}";
        await db.Enrollments.Where(e => e.LeadId == lead && (e.State == EnrollmentState.Active || e.State == EnrollmentState.Snoozed)).ExecuteUpdateAsync(
            e => e.SetProperty(x => x.State, EnrollmentState.Snoozed).SetProperty(x => x.StateReason, why).SetProperty(x => x.DueAt, until)
                .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null),
            cancellationToken);
        await db.OutreachMessages
            .Where(m => m.LeadId == lead && (m.State == OutreachState.Draft || m.State == OutreachState.Approved) && m.DueAt < until)
            .ExecuteUpdateAsync(
                m => m.SetProperty(x => x.DueAt, until).SetProperty(x => x.StateReason, why).SetProperty(x => x.Revision, x => x.Revision + 1), cancellationToken);
        await CompanyAsync(db, lead, now, cancellationToken);
    }

    /// <summary>Where a sequence ends for a company with its first answer, it ends for the lead's colleagues.</summary>
    public static async Task CompanyAsync(TenantDb db, Guid lead, DateTime now, CancellationToken cancellationToken)
    {
        var taken = await db.Enrollments.Where(e => e.LeadId == lead).Join(db.Sequences, e => e.SequenceId, s => s.Id, (e, s) => s).AsNoTracking().ToListAsync(cancellationToken);
        var sequences = taken.Where(s => s.Plan.StopsCompany).Select(s => s.Id).ToList();
        if (sequences.Count == 0
            || await db.Leads.Where(l => l.Id == lead).Select(l => new { l.CompanyDomain, l.CompanyName }).SingleOrDefaultAsync(cancellationToken) is not { } company
            || (company.CompanyDomain ?? company.CompanyName) is null)
        {
            return;
        }

        const string Why = "Somebody at their company answered";
        var colleagues = company.CompanyDomain is { } domain
            ? db.Leads.Where(l => l.CompanyDomain == domain && l.Id != lead)
            : db.Leads.Where(l => l.CompanyName == company.CompanyName && l.CompanyDomain == null && l.Id != lead);
        await db.Enrollments
            .Where(e => sequences.Contains(e.SequenceId) && colleagues.Any(c => c.Id == e.LeadId) && e.State != EnrollmentState.Finished && e.State != EnrollmentState.Stopped)
            .ExecuteUpdateAsync(
                e => e.SetProperty(x => x.State, EnrollmentState.Stopped).SetProperty(x => x.StateReason, Why).SetProperty(x => x.DueAt, (DateTime?)null)
                    .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.EndedAt, now),
                cancellationToken);
        await db.OutreachMessages
            .Where(m => m.SequenceId != null && sequences.Contains(m.SequenceId.Value) && colleagues.Any(c => c.Id == m.LeadId) && (m.State == OutreachState.Draft || m.State == OutreachState.Approved))
            .ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Cancelled).SetProperty(x => x.StateReason, Why).SetProperty(x => x.EndedAt, now)
                    .SetProperty(x => x.Revision, x => x.Revision + 1),
                cancellationToken);
    }
}
