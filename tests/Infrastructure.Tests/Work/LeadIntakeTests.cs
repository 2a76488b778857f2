using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class LeadIntakeTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Creates_who_is_new_merges_who_is_known_and_leaves_what_brings_nothing(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        Func<Lead> ann = () => Leads.Read(("email", "ann@acme.test"), ("jobTitle", "CTO"));
        Func<Lead> more = () => Leads.Read(("email", "ANN@acme.test"), ("country", "France"));
        (await installation.TakeAsync(tenant, ann)).Single().Kind.ShouldBe(IntakeKind.Created);
        (await installation.TakeAsync(tenant, more)).Single().Kind.ShouldBe(IntakeKind.Merged);
        (await installation.TakeAsync(tenant, more)).Single().Kind.ShouldBe(IntakeKind.Duplicate);
        (await installation.TakeAsync(tenant, () => Leads.Read(("email", "bob@acme.test")), ann, () => Leads.Read(("email", "bob@acme.test"), ("city", "Bonn"))))
            .Select(i => i.Kind).ShouldBe([IntakeKind.Created, IntakeKind.Duplicate, IntakeKind.Merged]);
        await using var db = installation.Open(tenant);
        var lead = await db.Leads.SingleAsync(l => l.Email == "ann@acme.test", Ct);
        lead.ShouldSatisfyAllConditions(
            l => l.JobTitle.ShouldBe("CTO"),
            l => l.Seniority.ShouldNotBe(Seniority.Unknown),
            l => l.Country.ShouldBe("FR"),
            l => l.Version.ShouldBe(2));
        (await db.LeadChanges.CountAsync(c => c.LeadId == lead.Id && c.Field == LeadChange.Created, Ct)).ShouldBe(1);
        (await db.LeadChanges.CountAsync(c => c.LeadId == lead.Id && c.Field == "country", Ct)).ShouldBe(1);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Fifty_identical_arrivals_at_once_are_one_lead(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(
            () => installation.TakeAsync(tenant, () => Leads.Read(("email", "ann@acme.test"), ("jobTitle", "CTO"))), Ct)));
        taken.Count(t => t.Single().Kind == IntakeKind.Created).ShouldBe(1);
        taken.Count(t => t.Single().Kind == IntakeKind.Duplicate).ShouldBe(49);
        taken.SelectMany(t => t).Select(t => t.Lead!.Id).Distinct().Count().ShouldBe(1);
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct)).ShouldBe(1);
        (await db.LeadChanges.CountAsync(Ct)).ShouldBe(1);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Chunks_with_the_same_people_in_different_order_lose_no_history(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        Func<Lead>[] Chunk(int source) =>
        [
            .. Enumerable.Range(0, 40).OrderBy(i => (i * 17 * source) % 40)
                .Select(i => new Func<Lead>(() => Leads.Read(("email", $"p{i}@acme.test"), ($"custom.source{source}", "yes")))),
        ];
        var taken = await Task.WhenAll(new[] { 1, 3, 7, 9 }.Select(source => Task.Run(() => installation.TakeAsync(tenant, Chunk(source)), Ct)));
        taken.SelectMany(t => t).Count(t => t.Kind == IntakeKind.Created).ShouldBe(40);
        taken.SelectMany(t => t).Count(t => t.Kind == IntakeKind.Merged).ShouldBe(120);
        await using var db = installation.Open(tenant);
        var leads = await db.Leads.ToListAsync(Ct);
        leads.Count.ShouldBe(40);
        leads.ShouldAllBe(l => l.Custom.Count == 4 && l.Version == 4);
        (await db.LeadChanges.CountAsync(Ct)).ShouldBe(40 + 120);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task An_erased_person_is_not_taken_in_again_by_any_of_their_names(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        Func<Lead> whole = () => Leads.Read(("email", "ann@acme.test"), ("fullName", "Ann Lee"), ("companyName", "Acme"), ("companyDomain", "acme.test"));
        var ann = (await installation.TakeAsync(tenant, whole)).Single().Lead!;
        await installation.EraseAsync(tenant, ann.Id);
        Func<Lead>[] again =
        [
            whole,
            () => Leads.Read(("email", "Ann@Acme.test")),
            () => Leads.Read(("fullName", "ANN LEE"), ("companyDomain", "acme.test")),
            () => Leads.Read(("email", "other@acme.test"), ("fullName", "Ann Lee"), ("companyDomain", "acme.test")),
        ];
        (await installation.TakeAsync(tenant, again)).ShouldAllBe(t => t.Kind == IntakeKind.Erased && t.Lead == null);
        (await installation.TakeAsync(tenant, () => Leads.Read(("email", "bob@acme.test"), ("fullName", "Bob Lee"), ("companyDomain", "acme.test"))))
            .Single().Kind.ShouldBe(IntakeKind.Created);

        var import = await installation.QueueAsync(tenant, "Email,Full Name,Company Domain\nann@acme.test,,\n,Ann Lee,acme.test\ncarl@acme.test,Carl,acme.test\n");
        await installation.StartWorkersAsync();
        var done = await installation.EndAsync(tenant, import.Id);
        done.Import.ShouldSatisfyAllConditions(i => i.State.ShouldBe(ImportState.Done), i => i.Rejected.ShouldBe(2), i => i.Created.ShouldBe(1));
        installation.Problems.ShouldBeEmpty();
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(l => l.Email == "ann@acme.test" || l.FullName == "Ann Lee", Ct)).ShouldBe(0);
        (await db.ImportErrors.Select(e => e.Original).ToListAsync(Ct)).ShouldAllBe(original => original == null);
    }

    [Fact]
    public async Task The_hash_of_an_erased_person_differs_between_tenants_and_is_not_a_plain_one()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var hashes = new List<string>();
        foreach (var slug in new[] { "a-tenant", "b-tenant" })
        {
            var tenant = await installation.TenantAsync(slug);
            var taken = await installation.TakeAsync(tenant, () => Leads.Read(("email", "ann@acme.test")));
            await installation.EraseAsync(tenant, taken.Single().Lead!.Id);
            await using var db = installation.Open(tenant);
            hashes.Add(Convert.ToHexString((await db.Tombstones.SingleAsync(Ct)).Hash));
        }

        hashes.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("e:ann@acme.test"u8)));
        hashes.Distinct().Count().ShouldBe(3);
    }
}
