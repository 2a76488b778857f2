using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Jobs;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Tests.Installations;
using Quartz;

namespace LeadGen.Infrastructure.Tests.Jobs;

public sealed class TenantScheduleTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_active_tenant_has_one_nightly_training_and_ended_ones_lose_theirs()
    {
        await using var installation = await Installation.CreateAsync(DataProvider.Sqlite, postgres, s => s.AddLeadGenJobs());
        var first = await installation.TenantAsync("first");
        var second = await installation.TenantAsync("second");
        var scheduler = await installation.Get<ISchedulerFactory>().GetScheduler(Ct);
        await scheduler.Start(Ct);
        try
        {
            await ShouldBeScheduledAsync(scheduler, first, second);
            var third = await installation.TenantAsync("third");
            var provisioning = installation.Get<TenantProvisioning>();
            await provisioning.DeleteAsync(first, Ct);
            await provisioning.SuspendAsync(second, Ct);
            await scheduler.TriggerJob(new JobKey("tenant-schedule"), cancellationToken: Ct);
            await ShouldBeScheduledAsync(scheduler, third);
            await provisioning.ResumeAsync(second, Ct);
            await scheduler.TriggerJob(new JobKey("tenant-schedule"), cancellationToken: Ct);
            await ShouldBeScheduledAsync(scheduler, second, third);

            var trigger = (await scheduler.GetTriggersOfJob(KeyOf(third), Ct)).Single();
            var fires = trigger.NextFireTimeUtc!.Value;
            fires.Hour.ShouldBeInRange(1, 3);
            trigger.GetFireTimeAfter(fires)!.Value.ShouldBe(fires.AddDays(1));
            var job = (await scheduler.GetJobDetail(KeyOf(third), Ct))!;
            job.JobDataMap.Keys.ShouldBe([NightlyTraining.TenantKey]);

            // The night itself: too few outcomes, so nothing but a look.
            await scheduler.TriggerJob(KeyOf(third), cancellationToken: Ct);
            await Task.Delay(500, Ct);
            installation.Problems.ShouldBeEmpty();
        }
        finally
        {
            await scheduler.Shutdown(true, Ct);
        }
    }

    private static JobKey KeyOf(Tenant tenant) => new(tenant.TenantId.ToString(), NightlyTraining.Group);

    private static async Task ShouldBeScheduledAsync(IScheduler scheduler, params Tenant[] tenants)
    {
        var wanted = tenants.Select(t => KeyOf(t).Name).Order().ToList();
        List<string> present = [];
        await Eventually.IsAsync(
            async () =>
            {
                present = [.. (await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(NightlyTraining.Group), Ct)).Select(k => k.Name).Order()];
                return present.SequenceEqual(wanted);
            },
            15,
            () => $"scheduled: {string.Join(", ", present)}");
    }
}
