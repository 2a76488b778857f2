using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Vectors;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Embedding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Vectors;

public sealed class LeadVectorsTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Finds_by_meaning_and_sees_at_once_what_another_process_stored_changed_or_erased(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        await using var elsewhere = installation.Beside();
        var tenant = await installation.TenantAsync();
        var warehouse = await AddAsync(installation, tenant, "w", "We need a warehouse management system with barcode scanners.");
        var payroll = await AddAsync(installation, tenant, "p", "Our accountants look for payroll software.");
        (await FindAsync(installation, tenant, "barcode scanning in the warehouse")).First().ShouldBe(warehouse);
        (await FindAsync(installation, tenant, "salaries and payroll")).First().ShouldBe(payroll);

        var yoga = await AddAsync(elsewhere, tenant, "y", "Do you offer yoga classes for beginners?");
        (await FindAsync(installation, tenant, "yoga lessons")).First().ShouldBe(yoga);
        await AddAsync(elsewhere, tenant, "p", "We want to book a yoga course for our whole team.");
        (await FindAsync(installation, tenant, "yoga course for a team")).First().ShouldBe(payroll);
        await elsewhere.EraseAsync(tenant, yoga);
        (await FindAsync(installation, tenant, "yoga lessons")).ShouldBe([payroll, warehouse]);
        (await SimilarAsync(installation, tenant, warehouse, 5)).Select(h => h.Id).ShouldBe([payroll]);
        (await SimilarAsync(installation, tenant, yoga, 5)).ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_index_over_the_budget_is_searched_from_disk_with_the_same_answers(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        await using var tight = installation.Beside(null, ("Vectors:MemoryMegabytes", "1"));
        var tenant = await installation.TenantAsync();
        var ids = await FillAsync(installation, tenant, 5_000);
        foreach (var id in ids.Take(12))
        {
            var fromMemory = await SimilarAsync(installation, tenant, id, 20);
            fromMemory.Count.ShouldBe(20);
            (await SimilarAsync(tight, tenant, id, 20)).Select(h => (h.Id, h.Score)).ShouldBe(fromMemory.Select(h => (h.Id, h.Score)));
        }

        installation.Get<VectorMemory>().Of(tenant.TenantId).Block.ShouldNotBeNull();
        tight.Get<VectorMemory>().Of(tenant.TenantId).Block.ShouldBeNull();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Two_tenants_with_the_same_words_never_find_each_other_s_leads(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        Tenant[] tenants = [await installation.TenantAsync("a-tenant"), await installation.TenantAsync("b-tenant")];
        var own = new Dictionary<Guid, List<Guid>>();
        foreach (var tenant in tenants)
        {
            own[tenant.Id] = [];
            for (var i = 0; i < 3; i++)
            {
                own[tenant.Id].Add(await AddAsync(installation, tenant, $"{i}", "We would like to see a demo."));
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(
            async () => (await FindAsync(installation, tenants[i % 2], "see a demo")).ShouldBe(own[tenants[i % 2].Id].Order()), Ct)));
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Vectors_that_two_workers_store_at_once_are_all_seen_by_who_searches_meanwhile(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await AddAsync(installation, tenant, "first", "We would like to see a demo.");
        var stored = 1;
        using var ending = new CancellationTokenSource();
        var searching = Task.Run(
            async () =>
            {
                while (!ending.IsCancellationRequested)
                {
                    await FindAsync(installation, tenant, "demo");
                }
            },
            Ct);
        for (var round = 0; round < 12; round++)
        {
            await installation.TakeAsync(tenant, [.. Enumerable.Range(0, 2).Select(i =>
                new Func<Pipeline.Leads.Lead>(() => Leads.Read(("email", $"p{round}.{i}@x.test"), ("message", "A demo, please."))))]);
            var stores = new List<Func<Task>>();
            for (var half = 0; half < 2; half++)
            {
                stores.Add(await installation.InAsync(tenant, async s =>
                {
                    var claim = await s.GetRequiredService<LeadClaims>().TakeAsync(1, Ct);
                    var understanding = s.GetRequiredService<LeadUnderstanding>();
                    var understood = await understanding.AnalyzeAsync(await understanding.LoadAsync(claim.Ids, Ct), Ct);
                    return (Func<Task>)(() => understanding.StoreAsync(understood, claim.Token, Ct));
                }));
            }

            await Task.WhenAll(stores.Select(store => Task.Run(store, Ct)));
            stored += 2;
            await FindAsync(installation, tenant, "demo");
            installation.Get<VectorMemory>().Of(tenant.TenantId).Block!.Count.ShouldBe(stored, $"round {round}");
        }

        await ending.CancelAsync();
        await searching;
    }

    [Fact]
    public async Task The_least_used_index_makes_room_for_the_one_that_is_asked_for()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, null, ("Vectors:MemoryMegabytes", "12"));
        Tenant[] tenants = [await installation.TenantAsync("a-tenant"), await installation.TenantAsync("b-tenant")];
        foreach (var tenant in tenants)
        {
            var ids = await FillAsync(installation, tenant, 3_000);
            (await SimilarAsync(installation, tenant, ids[0], 3)).Count.ShouldBe(3);
        }

        var memory = installation.Get<VectorMemory>();
        memory.Of(tenants[0].TenantId).Block.ShouldBeNull();
        memory.Of(tenants[1].TenantId).Block.ShouldNotBeNull();
    }

    /// <summary>Vectors of which every fifth stands there ten times: equal scores must come in the same order.</summary>
    private static async Task<List<Guid>> FillAsync(Installation installation, Tenant tenant, int count)
    {
        var random = new Random(5);
        var encoder = installation.Get<LeadEncoder>();
        var ids = new List<Guid>();
        await installation.WriteAsync(tenant, async (db, ct) =>
        {
            float[] vector = [];
            for (var i = 0; i < count; i++)
            {
                if (i % 50 >= 10 || i % 50 == 0)
                {
                    vector = new float[encoder.Dimensions];
                    for (var d = 0; d < vector.Length; d++)
                    {
                        vector[d] = random.NextSingle() - 0.5f;
                    }

                    UnitLength.Scale(vector);
                }

                ids.Add(Guid.NewGuid());
                db.Vectors.Add(new LeadVectorRow
                {
                    LeadId = ids[i],
                    EncoderId = encoder.EncoderId,
                    Values = VectorBytes.Write(vector),
                    TextHash = "",
                    Version = 1,
                });
            }

            await db.SaveChangesAsync(ct);
            await db.Meta.ExecuteUpdateAsync(m => m.SetProperty(x => x.VectorVersion, 1), ct);
        });
        return ids;
    }

    private static async Task<Guid> AddAsync(Installation installation, Tenant tenant, string name, string message)
    {
        var taken = await installation.TakeAsync(tenant, () => Leads.Read(("email", $"{name}@x.test"), ("message", message)));
        await installation.ScoreAllAsync(tenant);
        return taken.Single().Lead!.Id;
    }

    private static Task<List<Guid>> FindAsync(Installation installation, Tenant tenant, string text) => installation.InAsync(tenant, async s =>
        (await s.GetRequiredService<LeadVectors>().SearchAsync(text, 10, cancellationToken: Ct)).Select(h => h.Id).ToList());

    private static Task<IReadOnlyList<VectorHit>> SimilarAsync(Installation installation, Tenant tenant, Guid id, int limit) =>
        installation.InAsync(tenant, s => s.GetRequiredService<LeadVectors>().SimilarAsync(id, limit, Ct));
}
