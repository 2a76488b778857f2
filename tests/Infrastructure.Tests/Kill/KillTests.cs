using System.Globalization;
using System.Text;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Kill;

/// <summary>
/// Imports through a portal that is killed again and again: in the end every row is accounted for once and every lead is scored once.
/// </summary>
public sealed class KillTests(PostgresServer postgres, ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_import_survives_three_kills_without_losing_or_repeating_anything(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Settings);
        var tenant = await installation.TenantAsync();
        var file = new KillFile(3_000, 0);
        var import = await installation.QueueAsync(tenant, file.Text);
        var random = new Random();

        // While it stores, while it starts, while it scores; each at another moment every time.
        using (var storing = PortalProcess.Start(installation))
        {
            await UntilAsync(installation, tenant, import, storing, p => p.Import.Rows > 0);
            await KillAfterAsync(storing, random.Next(400));
        }

        using (var starting = PortalProcess.Start(installation))
        {
            await KillAfterAsync(starting, random.Next(2_000));
        }

        using (var scoring = PortalProcess.Start(installation))
        {
            await UntilAsync(installation, tenant, import, scoring, p => p.Scored > 0);
            await KillAfterAsync(scoring, random.Next(200));
        }

        using var last = PortalProcess.Start(installation);
        await ShouldEndRightAsync(installation, tenant, import, file, last, 90);
        await ShouldBeWholeAsync(installation, tenant, file.People);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Ten_large_imports_each_killed_at_random_lose_and_repeat_nothing(DataProvider provider)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LEADGEN_LONG") == "1", "Takes an hour; runs when LEADGEN_LONG is 1.");
        await using var installation = await Installation.CreateAsync(provider, postgres, null, Settings);
        var tenant = await installation.TenantAsync();
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var people = 0;
        var portal = PortalProcess.Start(installation);
        try
        {
            for (var round = 0; round < 10; round++)
            {
                var file = new KillFile(50_000, round);
                people += file.People;
                var import = await installation.QueueAsync(tenant, file.Text);
                for (var kills = 1 + random.Next(3); kills > 0; kills--)
                {
                    // Anywhere between the first row and the last score.
                    var share = random.NextDouble();
                    await UntilAsync(
                        installation, tenant, import, portal, p => p.Import.Rows + p.Scored > share * 2 * file.Rows || p.Import.FinishedAt is not null);
                    await KillAfterAsync(portal, random.Next(300));
                    portal.Dispose();
                    portal = PortalProcess.Start(installation);
                }

                await ShouldEndRightAsync(installation, tenant, import, file, portal, 1_800);
                output.WriteLine($"round {round} done");
            }
        }
        finally
        {
            portal.Dispose();
        }

        await ShouldBeWholeAsync(installation, tenant, people);
    }

    [Fact]
    public async Task Fifty_thousand_rows_are_stored_at_a_rate_that_is_written_down()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LEADGEN_LONG") == "1", "A measurement; runs when LEADGEN_LONG is 1.");
        foreach (var provider in new[] { DataProvider.Sqlite, DataProvider.Postgres })
        {
            await using var installation = await Installation.CreateAsync(provider, postgres);
            var tenant = await installation.TenantAsync();
            var import = await installation.QueueAsync(tenant, Leads.Csv(50_000));
            var run = System.Diagnostics.Stopwatch.StartNew();
            await installation.InAsync(tenant, s => s.GetRequiredService<ImportRun>().RunNextAsync(Ct));
            (await installation.ProgressAsync(tenant, import.Id)).Import.StoredAt.ShouldNotBeNull();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{provider}: {50_000 / run.Elapsed.TotalSeconds:N0} rows/s"));
        }
    }

    // A killed portal's work is taken over after its lease: short here, so that the test is.
    private static readonly (string, string)[] Settings =
        [("Work:LeaseSeconds", "5"), ("urls", "http://127.0.0.1:0"), ("Logging:LogLevel:Default", "Warning")];

    private static async Task UntilAsync(
        Installation installation, Tenant tenant, Import import, PortalProcess portal, Func<ImportProgress, bool> reached) =>
        await Eventually.IsAsync(
            async () =>
            {
                portal.HasExited.ShouldBeFalse(portal.Output);
                return reached(await installation.ProgressAsync(tenant, import.Id));
            },
            600,
            () => portal.Output);

    private static async Task KillAfterAsync(PortalProcess portal, int milliseconds)
    {
        await Task.Delay(milliseconds, Ct);
        portal.HasExited.ShouldBeFalse(portal.Output);
        await portal.KillAsync();
    }

    private static async Task ShouldEndRightAsync(
        Installation installation, Tenant tenant, Import import, KillFile file, PortalProcess portal, int seconds)
    {
        await Eventually.IsAsync(
            async () => (await installation.ProgressAsync(tenant, import.Id)).Import.FinishedAt is not null, seconds, () => $"It did not end.\n{portal.Output}");
        (await installation.ProgressAsync(tenant, import.Id)).Import.ShouldSatisfyAllConditions(
            i => i.State.ShouldBe(ImportState.Done),
            i => i.Rows.ShouldBe(file.Rows),
            i => i.Created.ShouldBe(file.People),
            i => i.Merged.ShouldBe(file.Merged),
            i => i.Duplicates.ShouldBe(file.Duplicates),
            i => i.Rejected.ShouldBe(file.Rejected));
        await using var db = installation.Open(tenant);
        (await db.ImportErrors.CountAsync(e => e.ImportId == import.Id, Ct)).ShouldBe(file.Rejected);
    }

    private static async Task ShouldBeWholeAsync(Installation installation, Tenant tenant, int people)
    {
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct)).ShouldBe(people);
        (await db.Leads.Select(l => l.Email).Distinct().CountAsync(Ct)).ShouldBe(people);
        (await db.Leads.CountAsync(l => l.Stage != LeadStage.Scored || l.ClaimToken != null || l.ScoreValue == null, Ct)).ShouldBe(0);
        (await db.LeadChanges.CountAsync(c => c.Field == LeadChange.Created, Ct)).ShouldBe(people);
        (await db.Analyses.CountAsync(Ct)).ShouldBe(people);
        (await db.Vectors.CountAsync(Ct)).ShouldBe(people);

        // Exactly one score for each state of a lead, and one for its present state.
        (await db.ScoreChanges.GroupBy(s => new { s.LeadId, s.LeadVersion, s.ModelVersion }).CountAsync(g => g.Count() > 1, Ct)).ShouldBe(0);
        (await db.Leads.CountAsync(l => db.ScoreChanges.Count(s => s.LeadId == l.Id && s.LeadVersion == l.Version) != 1, Ct)).ShouldBe(0);
        (await db.Leads.CountAsync(l => db.Analyses.Count(a => a.LeadId == l.Id && a.LeadVersion == l.Version) != 1, Ct)).ShouldBe(0);
        (await db.Intents.GroupBy(i => new { i.LeadId, i.Source, i.TextHash, i.Kind }).CountAsync(g => g.Count() > 1, Ct)).ShouldBe(0);
    }

    /// <summary>A file of which one knows what must come of it; people of another round are others.</summary>
    private sealed class KillFile
    {
        public KillFile(int rows, int round)
        {
            Rows = rows;
            var text = new StringBuilder("Email,Full Name,Company,City,Message\n");
            for (var i = 0; i < rows; i++)
            {
                // Of a hundred rows: one says again what was said, one adds a city, one has no address.
                var kind = i % 100;
                var person = kind is 97 or 98 ? i - 60 : i;
                var line = kind switch
                {
                    99 => $"nobody,Nobody {i},Company,,",
                    98 => $"p{person}@r{round}.test,Ann {person},Company {person % 500},Bonn,",
                    _ => $"p{person}@r{round}.test,Ann {person},Company {person % 500},,{(person % 40 == 0 ? "Please send a quote." : "")}",
                };
                _ = kind switch { 99 => Rejected++, 98 => Merged++, 97 => Duplicates++, _ => People++ };
                text.Append(line).Append('\n');
            }

            Text = text.ToString();
        }

        public string Text { get; }

        public int Rows { get; }

        public int People { get; }

        public int Merged { get; }

        public int Duplicates { get; }

        public int Rejected { get; }
    }
}
