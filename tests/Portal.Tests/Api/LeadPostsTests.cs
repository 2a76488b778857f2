using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Portal.Api;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Portal.Tests.Api;

public sealed class LeadPostsTests(PortalUnderTest portal)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_at_once_each_get_their_answer_and_equal_people_become_one_lead()
    {
        var tenant = await portal.NewTenantAsync();
        var taken = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => TakeAsync(tenant, Post($"p{i % 40}@posts.example", key: $"k{i}"))));
        taken.Select(a => a.Body).Distinct().Count().ShouldBe(40, "each answer names its lead");
        taken.Count(a => a.Status == 201).ShouldBe(40);
        taken.Count(a => a.Status == 200).ShouldBe(20);
        (await CountAsync(tenant, db => db.Leads)).ShouldBe(40);
        (await CountAsync(tenant, db => db.Idempotency.Where(r => r.RunToken == null && r.Status != 0))).ShouldBe(60);
    }

    [Fact]
    public async Task One_that_fails_takes_nobody_with_it_and_gives_its_key_back()
    {
        var tenant = await portal.NewTenantAsync();
        var bad = Post("bad@posts.example", key: "bad", _ => throw new InvalidOperationException("no answer"));
        var all = Enumerable.Range(0, 20).Select(i => TakeAsync(tenant, i == 10 ? bad : Post($"p{i}@posts.example", key: $"k{i}"))).ToList();
        (await Should.ThrowAsync<InvalidOperationException>(all[10])).Message.ShouldBe("no answer");
        all.RemoveAt(10);
        (await Task.WhenAll(all)).ShouldAllBe(a => a.Status == 201);
        (await CountAsync(tenant, db => db.Leads)).ShouldBe(19);
        (await TakeAsync(tenant, Post("bad@posts.example", key: "bad"))).Status.ShouldBe(201);
    }

    private Task<StoredAnswer> TakeAsync(LeadGen.Infrastructure.Tenancy.Tenant tenant, LeadPost post) =>
        portal.Services.GetRequiredService<LeadPosts>().TakeAsync(tenant.TenantId, Guid.Empty, "api:test", post);

    private Task<int> CountAsync<T>(LeadGen.Infrastructure.Tenancy.Tenant tenant, Func<TenantDb, IQueryable<T>> rows) =>
        portal.InTenantAsync(tenant, async services =>
        {
            await using var db = await services.GetRequiredService<IDbContextFactory<TenantDb>>().CreateDbContextAsync(Ct);
            return await rows(db).CountAsync(Ct);
        });

    private static LeadPost Post(string email, string key, Func<Intake, StoredAnswer>? answer = null) => new(
        new RawLead(new Dictionary<string, string> { ["email"] = email }),
        new Idempotency(Guid.Empty, "post /leads", key, [1]),
        answer ?? (became => new StoredAnswer(became.Kind == IntakeKind.Created ? 201 : 200, became.Lead!.Id.ToString())));
}
