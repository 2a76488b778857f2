using System.Diagnostics;
using System.Globalization;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tests;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Leads;

/// <summary>A list of 100,000 leads stays quick in every order and with every filter.</summary>
public sealed class LeadListSpeedTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Leads = 100_000;

    /// <summary>Five times what is promised (100 and 200 ms on an idle machine): tests share theirs.</summary>
    private const double Plain = 500;
    private const double Filtered = 1000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task A_page_of_a_hundred_thousand_leads_comes_at_once(DataProvider provider)
    {
        await using var stores = await FilledAsync(provider);
        var queries = new LeadQueries(stores);
        LeadFilter[] filters =
        [
            LeadFilter.All,
            new() { MinScore = 50 },
            new() { Grades = [Grade.A] },
            new() { Grades = [Grade.A, Grade.B], Countries = ["NL"] },
            new() { Intents = [IntentKind.PricingInquiry] },
            new() { Countries = ["XX"] },
            new() { Sources = ["web"], Outcomes = [OutcomeFilter.Won] },
            new() { Industries = ["Mining"] },
            new() { Text = "person 77777" },
            new() { Text = "nobody" },
            new() { Stages = [LeadStage.Failed] },
            new() { MinScore = 30, Text = "company 12", Countries = ["NL"] },
        ];
        var slow = new List<string>();
        foreach (var sort in (LeadSort[])[LeadSort.ScoreDown, LeadSort.CreatedUp, LeadSort.NameUp, LeadSort.CompanyDown])
        {
            foreach (var filter in filters)
            {
                string? next = null;
                var first = await TimeAsync(async () => next = (await queries.PageAsync(filter, sort, null, 50, Ct)).NextCursor);
                var second = next is null ? 0 : await TimeAsync(() => queries.PageAsync(filter, sort, next, 50, Ct));
                var line = string.Create(CultureInfo.InvariantCulture, $"{sort,-12} {first,7:F1} {second,7:F1} ms  filter {Array.IndexOf(filters, filter)}");
                output.WriteLine(line);
                if (Math.Max(first, second) > (filter.IsEmpty ? Plain : Filtered))
                {
                    slow.Add(line);
                }
            }
        }

        foreach (var filter in filters)
        {
            var counted = await TimeAsync(() => queries.CountAsync(filter, cancellationToken: Ct));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"count        {counted,7:F1} ms  filter {Array.IndexOf(filters, filter)}"));
        }

        slow.ShouldBeEmpty();
    }

    /// <summary>Better of two: what the query costs, not what a neighbour does meanwhile.</summary>
    private static async Task<double> TimeAsync(Func<Task> query)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 2; i++)
        {
            var clock = Stopwatch.StartNew();
            await query();
            best = Math.Min(best, clock.Elapsed.TotalMilliseconds);
        }

        return best;
    }

    private async Task<LeadStores> FilledAsync(DataProvider provider)
    {
        var stores = await LeadStores.CreateAsync(provider, postgres);
        await using var db = stores.CreateDbContext();
        var (numbers, id, date) = provider == DataProvider.Sqlite
            ? ($"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Leads})",
                "printf('00000000-0000-7000-8000-%012X', (i * 48271) % 2147483647)",
                "strftime('%Y-%m-%d %H:%M:%S', '2026-01-01', (i % 9000) || ' minutes')")
            : ($"WITH n AS (SELECT generate_series(1, {Leads}) AS i)",
                "('00000000-0000-7000-8000-' || lpad(to_hex((i::bigint * 48271) % 2147483647), 12, '0'))::uuid",
                "timestamptz '2026-01-01' + (i % 9000) * interval '1 minute'");
        await RunAsync(db, $$$"""
            INSERT INTO "Leads" ("Id", "IdentityKey", "Email", "FullName", "JobTitle", "CompanyName", "Country", "Industry", "Source", "Message",
                "Notes", "Technologies", "Tags", "Custom", "EditedFields", "Seniority", "Department", "Stage", "Version", "UpdatedAt",
                "CreatedAt", "ScoreValue", "Probability", "Grade", "TopIntent", "Outcome", "ScoringEpoch", "Attempts")
            {{{numbers}}}
            SELECT {{{id}}}, 'e:' || i, 'person' || i || '@company' || (i % 5000) || '.example', 'Person ' || ((i * 7919) % {{{Leads}}}),
                'Head of Department ' || (i % 300), 'Company ' || (i % 5000),
                CASE i % 5 WHEN 0 THEN 'NL' WHEN 1 THEN 'DE' WHEN 2 THEN 'US' WHEN 3 THEN 'FR' END, CASE i % 3 WHEN 0 THEN 'Logistics' ELSE 'Retail' END,
                CASE i % 4 WHEN 0 THEN 'web' ELSE 'fair' END, {{{Words("i", 5)}}}, {{{Words("i", 3)}}}, {{{EmptyList(provider)}}}, {{{EmptyList(provider)}}},
                '{"plan":"basic","region":"north west","lastVisit":"2026-03-04"}', {{{EmptyList(provider)}}}, 'Head', 'Operations',
                CASE WHEN i % 11 = 0 THEN 'Received' ELSE 'Scored' END, 1, {{{date}}}, {{{date}}},
                CASE WHEN i % 11 = 0 THEN NULL ELSE (i * 37 % 10000) / 100.0 END, CASE WHEN i % 11 = 0 THEN NULL ELSE 0.3 END,
                CASE WHEN i % 11 = 0 THEN NULL ELSE CASE (i * 37 % 10000) / 2500 WHEN 0 THEN 'D' WHEN 1 THEN 'C' WHEN 2 THEN 'B' ELSE 'A' END END,
                CASE WHEN i % 50 = 0 THEN 'PricingInquiry' END, CASE WHEN i % 40 = 0 THEN 'Won' END, 1, 0
            FROM n
            """);
        await RunAsync(db, """
            INSERT INTO "Intents" ("LeadId", "Kind", "Strength", "ObservedAt", "Evidence", "Source", "TextHash")
            SELECT "Id", "TopIntent", 0.9, "CreatedAt", 'price', 'message', 'x' FROM "Leads" WHERE "TopIntent" IS NOT NULL
            """);
        if (provider == DataProvider.Postgres)
        {
            await RunAsync(db, "ANALYZE");
        }

        return stores;
    }

    private static async Task RunAsync(TenantDb db, string sql)
    {
        await db.Database.OpenConnectionAsync(Ct);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static string Words(string seed, int sentences) => string.Join(" || ", Enumerable.Range(1, sentences)
        .Select(n => $"'We would like to know more about line {n} of what you offer, number ' || {seed} || '. '"));

    private static string EmptyList(DataProvider provider) => provider == DataProvider.Sqlite ? "'[]'" : "'{}'";
}
