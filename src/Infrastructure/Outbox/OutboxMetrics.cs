using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Telemetry;
using LeadGen.Infrastructure.Tenancy;

namespace LeadGen.Infrastructure.Outbox;

/// <summary>What leaves, what does not, and how long the oldest has been due. Labels are the channels, never a tenant or an address.</summary>
public sealed class OutboxMetrics
{
    private readonly ConcurrentDictionary<(TenantId, Guid), DateTime> overdue = new();
    private readonly Counter<long> delivered;
    private readonly Counter<long> failed;
    private readonly Counter<long> dead;
    private readonly TimeProvider time;

    public OutboxMetrics(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(PipelineMetrics.MeterName);
        delivered = meter.CreateCounter<long>("leadgen_outbox_delivered", description: "Messages that were delivered.");
        failed = meter.CreateCounter<long>("leadgen_outbox_failed", description: "Attempts to deliver that failed.");
        dead = meter.CreateCounter<long>("leadgen_outbox_dead", description: "Messages given up after their last attempt.");
        meter.CreateObservableGauge("leadgen_outbox_age", () => Age, "s", "How long the message that should have left first has been due.");
    }

    /// <summary>Seconds.</summary>
    public double Age
    {
        get
        {
            var since = overdue.Values.DefaultIfEmpty(DateTime.MaxValue).Min();
            return Math.Max(0, (time.GetUtcNow().UtcDateTime - since).TotalSeconds);
        }
    }

    /// <summary>Shows every counter at 0, so that its first event is seen as a rise.</summary>
    public void ShowZeros()
    {
        foreach (var channel in Enum.GetValues<OutboxChannel>())
        {
            Count(channel, new OutboxOutcome(Guid.Empty, default));
        }
    }

    public void Count(OutboxChannel channel, OutboxOutcome outcome)
    {
        var label = new KeyValuePair<string, object?>("channel", channel.ToString());
        delivered.Add(outcome.Delivered, label);
        failed.Add(outcome.Failed, label);
        dead.Add(outcome.Dead, label);
    }

    /// <summary>A destination's first message has been due since then; null = nothing is.</summary>
    public void Due(TenantId tenant, Guid destination, DateTime? since)
    {
        if (since is { } at)
        {
            overdue[(tenant, destination)] = at;
        }
        else
        {
            overdue.TryRemove((tenant, destination), out _);
        }
    }
}
