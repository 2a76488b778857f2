using System.Diagnostics.Metrics;
using LeadGen.Infrastructure.Work;

namespace LeadGen.Infrastructure.Telemetry;

/// <summary>Counters and durations of the pipeline's stages. No tenant, no person in any label.</summary>
public sealed class PipelineMetrics
{
    public const string MeterName = "LeadGen.Pipeline";

    private readonly Counter<long> rows;
    private readonly Counter<long> analyzed;
    private readonly Counter<long> scored;
    private readonly Counter<long> failed;
    private readonly Histogram<double> duration;
    private double backlogAge;
    private long backlog;

    public PipelineMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        rows = meter.CreateCounter<long>("leadgen_ingested_rows", description: "Rows and requests taken in, by result.");
        analyzed = meter.CreateCounter<long>("leadgen_analyzed_leads", description: "Leads that passed stages 2 to 6.");
        scored = meter.CreateCounter<long>("leadgen_scored_leads", description: "Leads whose score was stored.");
        failed = meter.CreateCounter<long>("leadgen_failed_leads", description: "Leads set aside because their analysis kept failing.");
        duration = meter.CreateHistogram<double>(
            "leadgen_stage_duration", unit: "s", description: "Time a batch spends in a stage.", advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        meter.CreateObservableGauge("leadgen_backlog_age", () => Volatile.Read(ref backlogAge), "s", "Age of the oldest waiting lead.");
        meter.CreateObservableGauge("leadgen_backlog_leads", () => Volatile.Read(ref backlog), description: "Leads that wait for analysis.");
    }

    /// <summary>
    /// Shows every counter at 0, so that its first event is seen as a rise. Called once somebody listens: what is counted before that is lost.
    /// </summary>
    public void ShowZeros()
    {
        foreach (var kind in Enum.GetValues<IntakeKind>())
        {
            rows.Add(0, new KeyValuePair<string, object?>("result", kind.ToString()));
        }

        rows.Add(0, new KeyValuePair<string, object?>("result", "Rejected"));
        analyzed.Add(0);
        scored.Add(0);
        failed.Add(0);
    }

    public void Ingested(string result, long count) => rows.Add(count, new KeyValuePair<string, object?>("result", result));

    public void Stored(TimeSpan time) => Duration("ingestion", time);

    public void Analyzed(int count, TimeSpan time)
    {
        analyzed.Add(count);
        Duration("analysis", time);
    }

    public void Scored(int count, TimeSpan time)
    {
        scored.Add(count);
        Duration("scoring", time);
    }

    /// <summary>A lead was set aside.</summary>
    public void Failed() => failed.Add(1);

    public void Backlog(long leads, TimeSpan age)
    {
        Volatile.Write(ref backlog, leads);
        Volatile.Write(ref backlogAge, age.TotalSeconds);
    }

    private void Duration(string stage, TimeSpan time) => duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));
}
