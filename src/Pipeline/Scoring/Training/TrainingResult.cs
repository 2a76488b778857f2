namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>What came of a training: <see cref="TooFewOutcomes"/> or <see cref="Trained"/>.</summary>
public abstract record TrainingResult;

/// <summary>The history is too small; what serves now goes on serving.</summary>
/// <param name="Labelled">Leads with an outcome, one per identity.</param>
/// <param name="Won">Those that were won.</param>
/// <param name="Lost">Those that were lost.</param>
/// <param name="MissingLabelled">How many outcomes of any kind are missing, 0 when enough.</param>
/// <param name="MissingWon">How many won ones are missing.</param>
/// <param name="MissingLost">How many lost ones are missing.</param>
/// <param name="MissingDays">How many days of history are missing.</param>
public sealed record TooFewOutcomes(
    int Labelled, int Won, int Lost, int MissingLabelled, int MissingWon, int MissingLost, int MissingDays) : TrainingResult
{
    /// <summary>What is missing, in a sentence.</summary>
    public string Sentence
    {
        get
        {
            var parts = new List<string>(4);
            if (MissingLabelled > 0)
                parts.Add($"{MissingLabelled} more leads with an outcome");
            if (MissingWon > 0)
                parts.Add($"{MissingWon} more won leads");
            if (MissingLost > 0)
                parts.Add($"{MissingLost} more lost leads");
            if (MissingDays > 0)
                parts.Add($"{MissingDays} more days of history");
            return $"Training needs {string.Join(", ", parts)}; there are {Labelled} with an outcome so far ({Won} won, {Lost} lost).";
        }
    }
}

/// <summary>A challenger was trained and judged beside the champion on leads that it had not seen.</summary>
/// <param name="Challenger">The new model.</param>
/// <param name="ChallengerMetrics">On the holdout.</param>
/// <param name="ChampionMetrics">On the same holdout.</param>
/// <param name="Verdict">Whether the challenger should serve, and why.</param>
/// <param name="Notes">What was left out or done otherwise than asked, in sentences.</param>
public sealed record Trained(
    ScoringModel Challenger,
    ModelMetrics ChallengerMetrics,
    ModelMetrics ChampionMetrics,
    Verdict Verdict,
    IReadOnlyList<string> Notes) : TrainingResult;

/// <summary>The gate's decision.</summary>
/// <param name="Promoted">True when every check passed.</param>
/// <param name="Checks">One for every rule.</param>
public sealed record Verdict(bool Promoted, IReadOnlyList<GateCheck> Checks)
{
    /// <summary>The sentences of the checks that failed, or of all when none did.</summary>
    public IReadOnlyList<string> Reasons => [.. Checks.Where(check => Promoted || !check.Passed).Select(check => check.Reason)];
}

/// <summary>One rule of the gate.</summary>
/// <param name="Passed">Whether the challenger satisfies it.</param>
/// <param name="Reason">A sentence with the figures.</param>
public sealed record GateCheck(bool Passed, string Reason);
