using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Forms;

/// <summary>What forms and letters keep of a person who is erased: also what never became a lead. In the caller's transaction.</summary>
public static class PersonErasure
{
    /// <param name="email">Canonical; null when the person had none.</param>
    /// <returns>Letters that were removed: where they lie in a folder, they go after the commit.</returns>
    public static async Task<IReadOnlyList<Guid>> ForgetAsync(TenantDb db, Guid leadId, string? email, CancellationToken cancellationToken)
    {
        await db.Submissions.Where(s => s.LeadId == leadId || (email != null && s.Email == email)).ExecuteDeleteAsync(cancellationToken);
        var letters = await db.SystemMails.Where(m => m.LeadId == leadId || (email != null && m.To == email)).Select(m => m.Id).ToListAsync(cancellationToken);
        if (letters.Count > 0)
        {
            await db.DeliveryAttempts.Where(a => db.Outbox.Any(o => o.Id == a.MessageId && letters.Contains(o.DestinationId))).ExecuteDeleteAsync(cancellationToken);
            await db.Outbox.Where(o => letters.Contains(o.DestinationId)).ExecuteDeleteAsync(cancellationToken);
            await db.SystemMails.Where(m => letters.Contains(m.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        var mails = await db.OutreachMessages.Where(m => m.LeadId == leadId || (email != null && m.To == email)).Select(m => m.Id).ToListAsync(cancellationToken);
        await db.OutreachMessages.Where(m => mails.Contains(m.Id)).ExecuteDeleteAsync(cancellationToken);
        if (email is not null)
        {
            await LeadDeletion.ForgetSubmissionsAsync(db, email, cancellationToken);
            await db.InboundMails.Where(m => m.From == email).ExecuteDeleteAsync(cancellationToken);
            await Suppressions.ForgetAsync(db, email, cancellationToken);
        }

        return [.. letters, .. mails];
    }
}
