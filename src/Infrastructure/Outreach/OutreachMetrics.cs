using System.Diagnostics.Metrics;
using LeadGen.Infrastructure.Telemetry;
using LeadGen.Pipeline.Feedback;

namespace LeadGen.Infrastructure.Outreach;

/// <summary>What becomes of mails, what comes back, what waits, and what the model is asked. No tenant, no person, no address in any label.</summary>
public sealed class OutreachMetrics
{
    private readonly Counter<long> mails;
    private readonly Counter<long> bounces;
    private readonly Counter<long> complaints;
    private readonly Counter<long> replies;
    private readonly Counter<long> unsubscribes;
    private readonly Counter<long> calls;
    private readonly Counter<long> tokens;
    private readonly Counter<long> fallbacks;
    private double dueAge;
    private long drafts;

    public OutreachMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(PipelineMetrics.MeterName);
        mails = meter.CreateCounter<long>("leadgen_outreach_mails", description: "Mails that reached an end, by result.");
        bounces = meter.CreateCounter<long>("leadgen_outreach_bounces", description: "Bounces about our mails, by kind.");
        complaints = meter.CreateCounter<long>("leadgen_outreach_complaints", description: "Mails of ours that were reported as spam.");
        replies = meter.CreateCounter<long>("leadgen_outreach_replies", description: "Answers of people.");
        unsubscribes = meter.CreateCounter<long>("leadgen_outreach_unsubscribes", description: "People who asked for no more mail.");
        calls = meter.CreateCounter<long>("leadgen_model_calls", description: "Mails that a model was to write, also those for which it was left alone or the budget was used up.");
        tokens = meter.CreateCounter<long>("leadgen_model_tokens", description: "Tokens of those calls; estimated where the model told none.");
        fallbacks = meter.CreateCounter<long>("leadgen_model_fallbacks", description: "Mails that kept the template's words though there is a model.");
        meter.CreateObservableGauge("leadgen_outreach_due_age", () => Volatile.Read(ref dueAge), "s", "How long the oldest mail that could leave has been due.");
        meter.CreateObservableGauge("leadgen_outreach_drafts", () => Volatile.Read(ref drafts), description: "Mails that wait for a person's yes.");
    }

    /// <summary>Shows every counter at 0, so that its first event is seen as a rise.</summary>
    public void ShowZeros()
    {
        foreach (var end in Enum.GetValues<MailEnd>())
        {
            Ended(end, 0);
        }

        foreach (var kind in Enum.GetValues<BounceKind>())
        {
            bounces.Add(0, Kind(kind));
        }

        foreach (var counter in (Counter<long>[])[complaints, replies, unsubscribes, calls, tokens, fallbacks])
        {
            counter.Add(0);
        }
    }

    public void Ended(MailEnd end, long count) => mails.Add(count, new KeyValuePair<string, object?>("result", end.ToString()));

    public void Bounced(BounceKind kind) => bounces.Add(1, Kind(kind));

    public void Complained() => complaints.Add(1);

    public void Replied() => replies.Add(1);

    public void Unsubscribed() => unsubscribes.Add(1);

    /// <summary>A model was to write a mail.</summary>
    /// <param name="used">Tokens; 0 where it was not called.</param>
    public void Asked(long used)
    {
        calls.Add(1);
        tokens.Add(used);
    }

    /// <summary>A mail kept the template's words.</summary>
    public void FellBack() => fallbacks.Add(1);

    public void Due(TimeSpan age) => Volatile.Write(ref dueAge, age.TotalSeconds);

    public void Drafts(long count) => Volatile.Write(ref drafts, count);

    private static KeyValuePair<string, object?> Kind(BounceKind kind) => new("kind", kind.ToString());
}

/// <summary>How a mail ended, as far as sending knows.</summary>
public enum MailEnd
{
    Sent,
    Failed,
    Unknown,
}
