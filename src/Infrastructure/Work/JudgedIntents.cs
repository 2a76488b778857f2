using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>What was read in leads' texts and what people said of it, as stored.</summary>
public static class JudgedIntents
{
    /// <summary>People's judgements by lead; seldom any.</summary>
    public static async Task<ILookup<Guid, IntentJudgement>> ReadAsync(TenantDb db, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var rows = await db.IntentCorrections.AsNoTracking().Where(c => ids.Contains(c.LeadId)).OrderBy(c => c.Id).ToListAsync(cancellationToken);
        var judged = rows.Select(r => r.LeadId).Distinct().ToList();
        var arrived = await db.Leads.Where(l => judged.Contains(l.Id)).Select(l => new { l.Id, l.CreatedAt }).ToDictionaryAsync(l => l.Id, l => l.CreatedAt, cancellationToken);
        var sources = rows.Select(r => r.Source).Distinct().ToList();
        var written = (await db.LeadChanges.Where(c => judged.Contains(c.LeadId) && sources.Contains(c.Field))
            .GroupBy(c => new { c.LeadId, c.Field }).Select(g => new { g.Key.LeadId, g.Key.Field, At = g.Max(c => c.At) }).ToListAsync(cancellationToken))
            .ToDictionary(w => (w.LeadId, w.Field), w => w.At);
        return rows.ToLookup(
            r => r.LeadId,
            r => new IntentJudgement(
                r.Source, r.TextHash, r.Kind, r.Holds, written.TryGetValue((r.LeadId, r.Source), out var at) ? at : r.Source == ReplyReader.Source ? r.At : arrived.GetValueOrDefault(r.LeadId, r.At)));
    }

    /// <summary>A stored row as the pipeline gave it.</summary>
    public static NewIntent Of(IntentRow row) => new(new IntentSignal(row.Kind, row.Strength, row.ObservedAt, row.Evidence, row.Source), row.TextHash);
}
