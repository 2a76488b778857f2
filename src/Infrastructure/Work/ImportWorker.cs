using System.Diagnostics;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Telemetry;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Ingestion;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Work;

/// <summary>Reads uploaded files into leads. The import's row is the checkpoint: killed anywhere, the next worker goes on behind it.</summary>
public sealed class ImportWorker(
    WorkBoard board, TenantScopes scopes, WorkerPulse pulse, TimeProvider time, ILogger<ImportWorker> logger)
    : TenantWorker(board, scopes, pulse, time, logger, WorkKind.Imports, loops: 4)
{
    protected override Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<ImportRun>().RunNextAsync(cancellationToken);
}

/// <summary>One import from its checkpoint to its end, chunk by chunk; each chunk is one transaction with its counters.</summary>
public sealed class ImportRun(
    TenantWrites writes,
    ImportFiles files,
    ImportDrafts drafts,
    LeadIntake intake,
    WorkBoard board,
    CurrentTenant tenant,
    PipelineMetrics metrics,
    WorkerPulse pulse,
    IOptions<WorkOptions> options,
    TimeProvider time)
{
    public const int Chunk = ImportSettings.FirstRows;

    internal const string ErasedReason = "This person asked to be erased and is not taken in again.";

    public async Task<WorkResult> RunNextAsync(CancellationToken cancellationToken)
    {
        var (import, again) = await ClaimAsync(cancellationToken);
        if (import is null)
        {
            await drafts.DropAbandonedAsync(cancellationToken);
            await files.DropEndedAsync(cancellationToken);
            return new WorkResult(false, again);
        }

        try
        {
            await ReadAsync(import, cancellationToken);
        }
        catch (UnusableFile unusable)
        {
            await FailAsync(import, unusable.Message, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            await FailAsync(import, "The uploaded file is no longer there. Upload it again.", cancellationToken);
        }

        await files.DropEndedAsync(cancellationToken);
        return new WorkResult(true);
    }

    private Task<(Import? Import, DateTime? Again)> ClaimAsync(CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var open = db.Imports.Where(i => i.State == ImportState.Queued || (i.State == ImportState.Running && i.StoredAt == null));
            var import = await open.Where(i => i.ClaimedUntil == null || i.ClaimedUntil < now)
                .OrderBy(i => i.Id).SkipLocked().FirstOrDefaultAsync(ct);
            if (import is null)
            {
                return (null, await open.MinAsync(i => i.ClaimedUntil, ct));
            }

            import.State = ImportState.Running;
            import.ClaimToken = Guid.CreateVersion7(time.GetUtcNow());
            import.ClaimedUntil = now + options.Value.Lease;
            await db.SaveChangesAsync(ct);
            return ((Import?)import, (DateTime?)null);
        },
        cancellationToken);

    private async Task ReadAsync(Import import, CancellationToken cancellationToken)
    {
        using var table = TableFile.Open(File.OpenRead(files.PathOf(import.Id)), import.FileName, import.Settings, cancellationToken);
        var (columns, problems) = ColumnMapping.Create(table.Columns, [], import.Settings.Mapping);
        if (columns is null)
        {
            throw new UnusableFile(string.Join(" ", problems.Select(p => p.Reason)));
        }

        var reader = new ImportReader(table, columns, time);
        table.Skip(import.Rows, cancellationToken);
        var turn = time.GetTimestamp();
        var chunk = reader.Next(Chunk, cancellationToken);
        while (chunk.Count > 0)
        {
            // The next chunk is read while this one is being written; what is wrong with it is heard after that.
            var write = StoreAsync(import, chunk, cancellationToken);
            var next = Task.Run(() => reader.Next(Chunk, cancellationToken), CancellationToken.None);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!await write)
            {
                return;
            }

            chunk = await next;
            if (time.GetElapsedTime(turn) > options.Value.Turn)
            {
                if (await OthersWaitAsync(cancellationToken))
                {
                    await ReleaseAsync(import, cancellationToken);
                    return;
                }

                turn = time.GetTimestamp();
            }
        }

        await FinishAsync(import, cancellationToken);
    }

    /// <returns>False when the import was cancelled or taken over meanwhile: then nothing of this chunk is stored.</returns>
    private async Task<bool> StoreAsync(Import import, IReadOnlyList<ImportRow> chunk, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await board.AnnounceAsync(
            tenant.Id,
            WorkKind.Leads,
            () => writes.RunAsync((db, ct) => StoreAsync(db, import, chunk, ct), cancellationToken),
            cancellationToken);
        foreach (var (result, count) in counts ?? [])
        {
            metrics.Ingested(result, count);
        }

        pulse.Beat(WorkKind.Imports);
        metrics.Stored(Stopwatch.GetElapsedTime(started));
        return counts is not null;
    }

    private async Task<Dictionary<string, int>?> StoreAsync(TenantDb db, Import claimed, IReadOnlyList<ImportRow> chunk, CancellationToken ct)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var import = await db.Imports.Where(i => i.Id == claimed.Id && i.ClaimToken == claimed.ClaimToken).ForUpdate().SingleOrDefaultAsync(ct);
        if (import is not { State: ImportState.Running })
        {
            return null;
        }

        var good = chunk.Where(r => r.Lead is not null).ToList();
        if (import.Rows == 0 && import.Settings.Stops(chunk.Count - good.Count, chunk.Count))
        {
            Stop(db, import, chunk, now);
            await db.SaveChangesAsync(ct);
            return null;
        }

        var stored = await intake.StoreAsync(
            db, [.. good.Select(r => r.Take())], import.Settings.Merge, import.Settings.Match, import.Actor, import.Id, now, ct);
        var errors = chunk.Where(r => r.Lead is null).SelectMany(r => r.Errors(import.Id)).ToList();
        errors.AddRange(good.Zip(stored).Where(x => x.Second.Kind == IntakeKind.Erased).Select(x => new ImportError
        {
            ImportId = import.Id,
            Row = x.First.Number,
            Reason = ErasedReason,
        }));
        db.ImportErrors.AddRange(errors);
        import.Rows += chunk.Count;
        import.Created += stored.Count(s => s.Kind == IntakeKind.Created);
        import.Merged += stored.Count(s => s.Kind == IntakeKind.Merged);
        import.Duplicates += stored.Count(s => s.Kind == IntakeKind.Duplicate);
        import.Rejected += chunk.Count - good.Count + stored.Count(s => s.Kind == IntakeKind.Erased);
        import.ClaimedUntil = now + options.Value.Lease;
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(ct);
        var counts = stored.GroupBy(s => s.Kind).ToDictionary(g => g.Key.ToString(), g => g.Count());
        counts["Rejected"] = chunk.Count - good.Count;
        return counts;
    }

    /// <summary>The file was most likely misunderstood: only the rows with their reasons are kept, so that it can be mended.</summary>
    private static void Stop(TenantDb db, Import import, IReadOnlyList<ImportRow> chunk, DateTime now)
    {
        var bad = chunk.Where(r => r.Lead is null).ToList();
        db.ImportErrors.AddRange(bad.SelectMany(r => r.Errors(import.Id)));
        import.Rows = import.Rejected = bad.Count;
        import.State = ImportState.Failed;
        import.Problem = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{bad.Count:N0} of the first {chunk.Count:N0} rows cannot be taken, so nothing was stored. Look at the reasons, correct the columns and import the file again.");
        import.FinishedAt = now;
        import.ClaimToken = null;
        import.ClaimedUntil = null;
    }

    private async Task<bool> OthersWaitAsync(CancellationToken cancellationToken) =>
        (await board.DueAsync(WorkKind.Imports, cancellationToken)).Any(d => d.Tenant != tenant.Id);

    /// <summary>
    /// Gives the rest back: whoever has a turn next goes on behind the last chunk. Announced, since an idle look at the leased import may have
    /// put the tenant off until the lease would end.
    /// </summary>
    private Task ReleaseAsync(Import claimed, CancellationToken cancellationToken) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Imports,
        () => writes.RunAsync(
            (db, ct) => db.Imports.Where(i => i.Id == claimed.Id && i.ClaimToken == claimed.ClaimToken).ExecuteUpdateAsync(
                i => i.SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null), ct),
            cancellationToken),
        cancellationToken);

    private Task FinishAsync(Import claimed, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            await db.Imports.Where(i => i.Id == claimed.Id && i.ClaimToken == claimed.ClaimToken && i.State == ImportState.Running)
                .ExecuteUpdateAsync(
                    i => i.SetProperty(x => x.StoredAt, now).SetProperty(x => x.ClaimToken, (Guid?)null)
                        .SetProperty(x => x.ClaimedUntil, (DateTime?)null),
                    ct);
            await LeadUnderstanding.FinishImportsAsync(db, now, ct);
        },
        cancellationToken);

    private Task FailAsync(Import claimed, string problem, CancellationToken cancellationToken) => writes.RunAsync(
        (db, ct) => db.Imports.Where(i => i.Id == claimed.Id && i.ClaimToken == claimed.ClaimToken).ExecuteUpdateAsync(
            i => i.SetProperty(x => x.State, ImportState.Failed).SetProperty(x => x.Problem, problem)
                .SetProperty(x => x.FinishedAt, time.GetUtcNow().UtcDateTime)
                .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null),
            ct),
        cancellationToken);
}
