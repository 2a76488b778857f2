namespace LeadGen.Pipeline.Scoring;

/// <summary>How well probabilities foretold outcomes on a set of leads.</summary>
/// <param name="Count">Leads measured on.</param>
/// <param name="Won">Those that were won.</param>
/// <param name="Auc">Chance that a won lead stands above a lost one, ties half; 0.5 is guessing.</param>
/// <param name="PrAuc">Average precision; guessing gives the share of won leads.</param>
/// <param name="LogLoss">Mean −ln of the probability of what happened.</param>
/// <param name="Brier">Mean squared error of the probability, 0-1, lower is better.</param>
/// <param name="Ece">Expected calibration error over ten groups of equal size, 0-1.</param>
/// <param name="PrecisionAtTop10">Share of won leads among the best tenth.</param>
/// <param name="Calibration">The ten groups, ascending: what was foretold, what happened.</param>
/// <param name="Gains">Share of all won leads found in the best 10 %, 20 %, … 100 %.</param>
public sealed record ModelMetrics(
    int Count,
    int Won,
    double Auc,
    double PrAuc,
    double LogLoss,
    double Brier,
    double Ece,
    double PrecisionAtTop10,
    IReadOnlyList<CalibrationGroup> Calibration,
    IReadOnlyList<double> Gains);

/// <summary>Leads with like probabilities.</summary>
/// <param name="Count">How many.</param>
/// <param name="Foretold">Mean probability.</param>
/// <param name="Happened">Share that was won.</param>
public sealed record CalibrationGroup(int Count, double Foretold, double Happened);
