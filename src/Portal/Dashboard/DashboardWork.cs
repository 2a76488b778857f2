using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Dashboard;

/// <summary>What is under way, and the model that scores.</summary>
internal static class DashboardWork
{
    public static async Task<WorkState> ReadAsync(TenantDb db, CurrentTenant tenant, DateTime now, CancellationToken cancellationToken)
    {
        var imports = await db.Imports.AsNoTracking()
            .Where(i => i.State == ImportState.Queued || i.State == ImportState.Running || i.State == ImportState.Paused)
            .OrderBy(i => i.CreatedAt).Take(3).ToListAsync(cancellationToken);
        var running = new List<RunningImport>(imports.Count);
        foreach (var import in imports)
        {
            running.Add(new RunningImport(
                import, await db.Leads.LongCountAsync(l => l.ImportId == import.Id && l.Stage == LeadStage.Scored, cancellationToken)));
        }

        var waiting = await db.Leads.LongCountAsync(l => l.Stage == LeadStage.Received, cancellationToken);
        return new WorkState(waiting, running, await ModelAsync(db, tenant, now, cancellationToken));
    }

    private static async Task<ServingModel> ModelAsync(TenantDb db, CurrentTenant tenant, DateTime now, CancellationToken cancellationToken)
    {
        var models = await db.Models.AsNoTracking().OrderByDescending(m => m.Version)
            .Select(m => new { m.Version, m.State, m.TrainedAt, m.Report }).Take(20).ToListAsync(cancellationToken);
        var champion = models.FirstOrDefault(m => m.State == ModelState.Champion)
            ?? await db.Models.AsNoTracking().Where(m => m.State == ModelState.Champion)
                .Select(m => new { m.Version, m.State, m.TrainedAt, m.Report }).SingleAsync(cancellationToken);
        var tried = models.FirstOrDefault(m => m.State == ModelState.Rejected && m.TrainedAt > champion.TrainedAt);

        // A later try measured the champion again, on newer leads than those it was chosen by.
        var metrics = Report(tried?.Report)?.Champion ?? Report(champion.Report)?.Challenger;
        return new ServingModel(
            champion.Version,
            champion.TrainedAt,
            champion.Report is null,
            metrics?.Auc,
            metrics?.Count ?? 0,
            tried?.TrainedAt,
            TenantSchedule.NextTraining(tenant.Info.Id, now));
    }

    private static TrainingReport? Report(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<TrainingReport>(json, StoredJson.Options);
}
