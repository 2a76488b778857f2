using System.Runtime.InteropServices;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>The database side of the pipeline: reads what a batch needs in a few queries, stores all of its results in one transaction.</summary>
public sealed class LeadUnderstanding(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, LeadAnalyzer analyzer, LiveScoring live, TimeProvider time)
{
    private const int MostAttempts = 3;

    public async Task<IReadOnlyList<LeadToAnalyze>> LoadAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var leads = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ToListAsync(cancellationToken);
        var vectors = await db.Vectors.AsNoTracking().Where(v => ids.Contains(v.LeadId)).ToDictionaryAsync(v => v.LeadId, cancellationToken);
        var intents = (await db.Intents.AsNoTracking().Where(i => ids.Contains(i.LeadId)).ToListAsync(cancellationToken)).ToLookup(i => i.LeadId);
        var feedback = (await db.Feedback.AsNoTracking().Where(f => ids.Contains(f.LeadId)).ToListAsync(cancellationToken)).ToLookup(f => f.LeadId);
        return [.. leads.Select(l => new LeadToAnalyze(
            l,
            vectors.TryGetValue(l.Id, out var v) ? new KnownWords(v.TextHash, new LeadVector(VectorBytes.Read(v.Values), v.EncoderId)) : null,
            [.. intents[l.Id].OrderBy(i => i.Id).Select(i => new IntentSignal(i.Kind, i.Strength, i.ObservedAt, i.Evidence, i.Source))],
            [.. feedback[l.Id].OrderBy(f => f.OccurredAt)]))];
    }

    public async Task<Understood> AnalyzeAsync(IReadOnlyList<LeadToAnalyze> leads, CancellationToken cancellationToken)
    {
        var scoring = await live.GetAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var analyses = await analyzer.AnalyzeAsync(leads, scoring.Icp, scoring.Model, scoring.Grades, now, cancellationToken);
        return new Understood(analyses, scoring, now);
    }

    /// <summary>Stores results of leads that this claim still holds and that nobody changed meanwhile; the others are analysed again.</summary>
    public Task StoreAsync(Understood understood, Guid token, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var ids = understood.Analyses.Select(a => a.Lead.Id).ToList();
            var leads = await db.Leads.Where(l => ids.Contains(l.Id) && l.ClaimToken == token)
                .OrderBy(l => l.Id).ForUpdate().ToDictionaryAsync(l => l.Id, ct);
            var kept = await db.Vectors.Where(v => ids.Contains(v.LeadId)).Select(v => new { v.LeadId, v.TextHash, v.EncoderId })
                .ToDictionaryAsync(v => v.LeadId, v => (v.TextHash, v.EncoderId), ct);
            var stored = understood.Analyses
                .Where(a => leads.TryGetValue(a.Lead.Id, out var lead) && lead.Version == a.Lead.Version).ToList();
            var moved = stored.Where(a => !kept.TryGetValue(a.Lead.Id, out var old) || old != (a.TextHash, a.Vector.EncoderId)).ToList();
            await ClearAsync(db, [.. stored.Select(a => a.Lead.Id)], [.. moved.Select(a => a.Lead.Id)], ct);
            var version = await NextVectorVersionAsync(db, ct);
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            stored.ForEach(a => Store(db, leads[a.Lead.Id], a, understood));
            db.Vectors.AddRange(moved.Select(a => VectorOf(a, version)));
            foreach (var lead in leads.Values)
            {
                (lead.ClaimToken, lead.ClaimedUntil) = (null, null);
            }

            db.ChangeTracker.DetectChanges();
            await db.SaveChangesAsync(ct);
            await FinishImportsAsync(db, understood.At, ct);
        },
        cancellationToken);

    /// <summary>Counts a failure; the row is not read, since reading it may be what fails.</summary>
    public Task SetAsideAsync(Guid id, Guid token, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            await db.Leads.Where(l => l.Id == id && l.ClaimToken == token).ExecuteUpdateAsync(
                l => l.SetProperty(x => x.Attempts, x => x.Attempts + 1)
                    .SetProperty(x => x.Stage, x => x.Attempts + 1 >= MostAttempts ? LeadStage.Failed : x.Stage)
                    .SetProperty(x => x.ClaimToken, (Guid?)null)
                    .SetProperty(x => x.ClaimedUntil, (DateTime?)null),
                ct);
            await FinishImportsAsync(db, time.GetUtcNow().UtcDateTime, ct);
        },
        cancellationToken);

    /// <summary>An import is done when every row is stored and no lead of it waits any more.</summary>
    /// <remarks>One after the other: two who store the last leads at once would each see the other's as waiting, and nobody would end it.</remarks>
    internal static async Task FinishImportsAsync(TenantDb db, DateTime now, CancellationToken cancellationToken)
    {
        await db.LockTenantAsync(cancellationToken);
        await db.Imports
            .Where(i => i.State == ImportState.Running && i.StoredAt != null
                && !db.Leads.Any(l => l.Stage == LeadStage.Received && l.ImportId == i.Id))
            .ExecuteUpdateAsync(i => i.SetProperty(x => x.State, ImportState.Done).SetProperty(x => x.FinishedAt, now), cancellationToken);
    }

    /// <summary>
    /// Counted in the database, so that writers pass one after the other: whoever sees a number sees all vectors up to it.
    /// </summary>
    private static async Task<long> NextVectorVersionAsync(TenantDb db, CancellationToken cancellationToken)
    {
        await db.Meta.ExecuteUpdateAsync(m => m.SetProperty(x => x.VectorVersion, x => x.VectorVersion + 1), cancellationToken);
        return await db.Meta.Select(m => m.VectorVersion).SingleAsync(cancellationToken);
    }

    /// <summary>Analyses are replaced as a whole: deleting first spares reading what is thrown away.</summary>
    private static async Task ClearAsync(TenantDb db, IReadOnlyList<Guid> analyses, IReadOnlyList<Guid> vectors, CancellationToken ct)
    {
        await db.Analyses.Where(a => analyses.Contains(a.LeadId)).ExecuteDeleteAsync(ct);
        await db.Vectors.Where(v => vectors.Contains(v.LeadId)).ExecuteDeleteAsync(ct);
    }

    private static void Store(TenantDb db, Lead lead, LeadAnalysis analysis, Understood understood)
    {
        var score = analysis.Score;
        var first = lead.ScoreValue is null;
        var changed = lead.Stage == LeadStage.Received;
        if (first || changed || lead.ScoreValue != score.Value || lead.ModelVersion != score.ModelVersion)
        {
            db.ScoreChanges.Add(new ScoreChange
            {
                LeadId = lead.Id,
                LeadVersion = lead.Version,
                Epoch = understood.Scoring.Epoch,
                Value = score.Value,
                Grade = score.Grade,
                ModelVersion = score.ModelVersion,
                IcpVersion = analysis.Match?.IcpVersion,
                At = understood.At,
                Reason = first ? ScoreReason.First : changed ? ScoreReason.LeadChanged : ScoreReason.ProfileOrModelChanged,
            });
        }

        lead.Stage = LeadStage.Scored;
        lead.Attempts = 0;
        lead.Language = analysis.Text.Language;
        lead.ScoreValue = score.Value;
        lead.Probability = score.Probability;
        lead.Grade = score.Grade;
        lead.ModelVersion = score.ModelVersion;
        lead.ScoredAt = understood.At;
        lead.ScoringEpoch = understood.Scoring.Epoch;
        lead.FitValue = analysis.Match?.Score;
        var strongest = analysis.Intents.Where(i => i.Source != "notes" || analysis.Intents.All(x => x.Source == "notes"))
            .OrderByDescending(i => i.ObservedAt).ThenByDescending(i => i.Strength).FirstOrDefault();
        lead.TopIntent = strongest?.Kind;
        lead.IntentValue = 100 * analysis.Intents.Where(i => BuyingIntents.Contains(i.Kind)).Select(i => i.Strength).DefaultIfEmpty().Max();

        db.Analyses.Add(new LeadAnalysisRow
        {
            LeadId = lead.Id,
            LeadVersion = lead.Version,
            At = understood.At,
            Score = score,
            Match = analysis.Match,
            Intents = [.. analysis.Intents],
            Entities = [.. analysis.Text.Entities],
        });
        db.Intents.AddRange(analysis.NewIntents.Select(i => new IntentRow
        {
            LeadId = lead.Id,
            Kind = i.Kind,
            Strength = i.Strength,
            ObservedAt = i.ObservedAt,
            Evidence = i.Evidence,
            Source = i.Source,
            TextHash = analysis.TextHash,
        }));
    }

    private static LeadVectorRow VectorOf(LeadAnalysis analysis, long version) => new()
    {
        LeadId = analysis.Lead.Id,
        EncoderId = analysis.Vector.EncoderId,
        Values = VectorBytes.Write(analysis.Vector.Values),
        TextHash = analysis.TextHash,
        Version = version,
    };

    private static readonly HashSet<IntentKind> BuyingIntents =
        [IntentKind.PurchaseReady, IntentKind.DemoRequest, IntentKind.PricingInquiry, IntentKind.Evaluation, IntentKind.TechnicalQuestion];
}

/// <summary>Analyses, what they were made with, and when.</summary>
public sealed record Understood(IReadOnlyList<LeadAnalysis> Analyses, LiveScoring.Snapshot Scoring, DateTime At);

/// <summary>Vectors as bytes: little-endian float32.</summary>
public static class VectorBytes
{
    public static byte[] Write(ReadOnlyMemory<float> values) => MemoryMarshal.AsBytes(values.Span).ToArray();

    public static float[] Read(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();
}
