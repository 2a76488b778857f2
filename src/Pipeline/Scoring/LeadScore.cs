namespace LeadGen.Pipeline.Scoring;

/// <summary>A lead's score and why. <c>Intercept + Σ Contribution</c> = log-odds; <c>Base + Σ Points</c> = <c>Value</c>, both within 1e-6.</summary>
/// <param name="Value">0-100 = 100·σ(log-odds − log-odds of the model's base rate): 50 is the tenant's base rate.</param>
/// <param name="Probability">Calibrated chance of a won outcome, 0-1.</param>
/// <param name="Grade">From <paramref name="Value"/> by the tenant's bounds.</param>
/// <param name="ModelVersion">The model that scored.</param>
/// <param name="ScoredAt">UTC.</param>
/// <param name="Intercept">Log-odds of the average lead.</param>
/// <param name="Base">Value of the average lead, where the waterfall begins.</param>
/// <param name="Contributions">One for every field, largest absolute contribution first.</param>
public sealed record LeadScore(
    double Value,
    double Probability,
    Grade Grade,
    int ModelVersion,
    DateTime ScoredAt,
    double Intercept,
    double Base,
    IReadOnlyList<ScoreContribution> Contributions);

/// <summary>What one field adds.</summary>
/// <param name="Feature">Name of the field, stable: <c>icpMatch</c>, <c>intent.PricingInquiry</c>, <c>custom.job</c>.</param>
/// <param name="Value">The lead's value there as text; null when unknown.</param>
/// <param name="Contribution">weight × (x − training mean), summed over the field's columns; log-odds.</param>
/// <param name="Points">Difference of the running value when this contribution is added in the list's order.</param>
public sealed record ScoreContribution(string Feature, string? Value, double Contribution, double Points);

public enum Grade
{
    A,
    B,
    C,
    D,
}

/// <summary>Lowest value of each grade; D below <paramref name="C"/>.</summary>
public sealed record GradeBounds(double A = 75, double B = 50, double C = 25)
{
    public Grade GradeOf(double value) => value >= A ? Grade.A : value >= B ? Grade.B : value >= C ? Grade.C : Grade.D;
}
