using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Preprocessing;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>What was read in a lead's texts and what members said of it.</summary>
public sealed class LeadTexts(IDbContextFactory<TenantDb> databases)
{
    /// <summary>Intents that hold, strongest first, and those that somebody denied; beside them the present texts in which nothing holds.</summary>
    public async Task<LeadIntents> ReadAsync(Lead lead, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Intents.AsNoTracking().Where(i => i.LeadId == lead.Id).OrderBy(i => i.Id).ToListAsync(cancellationToken);
        var fixes = await db.IntentCorrections.AsNoTracking().Where(c => c.LeadId == lead.Id).OrderBy(c => c.Id).ToListAsync(cancellationToken);
        var judgements = (await JudgedIntents.ReadAsync(db, [lead.Id], cancellationToken))[lead.Id].ToList();
        IntentCorrection? FixOf(NewIntent i) => fixes.Find(f => f.Source == i.Signal.Source && f.TextHash == i.TextHash && f.Kind == i.Signal.Kind);
        var holding = IntentJudgements.Apply([.. rows.Select(JudgedIntents.Of)], judgements)
            .OrderByDescending(i => i.Signal.Strength).ThenByDescending(i => i.Signal.ObservedAt)
            .Select(i => new ShownIntent(i.Signal, i.TextHash, FixOf(i))).ToList();
        var silent = Present(lead).Where(t => !holding.Exists(h => h.Signal.Source == t.Source && h.TextHash == t.TextHash)).ToList();
        return new LeadIntents(holding, [.. fixes.Where(f => !f.Holds)], silent);
    }

    /// <summary>The texts as they stand on the lead, by the names under which readings of them are kept.</summary>
    internal static IReadOnlyList<(string Source, string TextHash)> Present(Lead lead)
    {
        var text = TextPreprocessor.Read(lead);
        return [.. new[] { ("message", text.Message), ("notes", text.Notes) }
            .Where(t => !string.IsNullOrWhiteSpace(t.Item2)).Select(t => (t.Item1, LeadAnalyzer.HashOf(t.Item2)))];
    }
}

/// <param name="Holding">Intents that hold.</param>
/// <param name="Denied">Readings that somebody took back.</param>
/// <param name="Silent">Texts of the lead that say nothing, as far as is known.</param>
public sealed record LeadIntents(
    IReadOnlyList<ShownIntent> Holding, IReadOnlyList<IntentCorrection> Denied, IReadOnlyList<(string Source, string TextHash)> Silent);

/// <param name="Fix">Whose word it is, when it is a person's.</param>
public sealed record ShownIntent(IntentSignal Signal, string TextHash, IntentCorrection? Fix);
