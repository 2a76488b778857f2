using LeadGen.Infrastructure.Telemetry;
using LeadGen.Infrastructure.Work;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace LeadGen.Infrastructure.Tests.Telemetry;

public sealed class WorkerHealthTests
{
    private readonly FakeTimeProvider time = new();
    private readonly WorkerPulse pulse;

    public WorkerHealthTests() => pulse = new WorkerPulse(time);

    [Fact]
    public async Task Workers_that_never_began_are_not_ready()
    {
        pulse.Beat(WorkKind.Imports);

        var result = await CheckAsync();

        result.Status.ShouldBe(HealthStatus.Unhealthy);
        result.Description!.ShouldContain("Leads");
        result.Description!.ShouldNotContain("Imports");
    }

    [Fact]
    public async Task Workers_that_fell_silent_are_not_ready_until_they_beat_again()
    {
        BeatAll();
        time.Advance(WorkerHealth.LongestSilence);
        (await CheckAsync()).Status.ShouldBe(HealthStatus.Healthy);

        time.Advance(TimeSpan.FromSeconds(1));
        (await CheckAsync()).Status.ShouldBe(HealthStatus.Unhealthy);

        BeatAll();
        (await CheckAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }

    private void BeatAll()
    {
        foreach (var kind in Enum.GetValues<WorkKind>())
        {
            pulse.Beat(kind);
        }
    }

    private Task<HealthCheckResult> CheckAsync() =>
        new WorkerHealth(pulse, time).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
}
