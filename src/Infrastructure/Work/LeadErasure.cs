using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Removes leads with everything that hangs on them, in the caller's transaction. The one list of such tables.</summary>
public static class LeadErasure
{
    public static async Task RemoveAsync(TenantDb db, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        // The leads first: a worker that is storing their analysis is waited for, and what it stored is seen by the lines below.
        await db.Leads.Where(x => ids.Contains(x.Id)).ExecuteDeleteAsync(cancellationToken);
        await db.Analyses.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.ScoreChanges.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.Intents.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.Feedback.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.LeadChanges.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.Vectors.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.ScoreOverrides.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.IntentCorrections.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.DeletedLeads.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.DeliveryAttempts.Where(x => db.Outbox.Any(m => m.Id == x.MessageId && ids.Contains(m.LeadId!.Value))).ExecuteDeleteAsync(cancellationToken);
        await db.Outbox.Where(x => ids.Contains(x.LeadId!.Value)).ExecuteDeleteAsync(cancellationToken);
        await db.SystemMails.Where(x => ids.Contains(x.LeadId!.Value)).ExecuteDeleteAsync(cancellationToken);
        await db.CrmLinks.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.Submissions.Where(x => ids.Contains(x.LeadId!.Value)).ExecuteDeleteAsync(cancellationToken);
        await db.Enrollments.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.OutreachMessages.Where(x => ids.Contains(x.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await db.InboundMails.Where(x => ids.Contains(x.LeadId!.Value)).ExecuteDeleteAsync(cancellationToken);
        await db.Meta.ExecuteUpdateAsync(m => m.SetProperty(x => x.VectorDeletions, x => x.VectorDeletions + 1), cancellationToken);
    }
}
