using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using LeadGen.Infrastructure.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeadGen.Infrastructure.Tests.Work;

public sealed class WorkBoardTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task A_flag_is_lowered_only_by_who_saw_its_last_raise(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = (await installation.TenantAsync()).TenantId;
        var board = installation.Get<WorkBoard>();
        await board.RaiseAsync(tenant, WorkKind.Leads, Ct);
        var seen = (await board.DueAsync(WorkKind.Leads, Ct)).Single();
        (await board.DueAsync(WorkKind.Imports, Ct)).ShouldBeEmpty();
        (await board.LowerAsync(tenant, WorkKind.Leads, seen.Raised, null, Ct)).ShouldBeTrue();
        (await board.DueAsync(WorkKind.Leads, Ct)).ShouldBeEmpty();

        await board.RaiseAsync(tenant, WorkKind.Leads, Ct);
        (await board.LowerAsync(tenant, WorkKind.Leads, seen.Raised, null, Ct)).ShouldBeFalse();
        (await board.DueAsync(WorkKind.Leads, Ct)).Single().Raised.ShouldBeGreaterThan(seen.Raised);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task New_work_does_not_wait_for_the_end_of_somebody_s_lease(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = (await installation.TenantAsync()).TenantId;
        var board = installation.Get<WorkBoard>();
        await board.RaiseAsync(tenant, WorkKind.Leads, Ct);
        var seen = (await board.DueAsync(WorkKind.Leads, Ct)).Single();
        await board.LowerAsync(tenant, WorkKind.Leads, seen.Raised, DateTime.UtcNow.AddMinutes(5), Ct);
        (await board.DueAsync(WorkKind.Leads, Ct)).ShouldBeEmpty();
        await board.RaiseAsync(tenant, WorkKind.Leads, Ct);
        (await board.DueAsync(WorkKind.Leads, Ct)).Count.ShouldBe(1);
    }

    [Theory]
    [ClassData(typeof(Providers))]
    public async Task Twenty_who_raise_the_first_flag_at_once_make_one_row(DataProvider provider)
    {
        await using var installation = await Installation.CreateAsync(provider, postgres);
        var tenant = (await installation.TenantAsync()).TenantId;
        var board = installation.Get<WorkBoard>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => board.RaiseAsync(tenant, WorkKind.Leads, Ct), Ct)));
        await using var catalog = installation.Catalog();
        (await catalog.Work.SingleAsync(Ct)).DueAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Work_that_another_process_commits_between_an_empty_look_and_the_lowering_is_found()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        await using var elsewhere = installation.Beside();
        var tenant = await installation.TenantAsync();
        using var worker = new Watchful(installation, () => elsewhere.Get<WorkBoard>().AnnounceAsync(
            tenant.TenantId, WorkKind.Leads, () => Task.FromResult(true), Ct));
        await worker.StartAsync(Ct);
        await Eventually.IsAsync(() => Task.FromResult(worker.Found), 15, () => "Nobody looked again.");
        await worker.StopAsync(Ct);
    }

    [Fact]
    public async Task One_tenant_s_trouble_stops_no_other_s_work()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres);
        var bad = await installation.TenantAsync("a-bad");
        var good = await installation.TenantAsync("b-good");
        await installation.TakeAsync(good, () => Leads.Read(("email", "x@good.test")));
        await installation.TakeAsync(bad, () => Leads.Read(("email", "x@bad.test")));
        await installation.WriteAsync(bad, (db, ct) => db.Models.ExecuteDeleteAsync(ct));
        await installation.StartWorkersAsync();
        await Eventually.IsAsync(async () =>
        {
            await using var db = installation.Open(good);
            return await db.Leads.AllAsync(l => l.ScoreValue != null, Ct);
        });
    }

    /// <summary>Finds nothing at its first look, while another process commits something; whether it ever finds that is the question.</summary>
    private sealed class Watchful(Installation installation, Func<Task> meanwhile)
        : TenantWorker(
            installation.Get<WorkBoard>(), installation.Get<TenantScopes>(), installation.Get<WorkerPulse>(), TimeProvider.System, NullLogger.Instance, WorkKind.Leads, loops: 1)
    {
        private int committed;

        public bool Found { get; private set; }

        protected override async Task<WorkResult> WorkAsync(IServiceProvider services, CancellationToken cancellationToken)
        {
            if (committed++ > 0)
            {
                Found = true;
                return new WorkResult(false);
            }

            await meanwhile();
            return new WorkResult(false);
        }
    }
}
