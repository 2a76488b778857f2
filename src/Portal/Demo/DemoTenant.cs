using System.Text.Json;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Scoring.Training;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Demo;

/// <summary>
/// The tenant that a first start opens with. Its leads come in through the same import and pipeline as everybody's; its dates are moved so
/// that the sample's last day is yesterday.
/// </summary>
public sealed partial class DemoTenant(
    TenantProvisioning provisioning, TenantStore store, TenantScopes scopes, IServiceScopeFactory services, TimeProvider time, ILogger<DemoTenant> logger)
{
    public const string Slug = "demo";
    public const string Owner = "owner@demo.example";

    /// <summary>Makes the tenant on an empty catalog and queues its sample.</summary>
    /// <returns>The owner's password, to be shown once; null when there were tenants already.</returns>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        if ((await store.AllAsync(cancellationToken)).Count > 0
            || await provisioning.CreateAsync(Slug, "Fernhill", cancellationToken) is not { } tenant)
        {
            return null;
        }

        await using var scope = services.CreateAsyncScope();
        var password = await scope.ServiceProvider.GetRequiredService<Owners>().EnsureAsync(tenant, Owner, null, cancellationToken);
        await scopes.RunAsync(
            tenant.TenantId,
            async inside =>
            {
                await PublishProfileAsync(inside.GetRequiredService<IcpEditing>(), cancellationToken);
                await PutStepsAwayAsync(inside.GetRequiredService<TenantWrites>(), cancellationToken);
                await AddKnowledgeAsync(inside.GetRequiredService<KnowledgeBase>(), cancellationToken);
                await using var sample = SampleLeads.Open(time.GetUtcNow().UtcDateTime);
                await inside.GetRequiredService<Imports>()
                    .QueueAsync(sample, "demo-leads.csv", new ImportSettings(), "sample", cancellationToken);
            },
            cancellationToken);
        return password;
    }

    /// <summary>Waits for the sample to be scored, then learns from its outcomes, as the night would, and has mails written to the best.</summary>
    public async Task LearnAsync(CancellationToken cancellationToken)
    {
        if (await store.FindAsync(Slug, cancellationToken) is not { } tenant)
        {
            return;
        }

        try
        {
            await scopes.RunAsync(
                tenant.TenantId,
                async inside =>
                {
                    var imports = inside.GetRequiredService<Imports>();
                    while ((await imports.ListAsync(1, cancellationToken)).SingleOrDefault() is { FinishedAt: null })
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
                    }

                    await inside.GetRequiredService<ScoringTraining>().RunAsync(new TrainingOptions(), cancellationToken);
                    await DemoOutreach.PrepareAsync(inside, cancellationToken);
                },
                cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LearningFailed(logger, e);
        }
    }

    /// <summary>It has leads and a profile: there is nothing to begin with.</summary>
    private static Task PutStepsAwayAsync(TenantWrites writes, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var meta = await db.Meta.SingleAsync(ct);
            meta.Settings = meta.Settings with { FirstStepsDone = true };
            await db.SaveChangesAsync(ct);
        },
        cancellationToken);

    /// <summary>What Fernhill says about its product; mails cite it.</summary>
    private static async Task AddKnowledgeAsync(KnowledgeBase knowledge, CancellationToken cancellationToken)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(SampleLeads.Folder, "knowledge"), "*.md").Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(file);
            if (await knowledge.AddAsync(content, Path.GetFileName(file), null, "sample", cancellationToken) is { Problem: { } problem })
            {
                throw new InvalidOperationException($"{file}: {problem}");
            }
        }
    }

    private static async Task PublishProfileAsync(IcpEditing editing, CancellationToken cancellationToken)
    {
        var sample = JsonSerializer.Deserialize<Icp>(
            await File.ReadAllTextAsync(Path.Combine(SampleLeads.Folder, "demo-icp.json"), cancellationToken), StoredJson.Options)!;
        var row = (await editing.ListAsync(cancellationToken)).Single();
        await editing.SaveAsync(row.Id, sample, row.Revision, cancellationToken);
        await editing.PublishAsync(row.Id, "sample", cancellationToken);
    }

    [LoggerMessage(401, LogLevel.Error, "Preparing the demo tenant failed")]
    private static partial void LearningFailed(ILogger logger, Exception exception);
}
