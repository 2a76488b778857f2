using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class RevertTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Created_leads_go_with_all_that_hangs_on_them_merged_fields_return_and_touched_leads_stay(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "old@x.test"), ("city", "Bonn"), ("jobTitle", "CTO")));
        await installation.StartWorkersAsync();
        var import = await ImportAsync(
            installation,
            tenant,
            """
            Email,City,Job Title,Message
            old@x.test,Rome,CIO,"A quote, please."
            new@x.test,Oslo,CEO,We want a demo.
            touched@x.test,Kyiv,CFO,
            """);
        await installation.TakeAsync(
            tenant,
            () => Leads.Read(("email", "touched@x.test"), ("country", "Ukraine")),
            () => Leads.Read(("email", "old@x.test"), ("jobTitle", "Chief of IT")));
        (await RevertAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.Done);

        await using var db = installation.Open(tenant);
        var leads = await db.Leads.ToDictionaryAsync(l => l.Email!, Ct);
        leads.Keys.Order().ShouldBe(["old@x.test", "touched@x.test"]);
        leads["old@x.test"].ShouldSatisfyAllConditions(
            l => l.City.ShouldBe("Bonn"),
            l => l.JobTitle.ShouldBe("Chief of IT", "somebody changed it since"),
            l => l.Message.ShouldBeNull());
        leads["touched@x.test"].City.ShouldBe("Kyiv");
        var ids = leads.Values.Select(l => l.Id).ToList();
        (await db.Analyses.CountAsync(x => !ids.Contains(x.LeadId), Ct)).ShouldBe(0);
        (await db.Vectors.CountAsync(x => !ids.Contains(x.LeadId), Ct)).ShouldBe(0);
        (await db.ScoreChanges.CountAsync(x => !ids.Contains(x.LeadId), Ct)).ShouldBe(0);
        (await db.Intents.CountAsync(x => !ids.Contains(x.LeadId), Ct)).ShouldBe(0);
        (await db.LeadChanges.CountAsync(x => !ids.Contains(x.LeadId), Ct)).ShouldBe(0);
        var reverted = (await installation.EndAsync(tenant, import.Id)).Import;
        reverted.State.ShouldBe(ImportState.Reverted);
        reverted.Rows.ShouldBe(3);

        // What went back is scored again; asking again changes nothing.
        await Eventually.IsAsync(async () => !await db.Leads.AsNoTracking().AnyAsync(l => l.Stage == LeadStage.Received, Ct));
        var changes = await db.LeadChanges.CountAsync(Ct);
        (await RevertAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.Done);
        (await db.LeadChanges.CountAsync(Ct)).ShouldBe(changes);
        installation.Problems.ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_lead_whose_former_key_somebody_else_has_by_now_keeps_its_present_one(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        Func<Lead> person = () => Leads.Read(("fullName", "Ann Lee"), ("companyDomain", "acme.test"));
        await installation.TakeAsync(tenant, person);
        await installation.StartWorkersAsync();
        var import = await ImportAsync(installation, tenant, "Email,Full Name,Company Domain\nann@acme.test,Ann Lee,acme.test\n");
        await using var db = installation.Open(tenant);
        var first = await db.Leads.AsNoTracking().SingleAsync(Ct);
        first.IdentityKey.ShouldBe("e:ann@acme.test");

        // Somebody else holds the key that the first one had.
        await installation.WriteAsync(tenant, (write, ct) =>
        {
            write.Leads.Add(new Lead { Id = Guid.NewGuid(), IdentityKey = person().IdentityKey, FullName = "Ann Lee", CompanyDomain = "acme.test" });
            return write.SaveChangesAsync(ct);
        });
        (await RevertAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.Done);
        var after = await db.Leads.AsNoTracking().SingleAsync(l => l.Id == first.Id, Ct);
        after.Email.ShouldBeNull();
        after.IdentityKey.ShouldBe("e:ann@acme.test");
        (await db.Leads.CountAsync(Ct)).ShouldBe(2);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_lead_gets_its_former_key_back_when_its_holder_goes_in_the_same_revert(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, () => Leads.Read(("fullName", "Ann Lee"), ("companyDomain", "acme.test")));
        await installation.StartWorkersAsync();

        // The first row gives Ann an address; the second, with another name column, is taken by the same import under Ann's former key.
        var import = await ImportAsync(
            installation, tenant, "Email,Full Name,Company Domain\nann@acme.test,Ann Lee,acme.test\nbob@acme.test,Bob Lee,acme.test\n");
        await installation.WriteAsync(tenant, (db, ct) => db.Leads.Where(l => l.Email == "bob@acme.test")
            .ExecuteUpdateAsync(l => l.SetProperty(x => x.IdentityKey, "p:ann lee|acme.test"), ct));
        (await RevertAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.Done);
        await using var after = installation.Open(tenant);
        (await after.Leads.SingleAsync(Ct)).IdentityKey.ShouldBe("p:ann lee|acme.test");
    }

    [Fact]
    public async Task More_leads_than_one_portion_are_all_taken_back_and_their_vectors_are_no_longer_found()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        await installation.StartWorkersAsync();
        var import = await ImportAsync(installation, tenant, Leads.Csv(1_100));
        (await RevertAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.Done);
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct)).ShouldBe(0);
        (await db.LeadChanges.CountAsync(Ct)).ShouldBe(0);
        (await db.Vectors.CountAsync(Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task What_runs_cannot_be_taken_back_yet_and_what_is_not_there_not_at_all()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var tenant = await installation.TenantAsync();
        var import = await installation.QueueAsync(tenant, Leads.Csv(3));
        (await RevertAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.TooEarly);
        (await RevertAsync(installation, tenant, Guid.NewGuid())).ShouldBe(ImportVerdict.NotFound);
    }

    private static async Task<Import> ImportAsync(Installation installation, Tenant tenant, string text)
    {
        var import = await installation.QueueAsync(tenant, text);
        (await installation.EndAsync(tenant, import.Id)).Import.State.ShouldBe(ImportState.Done);
        return import;
    }

    private static Task<ImportVerdict> RevertAsync(Installation installation, Tenant tenant, Guid id) =>
        installation.InAsync(tenant, s => s.GetRequiredService<Imports>().RevertAsync(id, "member", Ct));
}
