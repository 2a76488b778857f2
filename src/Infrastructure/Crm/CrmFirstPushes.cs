using LeadGen.Infrastructure.Data.Tenants;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Crm;

/// <summary>
/// Leads on their way to a CRM for the first time. The CRM may tell of the record that it made before its answer is stored here (a crash can
/// lie between the two): as long as such leads are under way, a record without a lead may be one of theirs, and what it tells must wait.
/// </summary>
internal static class CrmFirstPushes
{
    /// <summary>How long an event waits for the tie to its lead.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    /// <summary>Ask before looking for the tie: a push that ends between the two looks has left it by the second.</summary>
    public static async Task<bool> AnyAsync(TenantDb db, Integration integration, CancellationToken cancellationToken) =>
        integration.Backfill is { DoneAt: null, Jobs: not null }
        || await db.Outbox.AnyAsync(
            m => m.DestinationId == integration.Id && m.State == OutboxState.Waiting && (m.ClaimToken != null || m.Attempts > 0)
                && !db.CrmLinks.Any(l => l.IntegrationId == integration.Id && l.LeadId == m.LeadId),
            cancellationToken);

    /// <summary>Whether a record is tied to a lead.</summary>
    public static Task<bool> IsTiedAsync(TenantDb db, Integration integration, CrmRemote record, CancellationToken cancellationToken) =>
        db.CrmLinks.AnyAsync(l => l.IntegrationId == integration.Id && (l.RemoteId == record.RemoteId || l.RemoteId == record.AskedAs), cancellationToken);

    /// <summary>When to look again: the longer it has waited, the later.</summary>
    /// <param name="received">When the event came, UTC.</param>
    /// <param name="now">UTC.</param>
    /// <returns>UTC; null when it has waited long enough.</returns>
    public static DateTime? Again(DateTime received, DateTime now) =>
        now - received >= Longest ? null : now + (now - received > Shortest ? now - received : Shortest);
}
