using System.Text.Json;
using LeadGen.Infrastructure.Access;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Knowledge;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Scoring.Training;

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

    private const string Company = "Fernhill";

    /// <summary>Makes the tenant on an empty catalog and queues its sample; a start that was interrupted is taken up where it stood.</summary>
    /// <returns>The owner's password, to be shown once; null when there are tenants already, or the demo tenant has its owner.</returns>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        var tenants = await store.AllAsync(cancellationToken);
        var tenant = tenants.Count == 0 ? await provisioning.CreateAsync(Slug, Company, cancellationToken) : Demo(tenants);
        if (tenant is null)
        {
            return null;
        }

        // The owner comes last: who has one is whole, and needs no look into its own database before the portal is up.
        await using var scope = services.CreateAsyncScope();
        var owners = scope.ServiceProvider.GetRequiredService<Owners>();
        if (await owners.AnyAsync(tenant, cancellationToken))
        {
            return null;
        }

        await scopes.RunAsync(tenant.TenantId, inside => FillAsync(inside, cancellationToken), cancellationToken);
        return await owners.EnsureAsync(tenant, Owner, null, cancellationToken);
    }

    /// <summary>
    /// Waits for the sample to be scored, then learns from its outcomes, as the night would, and has mails written to the best; once.
    /// </summary>
    public async Task LearnAsync(CancellationToken cancellationToken)
    {
        if (Demo(await store.AllAsync(cancellationToken)) is not { } tenant)
        {
            return;
        }

        try
        {
            await scopes.RunAsync(tenant.TenantId, inside => LearnAsync(inside, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LearningFailed(logger, e);
        }
    }

    /// <summary>The demo tenant while it is the only one: whoever has tenants of their own has seen enough of it.</summary>
    private static Tenant? Demo(IReadOnlyList<Tenant> tenants) => tenants is [{ Slug: Slug, Name: Company, State: TenantState.Active } only] ? only : null;

    /// <summary>The import comes last: where there is one, all else is there.</summary>
    private async Task FillAsync(IServiceProvider inside, CancellationToken cancellationToken)
    {
        var imports = inside.GetRequiredService<Imports>();
        if ((await imports.ListAsync(1, cancellationToken)).Count > 0)
        {
            return;
        }

        await PublishProfileAsync(inside.GetRequiredService<IcpEditing>(), cancellationToken);
        await PutStepsAwayAsync(inside.GetRequiredService<WorkspaceSettings>(), cancellationToken);
        await AddKnowledgeAsync(inside.GetRequiredService<KnowledgeBase>(), cancellationToken);
        await using var sample = SampleLeads.Open(time.GetUtcNow().UtcDateTime);
        await imports.QueueAsync(sample, "demo-leads.csv", new ImportSettings(), "sample", cancellationToken);
    }

    private async Task LearnAsync(IServiceProvider inside, CancellationToken cancellationToken)
    {
        var settings = inside.GetRequiredService<WorkspaceSettings>();
        if ((await settings.ReadAsync(cancellationToken)).SampleIsLearned)
        {
            return;
        }

        var imports = inside.GetRequiredService<Imports>();
        while ((await imports.ListAsync(1, cancellationToken)).SingleOrDefault() is { FinishedAt: null })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
        }

        await inside.GetRequiredService<ScoringTraining>().RunAsync(new TrainingOptions(), cancellationToken);
        await DemoOutreach.PrepareAsync(inside, cancellationToken);
        await settings.ChangeAsync(s => s with { SampleIsLearned = true }, cancellationToken);
    }

    /// <summary>It has leads and a profile: there is nothing to begin with.</summary>
    private static Task PutStepsAwayAsync(WorkspaceSettings settings, CancellationToken cancellationToken) =>
        settings.ChangeAsync(s => s with { FirstStepsDone = true }, cancellationToken);

    /// <summary>What Fernhill says about its product; mails cite it.</summary>
    private static async Task AddKnowledgeAsync(KnowledgeBase knowledge, CancellationToken cancellationToken)
    {
        var there = (await knowledge.ListAsync(cancellationToken)).Select(d => d.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Path.Combine(SampleLeads.Folder, "knowledge"), "*.md").Where(f => !there.Contains(Path.GetFileName(f))).Order(StringComparer.Ordinal))
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
