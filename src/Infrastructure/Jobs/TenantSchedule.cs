using LeadGen.Infrastructure.Tenancy;
using Quartz;

namespace LeadGen.Infrastructure.Jobs;

/// <summary>Keeps one nightly training per active tenant on the schedule: new tenants get theirs, ended ones lose it.</summary>
[DisallowConcurrentExecution]
public sealed class TenantSchedule(TenantStore store) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var active = (await store.AllAsync(cancellationToken)).Where(t => t.State == TenantState.Active).ToList();
        var wanted = active.ToDictionary(t => new JobKey(t.TenantId.ToString(), NightlyTraining.Group));
        var present = await context.Scheduler.GetJobKeys(
            GroupMatcher<JobKey>.GroupEquals(NightlyTraining.Group), cancellationToken);
        foreach (var key in present.Where(k => !wanted.ContainsKey(k)))
        {
            await context.Scheduler.DeleteJob(key, cancellationToken);
        }

        foreach (var (key, tenant) in wanted.Where(w => !present.Contains(w.Key)))
        {
            var job = JobBuilder.Create<NightlyTraining>().WithIdentity(key)
                .UsingJobData(NightlyTraining.TenantKey, tenant.TenantId.ToString()).Build();
            await context.Scheduler.ScheduleJob(job, Nightly(tenant), cancellationToken: cancellationToken);
        }
    }

    /// <summary>When the tenant's next night begins.</summary>
    /// <param name="now">UTC.</param>
    /// <returns>UTC.</returns>
    public static DateTime NextTraining(Guid tenant, DateTime now)
    {
        var tonight = now.Date.AddMinutes(60 + MinuteOf(tenant));
        return tonight > now ? tonight : tonight.AddDays(1);
    }

    private static int MinuteOf(Guid tenant) => (int)((uint)tenant.GetHashCode() % 180);

    /// <summary>Between 1:00 and 3:59 UTC, each tenant at a minute of its own; a night slept through is caught up once.</summary>
    private static ITrigger Nightly(Tenant tenant)
    {
        var minute = MinuteOf(tenant.Id);
        return TriggerBuilder.Create()
            .WithIdentity(tenant.TenantId.ToString(), NightlyTraining.Group)
            .WithSchedule(CronScheduleBuilder.Create($"0 {minute % 60} {1 + (minute / 60)} * * ?")
                .InTimeZone(TimeZoneInfo.Utc)
                .WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            .Build();
    }
}
