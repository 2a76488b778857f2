namespace LeadGen.Pipeline.Scoring;

/// <summary>Between chances and log-odds, exact far out on both sides.</summary>
internal static class LogOdds
{
    public static double Of(double probability) => Math.Log(probability / (1 - probability));

    public static double Sigmoid(double logOdds)
    {
        // The exponent is never positive, so that it cannot overflow.
        var small = Math.Exp(-Math.Abs(logOdds));
        return logOdds >= 0 ? 1 / (1 + small) : small / (1 + small);
    }

    /// <summary>−ln σ(logOdds): the log-loss of a won lead; of a lost one with the sign turned.</summary>
    public static double Loss(double logOdds) => Math.Log(1 + Math.Exp(-Math.Abs(logOdds))) + Math.Max(-logOdds, 0);
}
