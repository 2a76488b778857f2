using System.Globalization;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Jobs;

public sealed class ScoringTrainingTests(PostgresServer postgres)
{
    private static readonly TrainingOptions Options = new() { Split = SplitKind.Random };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task With_too_few_outcomes_nothing_changes(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await HistoryAsync(installation, tenant, 40, null);
        (await TrainAsync(installation, tenant)).ShouldBeOfType<TooFewOutcomes>().ShouldSatisfyAllConditions(
            few => few.Labelled.ShouldBe(40), few => few.MissingLabelled.ShouldBe(160));
        (await ModelsAsync(installation, tenant)).ShouldBe([(1, ModelState.Champion)]);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_better_model_serves_can_be_taken_back_and_brought_again(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await HistoryAsync(installation, tenant, 600, null);
        await installation.ScoreAllAsync(tenant);
        var better = await TrainUntilBetterAsync(installation, tenant);
        (await ServingAsync(installation, tenant)).ShouldBe([better]);
        (await ScoredWithAsync(installation, tenant)).ShouldBe([better]);

        (await PromoteAsync(installation, tenant, null)).ShouldBe(1);
        (await ServingAsync(installation, tenant)).ShouldBe([1]);
        (await ScoredWithAsync(installation, tenant)).ShouldBe([1]);
        (await PromoteAsync(installation, tenant, better)).ShouldBe(better);
        (await PromoteAsync(installation, tenant, 99)).ShouldBeNull();
        (await ServingAsync(installation, tenant)).ShouldBe([better]);
        (await ScoredWithAsync(installation, tenant)).ShouldBe([better]);
        await using var db = installation.Open(tenant);
        (await db.Models.SingleAsync(m => m.Version == better, Ct)).Report.ShouldNotBeNullOrEmpty();
        (await db.Meta.SingleAsync(Ct)).ScoringEpoch.ShouldBe(4);
        (await db.ScoreChanges.GroupBy(s => s.LeadId).AllAsync(g => g.Count() >= 3, Ct)).ShouldBeTrue();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Of_two_who_choose_a_model_at_once_one_serves(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await AddModelsAsync(installation, tenant, ModelState.Retired, 2, 3, 4, 5, 6);
        await Task.WhenAll(Enumerable.Range(2, 5).Select(v => Task.Run(() => PromoteAsync(installation, tenant, v), Ct)));
        (await ModelsAsync(installation, tenant)).Count(m => m.State == ModelState.Champion).ShouldBe(1);
    }

    [Fact]
    public async Task Nights_without_a_better_model_do_not_take_away_what_one_could_go_back_to()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        await HistoryAsync(installation, tenant, 300, null);
        await AddModelsAsync(installation, tenant, ModelState.Retired, 2, 3, 4, 5, 6, 7, 8);
        await AddModelsAsync(installation, tenant, ModelState.Rejected, 9, 10, 11, 12, 13, 14, 15);
        var trained = (await TrainAsync(installation, tenant)).ShouldBeOfType<Trained>();
        var models = await ModelsAsync(installation, tenant);
        models.Where(m => m.State == ModelState.Retired).Select(m => m.Version).ShouldBe(trained.Verdict.Promoted ? [1, 5, 6, 7, 8] : [4, 5, 6, 7, 8]);
        models.Count(m => m.State == ModelState.Rejected).ShouldBe(5);
        (await PromoteAsync(installation, tenant, null)).ShouldBe(trained.Verdict.Promoted ? 1 : 8);
    }

    [Fact]
    public async Task One_tenant_s_history_never_enters_another_s_model()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var (a, b) = (await installation.TenantAsync("a-tenant"), await installation.TenantAsync("b-tenant"));
        await HistoryAsync(installation, a, 400, "canary");
        await HistoryAsync(installation, b, 400, null);
        await Task.WhenAll(TrainAsync(installation, a), TrainAsync(installation, b));
        (await NewestAsync(installation, a)).ShouldContain("canary", Case.Insensitive);
        (await NewestAsync(installation, b)).ShouldNotContain("canary", Case.Insensitive);
    }

    /// <summary>Deals that mostly the heads win; with a field of the tenant's own that tells even more.</summary>
    private static async Task HistoryAsync(Installation installation, Tenant tenant, int count, string? own)
    {
        var random = new Random(11);
        Lead One(int i)
        {
            var head = random.Next(2) == 0;
            var won = random.NextDouble() < (head ? 0.9 : 0.1);
            List<(string, string)> values =
            [
                ("email", $"p{i}@company{i}.test"),
                ("jobTitle", head ? "Chief Information Officer" : "Intern"),
                ("employeeCount", head ? "900" : "3"),
                ("outcome", won ? "Won" : "Lost"),
                ("outcomeAt", new DateTime(2026, 1, 1).AddHours(i).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                ("createdAt", "2025-12-01"),
            ];
            if (own is not null)
            {
                values.Add(($"custom.{own}", random.NextDouble() < (won ? 0.85 : 0.15) ? "gold" : "tin"));
            }

            return Leads.Read([.. values]);
        }

        await installation.TakeAsync(tenant, [.. Enumerable.Range(0, count).Select(i => new Func<Lead>(() => One(i)))]);
    }

    private static Task<TrainingResult> TrainAsync(Installation installation, Tenant tenant, int seed = 7) =>
        installation.InAsync(tenant, s => s.GetRequiredService<ScoringTraining>().RunAsync(Options with { Seed = seed }, Ct));

    /// <summary>The gate may refuse a good model by bad luck of the split; another split then decides.</summary>
    private static async Task<int?> TrainUntilBetterAsync(Installation installation, Tenant tenant)
    {
        var reasons = new List<string>();
        for (var seed = 7; seed < 15; seed++)
        {
            var trained = (await TrainAsync(installation, tenant, seed)).ShouldBeOfType<Trained>();
            if (trained.Verdict.Promoted)
            {
                return (await ModelsAsync(installation, tenant)).Max(m => m.Version);
            }

            reasons.AddRange(trained.Verdict.Reasons);
        }

        throw new InvalidOperationException(string.Join('\n', reasons));
    }

    private static async Task<List<int?>> ServingAsync(Installation installation, Tenant tenant) =>
        [.. (await ModelsAsync(installation, tenant)).Where(m => m.State == ModelState.Champion).Select(m => (int?)m.Version)];

    private static Task<int?> PromoteAsync(Installation installation, Tenant tenant, int? version) =>
        installation.InAsync(tenant, s => s.GetRequiredService<ScoringTraining>().PromoteAsync(version, Ct));

    private static async Task AddModelsAsync(Installation installation, Tenant tenant, ModelState state, params int[] versions)
    {
        var json = await NewestAsync(installation, tenant);
        await installation.WriteAsync(tenant, (db, ct) =>
        {
            db.Models.AddRange(versions.Select(v => new ModelRow
            {
                Version = v,
                Json = json,
                State = state,
                TrainedAt = DateTime.UnixEpoch,
                PromotedAt = state == ModelState.Retired ? DateTime.UnixEpoch.AddDays(v) : null,
            }));
            return db.SaveChangesAsync(ct);
        });
    }

    private static async Task<List<(int Version, ModelState State)>> ModelsAsync(Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return [.. (await db.Models.OrderBy(m => m.Version).ToListAsync(Ct)).Select(m => (m.Version, m.State))];
    }

    private static async Task<string> NewestAsync(Installation installation, Tenant tenant)
    {
        await using var db = installation.Open(tenant);
        return (await db.Models.OrderByDescending(m => m.Version).FirstAsync(Ct)).Json;
    }

    private static async Task<List<int?>> ScoredWithAsync(Installation installation, Tenant tenant)
    {
        await installation.ScoreAllAsync(tenant);
        await using var db = installation.Open(tenant);
        return await db.Leads.Select(l => l.ModelVersion).Distinct().ToListAsync(Ct);
    }
}
