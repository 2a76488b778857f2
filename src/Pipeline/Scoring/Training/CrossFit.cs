namespace LeadGen.Pipeline.Scoring.Training;

/// <summary>How strongly weights are held back, and how much the prior counts.</summary>
/// <param name="Penalty">λ of the columns that the tenant's history speaks about.</param>
/// <param name="PriorWeight">Leads that the whole prior is worth.</param>
internal sealed record Settings(double Penalty, double PriorWeight);

/// <summary>Fits on parts of the design, so that every tenant lead can be judged by a model that has not seen it.</summary>
internal sealed class CrossFit
{
    public const int Folds = 5;

    /// <summary>From here the tenant's history outweighs the prior anyhow, and two folds tell settings apart.</summary>
    private const int ManyRows = 2000;

    /// <summary>From here one fold does.</summary>
    private const int VeryManyRows = 10_000;

    /// <summary>λ of columns that only the prior knows, at the prior's own weight.</summary>
    private const double PriorPenalty = 0.02;

    /// <summary>Steepest slope left per lead: enough to compare settings, and as far as double precision goes.</summary>
    private const double Rough = 1e-5;
    private const double Exact = 1e-10;

    private static readonly double[] Penalties = [100, 30, 10, 3, 1, 0.3];

    private readonly Design _design;
    private readonly int[] _foldOf;
    private readonly double _priorTotal;

    public CrossFit(Design design, IReadOnlyList<string> keys, int seed)
    {
        _design = design;
        _foldOf = [.. keys.Select(key => (int)(SeededHash.Fraction(key, seed + 1) * Folds))];
        for (var row = design.HistoryRows; row < design.Examples.Rows; row++)
            _priorTotal += design.Examples.WeightOf(row);
    }

    /// <summary>The settings under which leads that were left out are foretold best.</summary>
    public Settings Choose(double priorWeight, CancellationToken cancel)
    {
        double[] priors = _design.HistoryRows < ManyRows ? [priorWeight, priorWeight / 5] : [priorWeight];
        var folds = _design.HistoryRows < ManyRows ? Folds : _design.HistoryRows < VeryManyRows ? 2 : 1;
        var settings = priors.SelectMany(prior => Penalties.Select(penalty => new Settings(penalty, prior))).ToArray();
        var losses = new double[settings.Length];
        for (var fold = 0; fold < folds; fold++)
        {
            LogisticWeights? warm = null;
            for (var s = 0; s < settings.Length; s++)
            {
                warm = FitWithout(fold, settings[s], warm, Rough, cancel);
                losses[s] += LossOn(fold, warm);
            }
        }

        return settings[Array.IndexOf(losses, losses.Min())];
    }

    /// <summary>Log-odds of each tenant lead by a fit that left it out.</summary>
    public double[] LeftOutLogOdds(Settings settings, CancellationToken cancel)
    {
        var logOdds = new double[_design.HistoryRows];
        for (var fold = 0; fold < Folds; fold++)
        {
            var fit = FitWithout(fold, settings, null, Rough, cancel);
            for (var row = 0; row < logOdds.Length; row++)
            {
                if (_foldOf[row] == fold)
                    logOdds[row] = _design.Examples.LogOdds(row, fit.Weights, fit.Intercept);
            }
        }

        return logOdds;
    }

    /// <summary>Learns from all rows: ML.NET first, then to the minimum in double precision.</summary>
    public LogisticWeights FitAll(Settings settings, int seed, CancellationToken cancel)
    {
        double Scale(int row) => ScaleOf(row, settings);
        var start = MlNetLogistic.Fit(_design.Examples, Scale, settings.Penalty, seed);
        return NewtonSolver.Solve(_design.Examples, [.. Enumerable.Range(0, _design.Examples.Rows)], Scale, PenaltiesOf(settings), start, Exact, cancel);
    }

    /// <summary>Learns from the prior alone, at its own weight: a few dozen rows, which need no first approach.</summary>
    public LogisticWeights FitPrior(CancellationToken cancel) => FitWithout(-1, new Settings(0, _priorTotal), null, Exact, cancel);

    private LogisticWeights FitWithout(int fold, Settings settings, LogisticWeights? start, double precision, CancellationToken cancel)
    {
        var rows = Enumerable.Range(0, _design.Examples.Rows).Where(row => row >= _design.HistoryRows || _foldOf[row] != fold).ToArray();
        return NewtonSolver.Solve(
            _design.Examples, rows, row => ScaleOf(row, settings), PenaltiesOf(settings),
            start ?? new LogisticWeights(new double[_design.Examples.Columns], 0), precision, cancel);
    }

    private double LossOn(int fold, LogisticWeights fit)
    {
        double loss = 0;
        for (var row = 0; row < _design.HistoryRows; row++)
        {
            if (_foldOf[row] != fold)
                continue;
            var logOdds = _design.Examples.LogOdds(row, fit.Weights, fit.Intercept);
            loss += LogOdds.Loss(_design.Examples.WonOf(row) ? logOdds : -logOdds);
        }

        return loss;
    }

    private double ScaleOf(int row, Settings settings) => row < _design.HistoryRows ? 1 : settings.PriorWeight / _priorTotal;

    private double[] PenaltiesOf(Settings settings)
    {
        // Shrinks with the prior's weight, so that both together keep what the prior says.
        var unspoken = PriorPenalty * settings.PriorWeight / _priorTotal;
        var penalties = new double[_design.Examples.Columns];
        for (var c = 0; c < penalties.Length; c++)
            penalties[c] = c == _design.PriorColumn ? 0 : _design.IsInformed(c) ? settings.Penalty : unspoken;
        return penalties;
    }
}
