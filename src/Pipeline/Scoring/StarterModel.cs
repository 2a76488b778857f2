using LeadGen.Pipeline.Scoring.Training;

namespace LeadGen.Pipeline.Scoring;

/// <summary>The model of a tenant that has no outcomes yet: learned from what is believed of leads in general.</summary>
public static class StarterModel
{
    /// <summary>The same model every time but for its date; takes a few milliseconds.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="version">Number that it gets.</param>
    public static ScoringModel Create(DateTime now, int version = 1)
    {
        var examples = StarterPrior.Examples;
        var shapes = new FieldChooser([], examples).Choose();
        var design = new Design(shapes, [], examples);
        var fit = new CrossFit(design, [], seed: 0).FitPrior(CancellationToken.None);
        return new ScoringModel
        {
            Version = version,
            Kind = ModelKind.Starter,
            TrainedAt = now,
            Intercept = design.CentredIntercept(fit.Weights, fit.Intercept),
            BaseRate = examples.Sum(example => example.Weight * example.WinRate) / examples.Sum(example => example.Weight),
            Fields = design.FieldsWith(fit.Weights),
        };
    }
}
