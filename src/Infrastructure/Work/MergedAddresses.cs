using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// The address of a lead that was merged into another still means that other: what is kept of the merged lead says so. An address that a lead
/// has as its own now means this lead.
/// </summary>
internal static class MergedAddresses
{
    /// <summary>Gives incoming leads under an old address the identity of the lead that it belongs to now.</summary>
    public static async Task ResolveAsync(TenantDb db, IReadOnlyList<Lead> incoming, CancellationToken cancellationToken)
    {
        // Most tenants have none: one look spares the rest.
        if (incoming.All(l => l.Email is null) || !await db.DeletedLeads.AnyAsync(d => d.Email != null, cancellationToken))
        {
            return;
        }

        foreach (var part in incoming.Where(l => l.Email is not null).Chunk(500))
        {
            var emails = part.Select(l => l.Email!).Distinct().ToList();
            var merged = await db.DeletedLeads.Where(d => d.Email != null && emails.Contains(d.Email))
                .Join(db.LeadChanges.Where(c => c.Field == LeadJoining.Field), d => (Guid?)d.BatchId, c => c.BatchId, (d, c) => new { d.Email, Old = d.LeadId, c.LeadId, c.At })
                .Where(m => m.Old != m.LeadId)
                .Join(db.Leads, m => m.LeadId, l => l.Id, (m, l) => new { m.Email, m.At, Now = l.Email, l.IdentityKey })
                .ToListAsync(cancellationToken);
            if (merged.Count == 0)
            {
                continue;
            }

            var keys = merged.Select(m => "e:" + m.Email).ToList();
            var own = await db.Leads.Where(l => keys.Contains(l.IdentityKey)).Select(l => l.IdentityKey).ToHashSetAsync(cancellationToken);
            var targets = merged.Where(m => !own.Contains("e:" + m.Email)).GroupBy(m => m.Email!).ToDictionary(g => g.Key, g => g.MaxBy(m => m.At)!);
            foreach (var lead in part)
            {
                if (targets.TryGetValue(lead.Email!, out var target))
                {
                    (lead.Email, lead.IdentityKey) = (target.Now, target.IdentityKey);
                }
            }
        }
    }
}
