namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>How to train, and how much history is enough.</summary>
public sealed record TrainingOptions
{
    public SplitKind Split { get; init; } = SplitKind.Time;

    /// <summary>Share of the history kept aside for judging, 0.05-0.5.</summary>
    public double Holdout { get; init; } = 0.2;

    /// <summary>Fixes every draw: same history and same seed give the same model, bit for bit, on one kind of machine.</summary>
    public int Seed { get; init; } = 7;

    public int MinLabelled { get; init; } = 200;
    public int MinPositive { get; init; } = 50;
    public int MinNegative { get; init; } = 50;

    /// <summary>Least time between first and last dated outcome; zero for imported history, to which no span applies.</summary>
    public TimeSpan MinSpan { get; init; } = TimeSpan.Zero;

    /// <summary>How many leads the starter's beliefs are worth beside the tenant's history: their share shrinks as that grows.</summary>
    public double PriorWeight { get; init; } = 500;
}

public enum SplitKind
{
    /// <summary>Dated leads: the newest are kept aside. Undated ones: by hash of the identity.</summary>
    Time,

    /// <summary>By hash of the identity and the seed.</summary>
    Random,
}
