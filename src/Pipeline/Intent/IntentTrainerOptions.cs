namespace LeadGen.Pipeline.Intent;

/// <summary>How the intent classifier is trained. The defaults were chosen by cross-validation.</summary>
public sealed record IntentTrainerOptions
{
    /// <summary>Pull of all weights towards 0.</summary>
    public float L2 { get; init; } = 0.3f;

    /// <summary>What a further kind of a message counts beside its strongest, which counts 1.</summary>
    public float AlsoWeight { get; init; } = 0.4f;

    /// <summary>0: every message counts alike; 1: every kind counts alike however many messages it has.</summary>
    public float Balance { get; init; } = 0.5f;

    /// <summary>Rounds of the optimiser at most.</summary>
    public int Rounds { get; init; } = 200;

    /// <summary>Parts into which examples are cut to calibrate probabilities.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Scales of the parts of the features; the number of dimensions is the encoder's.</summary>
    public IntentFeatureSpace Space { get; init; } = new(0);
}
