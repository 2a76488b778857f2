using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Pipeline.Scoring.Training;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Jobs;

/// <summary>Trains the current tenant's challenger on its own outcomes and lets it serve if the gate says so.</summary>
public sealed class ScoringTraining(
    IDbContextFactory<TenantDb> databases, TenantWrites writes, WorkBoard board, CurrentTenant tenant, TimeProvider time)
{
    private const int Kept = 5;

    public async Task<TrainingResult> RunAsync(TrainingOptions options, CancellationToken cancellationToken = default)
    {
        var (champion, leads) = await LoadAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var result = await Task.Run(() => ModelTrainer.Train(leads, options, champion, now, cancellationToken), cancellationToken);
        if (result is Trained trained)
        {
            await StoreAsync(trained, now, cancellationToken);
        }

        return result;
    }

    /// <summary>Makes an earlier champion serve again; null = the one before the present.</summary>
    /// <returns>The version that serves now, or null when there is none to go to.</returns>
    public Task<int?> PromoteAsync(int? version, CancellationToken cancellationToken = default) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Leads,
        () => writes.RunAsync(
            async (db, ct) =>
            {
                await db.LockTenantAsync(ct);
                var champion = await db.Models.SingleAsync(m => m.State == ModelState.Champion, ct);
                var next = version is { } wanted
                    ? await db.Models.SingleOrDefaultAsync(m => m.Version == wanted, ct)
                    : await db.Models.Where(m => m.State == ModelState.Retired).OrderByDescending(m => m.PromotedAt).FirstOrDefaultAsync(ct);
                if (next is null)
                {
                    return (int?)null;
                }

                if (next != champion)
                {
                    champion.State = ModelState.Retired;
                    next.State = ModelState.Champion;
                    next.PromotedAt = time.GetUtcNow().UtcDateTime;
                    await db.SaveChangesAsync(ct);
                    await ScoringEpoch.RaiseAsync(db, ct);
                }

                return next.Version;
            },
            cancellationToken),
        cancellationToken);

    private async Task<(ScoringModel Champion, IReadOnlyList<LabelledLead> Leads)> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var champion = ScoringModel.FromJson((await db.Models.AsNoTracking().SingleAsync(m => m.State == ModelState.Champion, cancellationToken)).Json);
        var now = time.GetUtcNow().UtcDateTime;
        var labelled = new List<LabelledLead>();
        var last = Guid.Empty;
        while (true)
        {
            var leads = await db.Leads.AsNoTracking().Where(l => l.Outcome != null && l.Id > last)
                .OrderBy(l => l.Id).Take(2_000).ToListAsync(cancellationToken);
            if (leads.Count == 0)
            {
                return (champion, labelled);
            }

            last = leads[^1].Id;
            var ids = leads.Select(l => l.Id).ToList();
            var analyses = await db.Analyses.AsNoTracking().Where(a => ids.Contains(a.LeadId))
                .Select(a => new { a.LeadId, a.Match, a.Intents }).ToDictionaryAsync(a => a.LeadId, cancellationToken);
            var feedback = (await db.Feedback.AsNoTracking().Where(f => ids.Contains(f.LeadId)).ToListAsync(cancellationToken)).ToLookup(f => f.LeadId);
            foreach (var lead in leads)
            {
                // As it stood before the outcome: what came after it is not for the model to see.
                var asOf = FeatureBuilder.AsOf(lead, now);
                var analysis = analyses.GetValueOrDefault(lead.Id);
                IReadOnlyList<IntentSignal> intents = [.. (analysis?.Intents ?? []).Where(i => i.ObservedAt <= asOf)];
                var engagement = Engagement.From(feedback[lead.Id], asOf);
                labelled.Add(new LabelledLead(
                    lead.IdentityKey,
                    FeatureBuilder.Build(lead, analysis?.Match, intents, engagement, now),
                    lead.Outcome == Outcome.Won,
                    lead.OutcomeAt));
            }
        }
    }

    private Task StoreAsync(Trained trained, DateTime now, CancellationToken cancellationToken) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Leads,
        () => writes.RunAsync(
            async (db, ct) =>
            {
                await db.LockTenantAsync(ct);
                var version = await db.Models.MaxAsync(m => m.Version, ct) + 1;
                var challenger = trained.Challenger with { Version = version };
                if (trained.Verdict.Promoted)
                {
                    await db.Models.Where(m => m.State == ModelState.Champion)
                        .ExecuteUpdateAsync(m => m.SetProperty(x => x.State, ModelState.Retired), ct);
                }

                db.Models.Add(new ModelRow
                {
                    Version = version,
                    Json = challenger.ToJson(),
                    State = trained.Verdict.Promoted ? ModelState.Champion : ModelState.Rejected,
                    TrainedAt = now,
                    PromotedAt = trained.Verdict.Promoted ? now : null,
                    Report = JsonSerializer.Serialize(new TrainingReport(trained.ChampionMetrics, trained.ChallengerMetrics, trained.Verdict, trained.Notes), StoredJson.Options),
                });
                await db.SaveChangesAsync(ct);
                if (trained.Verdict.Promoted)
                {
                    await ScoringEpoch.RaiseAsync(db, ct);
                }

                // Each kind for itself: a week of nights without a better model must not take away what one could go back to.
                var old = await db.Models.Where(m => m.State == ModelState.Retired).OrderByDescending(m => m.PromotedAt)
                    .Skip(Kept).Select(m => m.Version).ToListAsync(ct);
                old.AddRange(await db.Models.Where(m => m.State == ModelState.Rejected).OrderByDescending(m => m.Version)
                    .Skip(Kept).Select(m => m.Version).ToListAsync(ct));
                await db.Models.Where(m => old.Contains(m.Version)).ExecuteDeleteAsync(ct);
                return true;
            },
            cancellationToken),
        cancellationToken);
}

/// <summary>What a training's page shows: champion and challenger on the same holdout, and the gate's word.</summary>
public sealed record TrainingReport(ModelMetrics Champion, ModelMetrics Challenger, Verdict Verdict, IReadOnlyList<string> Notes);

/// <summary>Marks all scores of the tenant as due again.</summary>
public static class ScoringEpoch
{
    public static Task RaiseAsync(TenantDb db, CancellationToken cancellationToken) =>
        db.Meta.ExecuteUpdateAsync(m => m.SetProperty(x => x.ScoringEpoch, x => x.ScoringEpoch + 1), cancellationToken);
}
