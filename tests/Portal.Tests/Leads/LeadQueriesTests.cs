using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tests;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Leads;

public sealed class LeadQueriesTests(PostgresServer postgres)
{
    private static readonly DateTime Start = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DataProvider, LeadSort> Orders()
    {
        var data = new TheoryData<DataProvider, LeadSort>();
        foreach (var sort in Enum.GetValues<LeadSort>())
        {
            data.Add(DataProvider.Sqlite, sort);
            data.Add(DataProvider.Postgres, sort);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Pages_show_every_lead_once_in_order_and_leads_without_the_value_last(DataProvider provider, LeadSort sort)
    {
        await using var stores = await FilledAsync(provider, 97);
        var queries = new LeadQueries(stores);
        var walked = await WalkAsync(queries, LeadFilter.All, sort, 10);
        await using var db = stores.CreateDbContext();
        var down = LeadOrder.IsDown(sort);
        var (with, without) = LeadOrder.KeyOf(sort) switch
        {
            LeadOrder.Key.Score => (db.Leads.Where(l => l.ScoreValue != null).OrderBy(l => l.ScoreValue), db.Leads.Where(l => l.ScoreValue == null)),
            LeadOrder.Key.Created => (db.Leads.OrderBy(l => l.CreatedAt), db.Leads.Where(l => l.Email == "nobody")),
            LeadOrder.Key.Name => (db.Leads.Where(l => l.FullName != null).OrderBy(l => l.FullName), db.Leads.Where(l => l.FullName == null)),
            _ => (db.Leads.Where(l => l.CompanyName != null).OrderBy(l => l.CompanyName), db.Leads.Where(l => l.CompanyName == null)),
        };
        var first = await with.ThenBy(l => l.Id).Select(l => l.Id).ToListAsync(Ct);
        var last = await without.OrderBy(l => l.Id).Select(l => l.Id).ToListAsync(Ct);
        if (down)
        {
            first.Reverse();
            last.Reverse();
        }

        walked.Select(r => r.Id).ShouldBe(first.Concat(last));
    }

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task Neighbours_are_the_leads_before_and_behind_in_the_list(DataProvider provider)
    {
        await using var stores = await FilledAsync(provider, 31);
        var queries = new LeadQueries(stores);
        var filter = new LeadFilter { Countries = ["NL", "DE"] };
        foreach (var sort in Enum.GetValues<LeadSort>())
        {
            var list = await WalkAsync(queries, filter, sort, 50);
            for (var i = 0; i < list.Count; i++)
            {
                var around = await queries.NeighboursAsync(list[i].Id, filter, sort, Ct);
                around.ShouldBe(new LeadNeighbours(i == 0 ? null : list[i - 1].Id, i + 1 == list.Count ? null : list[i + 1].Id), $"{sort} {i}");
            }
        }
    }

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task Each_filter_lets_through_what_it_names_and_nothing_else(DataProvider provider)
    {
        await using var stores = await FilledAsync(provider, 120);
        await using var db = stores.CreateDbContext();
        var all = await db.Leads.AsNoTracking().ToListAsync(Ct);
        var import = all[0].ImportId!.Value;
        var pricing = await db.Intents.Where(i => i.Kind == IntentKind.PricingInquiry).Select(i => i.LeadId).ToListAsync(Ct);
        await ShouldFindAsync(new() { MinScore = 50 }, l => l.ScoreValue >= 50);
        await ShouldFindAsync(new() { MinScore = 20, MaxScore = 50 }, l => l.ScoreValue is >= 20 and <= 50);
        await ShouldFindAsync(new() { Grades = [Grade.A] }, l => l.Grade == Grade.A);
        await ShouldFindAsync(new() { Grades = [Grade.A, Grade.C] }, l => l.Grade is Grade.A or Grade.C);
        await ShouldFindAsync(new() { Intents = [IntentKind.PricingInquiry] }, l => pricing.Contains(l.Id));
        await ShouldFindAsync(new() { Countries = ["NL"], Sources = ["fair"] }, l => l is { Country: "NL", Source: "fair" });
        await ShouldFindAsync(new() { Industries = ["Logistics"] }, l => l.Industry == "Logistics");
        await ShouldFindAsync(new() { Stages = [LeadStage.Received] }, l => l.Stage == LeadStage.Received);
        await ShouldFindAsync(new() { Outcomes = [OutcomeFilter.Open] }, l => l.Outcome is null);
        await ShouldFindAsync(new() { Outcomes = [OutcomeFilter.Won, OutcomeFilter.Lost] }, l => l.Outcome is not null);
        await ShouldFindAsync(new() { ImportId = import }, l => l.ImportId == import);
        await ShouldFindAsync(new() { CreatedFrom = Start.AddHours(20), CreatedTo = Start.AddHours(40) },
            l => l.CreatedAt >= Start.AddHours(20) && l.CreatedAt <= Start.AddHours(40));
        await ShouldFindAsync(new() { Text = "COMPANY 7" }, l => Has(l, "company") && Has(l, "7"));
        await ShouldFindAsync(new() { Text = "100%" }, l => Has(l, "100%"));
        await ShouldFindAsync(new() { Text = "_" }, l => Has(l, "_"));

        async Task ShouldFindAsync(LeadFilter filter, Func<Lead, bool> expected)
        {
            var queries = new LeadQueries(stores);
            var ids = all.Where(expected).Select(l => l.Id).ToList();
            ids.ShouldNotBeEmpty(filter.ToString());
            ids.Count.ShouldBeLessThan(all.Count);
            (await WalkAsync(queries, filter, LeadSort.ScoreDown, 50)).Select(r => r.Id).ShouldBe(ids, ignoreOrder: true, filter.ToString());
            (await queries.CountAsync(filter, cancellationToken: Ct)).ShouldBe(new LeadCount(ids.Count, false));
        }

        static bool Has(Lead lead, string word) => new[] { lead.FullName, lead.Email, lead.CompanyName, lead.JobTitle }
            .Any(t => t?.Contains(word, StringComparison.OrdinalIgnoreCase) == true);
    }

    [Fact]
    public async Task Counting_stops_at_the_cap_and_says_that_there_are_more()
    {
        await using var stores = await FilledAsync(DataProvider.Sqlite, 30);
        var queries = new LeadQueries(stores);
        (await queries.CountAsync(LeadFilter.All, 10, Ct)).ShouldBe(new LeadCount(10, true));
        (await queries.CountAsync(LeadFilter.All, 30, Ct)).ShouldBe(new LeadCount(30, false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("bnVsbA")]
    [InlineData("e30")]
    public async Task A_cursor_that_is_none_is_refused(string cursor)
    {
        await using var stores = await FilledAsync(DataProvider.Sqlite, 3);
        await Should.ThrowAsync<LeadCursorException>(() => new LeadQueries(stores).PageAsync(LeadFilter.All, LeadSort.ScoreDown, cursor, 2, Ct));
    }

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        await using var stores = await FilledAsync(DataProvider.Sqlite, 9);
        var queries = new LeadQueries(stores);
        var page = await queries.PageAsync(LeadFilter.All, LeadSort.ScoreDown, null, 2, Ct);
        await Should.ThrowAsync<LeadCursorException>(() => queries.PageAsync(LeadFilter.All, LeadSort.NameUp, page.NextCursor, 2, Ct));
    }

    private static async Task<List<LeadRow>> WalkAsync(LeadQueries queries, LeadFilter filter, LeadSort sort, int limit)
    {
        var walked = new List<LeadRow>();
        string? cursor = null;
        do
        {
            var page = await queries.PageAsync(filter, sort, cursor, limit, Ct);
            page.Items.Count.ShouldBeLessThanOrEqualTo(limit);
            walked.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return walked;
    }

    /// <summary>Leads with many equal values, missing values and letters of both cases.</summary>
    private async Task<LeadStores> FilledAsync(DataProvider provider, int count)
    {
        var stores = await LeadStores.CreateAsync(provider, postgres);
        await using var db = stores.CreateDbContext();
        Guid[] imports = [Guid.CreateVersion7(Start), Guid.CreateVersion7(Start)];
        for (var i = 0; i < count; i++)
        {
            var score = i % 7 == 0 ? (double?)null : i * 37 % 10 * 10;
            var lead = new Lead
            {
                Id = Guid.CreateVersion7(Start.AddSeconds(i * 31 % count)),
                IdentityKey = $"e:{i}",
                Email = i % 5 == 0 ? null : $"p_{i}@example.com",
                FullName = i % 4 == 0 ? null : (i % 2 == 0 ? "anna " : "Anna ") + (char)('a' + (i % 6)),
                CompanyName = i % 9 == 0 ? "100% Company" : i % 3 == 0 ? null : $"Company {i % 8}",
                Country = (i % 3) switch { 0 => "NL", 1 => "DE", _ => null },
                Source = i % 2 == 0 ? "fair" : "web",
                Industry = i % 5 == 0 ? "Logistics" : null,
                Stage = score is null ? LeadStage.Received : LeadStage.Scored,
                Outcome = (i % 6) switch { 0 => Outcome.Won, 1 => Outcome.Lost, _ => null },
                ImportId = imports[i % 2],
                CreatedAt = Start.AddHours(i / 2),
                ScoreValue = score,
                Grade = score is { } s ? new GradeBounds().GradeOf(s) : null,
            };
            db.Leads.Add(lead);
            if (i % 10 == 3)
            {
                db.Intents.Add(new IntentRow
                {
                    LeadId = lead.Id,
                    Kind = i % 20 == 3 ? IntentKind.PricingInquiry : IntentKind.DemoRequest,
                    Strength = 0.9,
                    ObservedAt = Start,
                    Evidence = "price",
                    Source = "message",
                    TextHash = $"{i}",
                });
            }
        }

        await db.SaveChangesAsync(Ct);
        return stores;
    }
}
