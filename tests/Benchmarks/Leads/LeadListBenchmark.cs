using System.Diagnostics;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Dashboard;
using LeadGen.Portal.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Benchmarks.Leads;

/// <summary>A page of fifty out of 100,000 leads: first and second page, in four orders, with common, rare and fruitless filters.</summary>
internal sealed class LeadListBenchmark : IBenchmark
{
    private const int Leads = 100_000;

    private static readonly LeadFilter[] Filters =
    [
        new() { MinScore = 50 },
        new() { Grades = [Grade.A] },
        new() { Grades = [Grade.A, Grade.B], Countries = ["NL"] },
        new() { Intents = [IntentKind.PricingInquiry] },
        new() { Countries = ["XX"] },
        new() { Sources = ["Website"], Outcomes = [OutcomeFilter.Won] },
        new() { Industries = ["Mining"] },
        new() { Text = "miller777" },
        new() { Text = "nobody" },
        new() { Stages = [LeadStage.Failed] },
        new() { MinScore = 30, Text = "company 12", Countries = ["NL"] },
    ];

    public string Name => "lead-list";

    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var file = SampleFile.Write(Leads, words: 30);
        await using var installation = await BenchInstallation.CreateAsync();
        return await installation.InTenantAsync<IReadOnlyList<Figure>>(async services =>
        {
            await using (var content = File.OpenRead(file))
            {
                await services.GetRequiredService<Imports>().QueueAsync(content, "bench.csv", new ImportSettings(), "bench");
            }

            await services.GetRequiredService<ImportRun>().RunNextAsync(CancellationToken.None);
            File.Delete(file);
            var databases = services.GetRequiredService<IDbContextFactory<TenantDb>>();
            await ScoreAsync(databases);
            var figures = await MeasureAsync(new LeadQueries(databases));
            return [.. figures, await DashboardAsync(new DashboardQueries(databases, services.GetRequiredService<CurrentTenant>()))];
        });
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(LeadQueries queries)
    {
        LeadSort[] sorts = [LeadSort.ScoreDown, LeadSort.CreatedUp, LeadSort.NameUp, LeadSort.CompanyDown];
        var plain = new List<double>();
        var filtered = new List<(double Time, string What)>();
        foreach (var sort in sorts)
        {
            plain.AddRange(await PagesAsync(queries, LeadFilter.All, sort));
            for (var i = 0; i < Filters.Length; i++)
            {
                filtered.AddRange((await PagesAsync(queries, Filters[i], sort)).Select(t => (t, $"{sort}, filter {i + 1}")));
            }
        }

        var counts = new List<double>();
        foreach (var filter in Filters)
        {
            counts.Add(await BestAsync(() => queries.CountAsync(filter, cap: 1_000)));
        }

        var slowest = filtered.MaxBy(f => f.Time);
        return
        [
            new Figure("lead list, slowest page without filter", plain.Max(), "ms", Target: 100, LessIsBetter: true),
            new Figure($"lead list, slowest page with filter ({slowest.What})", slowest.Time, "ms", Target: 200, LessIsBetter: true),
            new Figure("lead list, median page with filter", filtered.Select(f => f.Time).Order().ElementAt(filtered.Count / 2), "ms"),
            new Figure("lead list, slowest count up to 1,000", counts.Max(), "ms", Target: 200, LessIsBetter: true),
        ];
    }

    /// <summary>All numbers of the start page, nothing remembered.</summary>
    private static async Task<Figure> DashboardAsync(DashboardQueries queries) => new(
        "dashboard, all numbers of twelve weeks",
        await BestAsync(() => queries.ReadAsync(12, TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow().UtcDateTime, CancellationToken.None)),
        "ms",
        Target: 150,
        LessIsBetter: true);

    private static async Task<IReadOnlyList<double>> PagesAsync(LeadQueries queries, LeadFilter filter, LeadSort sort)
    {
        string? next = null;
        var first = await BestAsync(async () => next = (await queries.PageAsync(filter, sort)).NextCursor);
        return next is null ? [first] : [first, await BestAsync(() => queries.PageAsync(filter, sort, next))];
    }

    /// <summary>Best of three: what the query costs, not what a neighbour does meanwhile.</summary>
    private static async Task<double> BestAsync(Func<Task> query)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var clock = Stopwatch.StartNew();
            await query();
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
        }

        return best;
    }

    /// <summary>Scores, grades, intents and outcomes as a scored tenant has them, without the hour that the encoder would take.</summary>
    private static async Task ScoreAsync(IDbContextFactory<TenantDb> databases)
    {
        await using var db = await databases.CreateDbContextAsync();
        await db.Database.ExecuteSqlRawAsync(
            """
            UPDATE "Leads" SET "Stage" = 'Scored', "ScoringEpoch" = 1, "ScoreValue" = (rowid * 37 % 10000) / 100.0, "Probability" = 0.3, "ModelVersion" = 1,
                "Grade" = CASE (rowid * 37 % 10000) / 2500 WHEN 0 THEN 'D' WHEN 1 THEN 'C' WHEN 2 THEN 'B' ELSE 'A' END,
                "TopIntent" = CASE WHEN rowid % 50 = 0 THEN 'PricingInquiry' END, "Outcome" = CASE WHEN rowid % 40 = 0 THEN 'Won' END
            """);
        await db.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO "Intents" ("LeadId", "Kind", "Strength", "ObservedAt", "Evidence", "Source", "TextHash")
            SELECT "Id", "TopIntent", 0.9, "CreatedAt", 'price', 'message', 'x' FROM "Leads" WHERE "TopIntent" IS NOT NULL
            """);
    }
}
