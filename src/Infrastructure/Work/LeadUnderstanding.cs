using System.Runtime.InteropServices;
using LeadGen.Infrastructure.Crm;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>The database side of the pipeline: reads what a batch needs in a few queries, stores all of its results in one transaction.</summary>
public sealed class LeadUnderstanding(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, LeadAnalyzer analyzer, LiveScoring live, Enrolling enrolling,
    TimeProvider time)
{
    private const int MostAttempts = 3;

    public async Task<IReadOnlyList<LeadToAnalyze>> LoadAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var leads = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ToListAsync(cancellationToken);
        var vectors = await db.Vectors.AsNoTracking().Where(v => ids.Contains(v.LeadId)).ToDictionaryAsync(v => v.LeadId, cancellationToken);
        var intents = (await db.Intents.AsNoTracking().Where(i => ids.Contains(i.LeadId)).ToListAsync(cancellationToken)).ToLookup(i => i.LeadId);
        var feedback = (await db.Feedback.AsNoTracking().Where(f => ids.Contains(f.LeadId)).ToListAsync(cancellationToken)).ToLookup(f => f.LeadId);
        var judged = await JudgedIntents.ReadAsync(db, ids, cancellationToken);
        return [.. leads.Select(l => new LeadToAnalyze(
            l,
            vectors.TryGetValue(l.Id, out var v) ? new KnownWords(v.TextHash, new LeadVector(VectorBytes.Read(v.Values), v.EncoderId)) : null,
            [.. IntentJudgements.Apply([.. intents[l.Id].OrderBy(i => i.Id).Select(JudgedIntents.Of)], [.. judged[l.Id]]).Select(i => i.Signal)],
            intents[l.Id].Select(i => (i.Source, i.TextHash)).ToHashSet(),
            [.. feedback[l.Id].OrderBy(f => f.OccurredAt)])
        {
            Judgements = [.. judged[l.Id]],
        })];
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
            var held = await db.Leads.Where(l => ids.Contains(l.Id) && l.ClaimToken == token).OrderBy(l => l.Id).ForUpdate()
                .Select(l => new { l.Id, l.Version }).ToDictionaryAsync(l => l.Id, l => l.Version, ct);
            var kept = await db.Vectors.Where(v => ids.Contains(v.LeadId)).Select(v => new { v.LeadId, v.TextHash, v.EncoderId })
                .ToDictionaryAsync(v => v.LeadId, v => (v.TextHash, v.EncoderId), ct);
            var stored = understood.Analyses.Where(a => held.TryGetValue(a.Lead.Id, out var version) && version == a.Lead.Version).ToList();
            var moved = stored.Where(a => !kept.TryGetValue(a.Lead.Id, out var old) || old != (a.TextHash, a.Vector.EncoderId)).ToList();
            var judged = await JudgedAsync(db, [.. held.Keys], ct);
            await ClearAsync(db, [.. stored.Select(a => a.Lead.Id)], [.. moved.Select(a => a.Lead.Id)], ct);
            var vectorVersion = await NextVectorVersionAsync(db, ct);
            var rows = stored.ConvertAll(a => AnalysisRows.LeadOf(a, understood, judged.GetValueOrDefault(a.Lead.Id).Standing));
            await db.BulkUpdateAsync(rows, AnalysisRows.LeadColumns, ct);
            await LetGoAsync(db, [.. held.Keys.Except(stored.Select(a => a.Lead.Id))], ct);
            var scores = stored.ConvertAll(a => AnalysisRows.ScoreChangeOf(a, understood, judged.GetValueOrDefault(a.Lead.Id).Learned));
            await db.BulkInsertAsync([.. scores.OfType<ScoreChange>()], ct);
            await db.BulkInsertAsync([.. stored.Select(a => AnalysisRows.AnalysisOf(a, understood.At))], ct);
            await db.BulkInsertAsync([.. stored.SelectMany(AnalysisRows.IntentsOf)], ct);
            await db.BulkInsertAsync([.. moved.Select(a => AnalysisRows.VectorOf(a, vectorVersion))], ct);
            await FinishImportsAsync(db, understood.At, ct);
            await LeadEvents.WriteAsync(db, () => AnalysisRows.EventsOf(stored, rows, scores), understood.At, ct);
            await CrmQueue.AddAsync(db, rows.ConvertAll(l => l.Id), understood.At, ct);
            await enrolling.ByRuleAsync(db, rows.ConvertAll(l => l.Id), understood.At, ct);
        },
        cancellationToken);

    /// <summary>Counts a failed attempt; after the third the lead is no longer tried. The row is not read, since reading it may be what fails.</summary>
    /// <returns>Whether the lead has failed for good.</returns>
    public Task<bool> SetAsideAsync(Guid id, Guid token, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            await db.Leads.Where(l => l.Id == id && l.ClaimToken == token).ExecuteUpdateAsync(
                l => l.SetProperty(x => x.Attempts, x => x.Attempts + 1)
                    .SetProperty(x => x.Stage, x => x.Attempts + 1 >= MostAttempts ? LeadStage.Failed : x.Stage)
                    .SetProperty(x => x.ClaimToken, (Guid?)null)
                    .SetProperty(x => x.ClaimedUntil, (DateTime?)null),
                ct);
            await FinishImportsAsync(db, time.GetUtcNow().UtcDateTime, ct);
            return await db.Leads.AnyAsync(l => l.Id == id && l.Stage == LeadStage.Failed, ct);
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

    /// <summary>Leads that were changed meanwhile are free for the next who looks.</summary>
    private static Task LetGoAsync(TenantDb db, IReadOnlyList<Guid> ids, CancellationToken ct) => ids.Count == 0
        ? Task.CompletedTask
        : db.Leads.Where(l => ids.Contains(l.Id)).ExecuteUpdateAsync(
            l => l.SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null), ct);

    /// <summary>People's judgements of these leads, each with the score computed before; seldom any.</summary>
    private static async Task<Dictionary<Guid, (ScoreOverride? Standing, double? Learned)>> JudgedAsync(
        TenantDb db, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var standing = await db.ScoreOverrides.AsNoTracking().Where(o => ids.Contains(o.LeadId)).ToListAsync(ct);
        if (standing.Count == 0)
        {
            return [];
        }

        var judged = standing.ConvertAll(o => o.LeadId);
        var learned = await db.Analyses.AsNoTracking().Where(a => judged.Contains(a.LeadId)).Select(a => new { a.LeadId, a.Score })
            .ToDictionaryAsync(a => a.LeadId, a => a.Score.Value, ct);
        return standing.ToDictionary(o => o.LeadId, o => ((ScoreOverride?)o, learned.TryGetValue(o.LeadId, out var value) ? value : (double?)null));
    }

    /// <summary>Analyses are replaced as a whole: deleting first spares reading what is thrown away.</summary>
    private static async Task ClearAsync(TenantDb db, IReadOnlyList<Guid> analyses, IReadOnlyList<Guid> vectors, CancellationToken ct)
    {
        await db.Analyses.Where(a => analyses.Contains(a.LeadId)).ExecuteDeleteAsync(ct);
        await db.Vectors.Where(v => vectors.Contains(v.LeadId)).ExecuteDeleteAsync(ct);
    }
}

/// <summary>Analyses, what they were made with, and when.</summary>
public sealed record Understood(IReadOnlyList<LeadAnalysis> Analyses, LiveScoring.Snapshot Scoring, DateTime At);

/// <summary>Vectors as bytes: little-endian float32.</summary>
public static class VectorBytes
{
    public static byte[] Write(ReadOnlyMemory<float> values) => MemoryMarshal.AsBytes(values.Span).ToArray();

    public static float[] Read(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();
}
