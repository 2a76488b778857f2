using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tests;
using LeadGen.Pipeline.Leads;
using LeadGen.Portal.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Tests.Leads;

public sealed class LeadConditionsTests(PostgresServer postgres)
{
    private static readonly DateTime Now = new(2026, 3, 20, 12, 0, 0, DateTimeKind.Utc);
    private static readonly Guid Owner = Guid.Parse("11111111-2222-4333-8444-555555555555");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DataProvider.Sqlite)]
    [InlineData(DataProvider.Postgres)]
    public async Task Every_kind_of_condition_finds_what_it_says(DataProvider provider)
    {
        await using var stores = await LeadStores.CreateAsync(provider, postgres);
        await using (var db = stores.CreateDbContext())
        {
            db.Leads.AddRange(
                Lead("ann", l => (l.City, l.EmployeeCount, l.Tags, l.OwnerId, l.Seniority) = ("Köln", 120, ["Fair 2026", "vip"], Owner, Seniority.Director)),
                Lead("bob", l => (l.City, l.EmployeeCount, l.Tags, l.CreatedAt, l.Phone) = ("Paris 100%", 5, ["vip"], Now.AddDays(-40), "+49")),
                Lead("cid", l => (l.Custom, l.CreatedAt, l.Country) = (new() { ["Plan: B"] = "Gold_1", ["x"] = "y" }, Now.AddDays(-3), "NL")));
            await db.SaveChangesAsync(Ct);
        }

        await ShouldFindAsync("f=city:has:k%C3%B6", "ann");
        await ShouldFindAsync("f=city:has:100%25", "bob");
        await ShouldFindAsync("f=city:is:K%C3%B6ln&f=city:is:Paris 100%25", "ann", "bob");
        await ShouldFindAsync("f=city:empty:", "cid");
        await ShouldFindAsync("f=phone:set:", "bob");
        await ShouldFindAsync("f=employeeCount:range:100..", "ann");
        await ShouldFindAsync("f=employeeCount:range:1..50", "bob");
        await ShouldFindAsync("f=createdAt:within:7", "ann", "cid");
        await ShouldFindAsync("f=createdAt:range:2026-03-17..2026-03-17", "cid");
        await ShouldFindAsync("f=tag:is:vip", "ann", "bob");
        await ShouldFindAsync("f=tag:empty:", "cid");
        await ShouldFindAsync($"f=owner:is:{Owner}", "ann");
        await ShouldFindAsync("f=owner:is:none", "bob", "cid");
        await ShouldFindAsync("f=seniority:is:Director", "ann");
        await ShouldFindAsync("f=custom.Plan%253A B:has:old_", "cid");
        await ShouldFindAsync("f=custom.Plan%253A B:is:gold_1", "cid");
        await ShouldFindAsync("f=custom.Plan%253A B:empty:", "ann", "bob");
        await ShouldFindAsync("country=NL&f=createdAt:within:7", "cid");
        await ShouldFindAsync("f=nothing:is:x&f=city:likes:y&f=score:has:3", "ann", "bob", "cid");

        async Task ShouldFindAsync(string query, params string[] names)
        {
            var address = LeadListAddress.Parse("leads?" + query);
            var leads = new LeadQueries(stores, new At());
            (await leads.PageAsync(address.Filter, LeadSort.NameUp, cancellationToken: Ct)).Items.Select(r => r.FullName).ShouldBe(names, query);
            LeadListAddress.Parse(address.Query).Query.ShouldBe(address.Query);
            (await new LeadSlices(stores, new At()).PassingAsync(address.Filter, Ct) ?? new HashSet<Guid>()).Count.ShouldBe(address.IsFiltered ? names.Length : 0, query);
        }
    }

    [Theory]
    [InlineData(LeadSort.ScoreDown)]
    [InlineData(LeadSort.NameUp)]
    [InlineData(LeadSort.CreatedDown)]
    public async Task A_window_anywhere_shows_what_the_whole_list_has_there(LeadSort sort)
    {
        await using var stores = await LeadStores.CreateAsync(DataProvider.Sqlite, postgres);
        await using (var db = stores.CreateDbContext())
        {
            db.Leads.AddRange(Enumerable.Range(0, 90).Select(i => Lead($"n{i % 50:00}", l => l.ScoreValue = i % 3 == 0 ? null : i % 20, i)));
            await db.SaveChangesAsync(Ct);
        }

        var slices = new LeadSlices(stores, new At());
        var all = await slices.ReadAsync(LeadFilter.All, sort, null, 0, 200, Ct);
        all.Count.ShouldBe(90);
        foreach (var (place, skip) in new[] { (0, 0), (0, 37), (10, 0), (10, 45), (58, 7), (60, 3), (75, 0), (0, 85) })
        {
            var behind = place == 0 ? null : LeadCursor.Behind(all[place - 1], sort);
            (await slices.ReadAsync(LeadFilter.All, sort, behind, skip, 12, Ct)).Select(r => r.Id)
                .ShouldBe(all.Skip(place + skip).Take(12).Select(r => r.Id), $"{place} + {skip}");
        }
    }

    private static Lead Lead(string name, Action<Lead> fill, int number = 0)
    {
        var lead = new Lead
        {
            Id = Guid.CreateVersion7(Now.AddSeconds(number)),
            IdentityKey = $"e:{name}{number}",
            FullName = name,
            CreatedAt = Now.AddMinutes(-number),
            UpdatedAt = Now,
        };
        fill(lead);
        return lead;
    }

    private sealed class At : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
