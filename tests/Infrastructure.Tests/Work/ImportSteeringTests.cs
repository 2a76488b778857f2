using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class ImportSteeringTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_paused_import_holds_no_claim_survives_a_restart_and_goes_on_where_it_stood(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        var import = await installation.QueueAsync(tenant, Leads.Csv(6_000));
        await installation.StartWorkersAsync();
        await Eventually.IsAsync(async () => (await installation.ProgressAsync(tenant, import.Id)).Import.Rows > 0);
        (await PauseAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.Done);
        (await PauseAsync(installation, tenant, import.Id)).ShouldBe(ImportVerdict.Done, "a second click");
        await Task.Delay(500, Ct);
        var paused = (await installation.ProgressAsync(tenant, import.Id)).Import;
        paused.ShouldSatisfyAllConditions(i => i.State.ShouldBe(ImportState.Paused), i => i.Rows.ShouldBeInRange(1, 5_999), i => i.ClaimToken.ShouldBeNull());
        await installation.StopWorkersAsync();

        await using var later = installation.Beside();
        await later.StartWorkersAsync();
        await Task.Delay(1_500, Ct);
        (await later.ProgressAsync(tenant, import.Id)).Import.Rows.ShouldBe(paused.Rows);
        (await ResumeAsync(later, tenant, import.Id)).ShouldBe(ImportVerdict.Done);
        var done = (await later.EndAsync(tenant, import.Id, 120)).Import;
        done.ShouldSatisfyAllConditions(i => i.State.ShouldBe(ImportState.Done), i => i.Rows.ShouldBe(6_000), i => i.Created.ShouldBe(6_000));
        (await PauseAsync(later, tenant, import.Id)).ShouldBe(ImportVerdict.TooLate);
        (await ResumeAsync(later, tenant, import.Id)).ShouldBe(ImportVerdict.TooLate);
        (await ResumeAsync(later, tenant, Guid.NewGuid())).ShouldBe(ImportVerdict.NotFound);
        installation.Problems.Concat(later.Problems).ShouldBeEmpty();
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Rows_find_their_lead_by_the_chosen_key(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await StoreAsync(installation, tenant, MatchKey.EmailOrPerson, () => Leads.Read(("fullName", "Ann Alder"), ("companyDomain", "alder.test"), ("externalId", "1")));
        await StoreAsync(installation, tenant, MatchKey.EmailOrPerson, () => Leads.Read(("email", "bo@birch.test"), ("externalId", "2")));

        // The address alone: Ann with an address is somebody else than Ann without one.
        (await StoreAsync(installation, tenant, MatchKey.EmailOnly, () => Leads.Read(("email", "ann@alder.test"), ("fullName", "Ann Alder")))).Kind.ShouldBe(IntakeKind.Created);
        (await StoreAsync(installation, tenant, MatchKey.EmailOnly, () => Leads.Read(("email", "bo@birch.test"), ("city", "Bonn")))).Kind.ShouldBe(IntakeKind.Merged);

        // The number: another address of the same record stays one lead, and nobody takes on an address that somebody else has.
        var moved = await StoreAsync(installation, tenant, MatchKey.ExternalId, () => Leads.Read(("email", "bo@new.test"), ("externalId", "2"), ("city", "Cork")));
        moved.Kind.ShouldBe(IntakeKind.Merged);
        moved.Lead!.Email.ShouldBe("bo@birch.test");
        var taken = await StoreAsync(installation, tenant, MatchKey.ExternalId, () => Leads.Read(("email", "ann@alder.test"), ("externalId", "1"), ("city", "Rome")));
        taken.Lead!.Email.ShouldBe("ann@alder.test");
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct)).ShouldBe(3);
        (await db.Leads.Where(l => l.Email == "bo@birch.test").Select(l => l.City).SingleAsync(Ct)).ShouldBe("Cork");
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task The_forecast_of_taking_back_is_what_taking_back_does(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = await installation.TenantAsync();
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "p0@company0.test")));
        var import = await installation.QueueAsync(tenant, Leads.Csv(5));
        await installation.StartWorkersAsync();
        var done = (await installation.EndAsync(tenant, import.Id)).Import;
        await installation.TakeAsync(tenant, () => Leads.Read(("email", "p1@company1.test"), ("city", "Changed since")));
        var forecast = await installation.InAsync(tenant, s => s.GetRequiredService<ImportSteering>().ForecastAsync(import.Id, Ct));
        forecast.ShouldBe(new RevertForecast((int)done.Created - 1, 1, (int)done.Merged));

        installation.Get<ImportReverts>().Begin(tenant.TenantId, import.Id, "me");
        installation.Get<ImportReverts>().Begin(tenant.TenantId, import.Id, "me");
        await Eventually.IsAsync(async () => (await installation.ProgressAsync(tenant, import.Id)).Import.State == ImportState.Reverted);
        await Eventually.IsAsync(() => Task.FromResult(installation.Get<ImportReverts>().ShareOf(tenant.TenantId, import.Id) is null));
        await using var db = installation.Open(tenant);
        (await db.Leads.CountAsync(Ct)).ShouldBe(1 + forecast.Kept);
    }

    private static async Task<Intake> StoreAsync(Installation installation, Tenant tenant, MatchKey match, Func<Lead> lead) =>
        (await installation.InAsync(tenant, s => s.GetRequiredService<TenantWrites>().RunAsync((db, ct) => s.GetRequiredService<LeadIntake>().StoreAsync(
            db, [lead()], MergeMode.Update, match, "api", null, s.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime, ct)))).Single();

    private static Task<ImportVerdict> PauseAsync(Installation installation, Tenant tenant, Guid id) =>
        installation.InAsync(tenant, s => s.GetRequiredService<ImportSteering>().PauseAsync(id, Ct));

    private static Task<ImportVerdict> ResumeAsync(Installation installation, Tenant tenant, Guid id) =>
        installation.InAsync(tenant, s => s.GetRequiredService<ImportSteering>().ResumeAsync(id, Ct));
}
