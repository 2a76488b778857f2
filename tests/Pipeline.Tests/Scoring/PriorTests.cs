using LeadGen.Pipeline.Scoring;
using LeadGen.Pipeline.Scoring.Training;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class PriorTests
{
    private static readonly List<LabelledLead> History = Histories.Sales(
        1200, 21, more: (i, won) => (i * 7919 % 100) < (won ? 30 : 60) ? [] : [("custom.region", i % 2 == 0 ? "north" : "south")]);

    private static ModelField Fit(string name, double priorWeight)
    {
        var design = new Design(new FieldChooser(History, StarterPrior.Examples).Choose(), History, StarterPrior.Examples);
        var fit = new CrossFit(design, [.. History.Select(lead => lead.Key)], 1).FitAll(new Settings(1, priorWeight), 1, CancellationToken.None);
        return design.FieldsWith(fit.Weights).Single(field => field.Name == name);
    }

    [Fact]
    public void The_prior_does_not_bend_what_missing_means_in_a_tenants_own_field()
    {
        var alone = Fit("custom.region", 0.001).Missing!.Value;
        var mixed = Fit("custom.region", 500).Missing!.Value;
        alone.Weight.ShouldBeLessThan(-0.3);
        mixed.Weight.ShouldBe(alone.Weight, 0.02);
        mixed.Mean.ShouldBe(alone.Mean);
    }

    [Fact]
    public void Newton_finishes_where_ML_NET_arrived()
    {
        var design = new Design(new FieldChooser(History, StarterPrior.Examples).Choose(), History, StarterPrior.Examples);
        var rough = MlNetLogistic.Fit(design.Examples, _ => 1, 1, 1);
        var penalties = Enumerable.Repeat(1.0, design.Examples.Columns).ToArray();
        var exact = NewtonSolver.Solve(
            design.Examples, [.. Enumerable.Range(0, design.Examples.Rows)], _ => 1, penalties, rough, 1e-10, CancellationToken.None);
        double Loss(LogisticWeights at) => Enumerable.Range(0, design.Examples.Rows).Sum(row =>
        {
            var logOdds = design.Examples.LogOdds(row, at.Weights, at.Intercept);
            return design.Examples.WeightOf(row) * Math.Log(1 + Math.Exp(design.Examples.WonOf(row) ? -logOdds : logOdds));
        }) + (0.5 * at.Weights.Sum(weight => weight * weight));
        Loss(exact).ShouldBeLessThanOrEqualTo(Loss(rough));
        Loss(rough).ShouldBeLessThan(1.002 * Loss(exact));
    }

    [Fact]
    public void Every_belief_names_features_that_the_builder_makes()
    {
        var known = typeof(FeatureNames).GetFields().Select(field => (string)field.GetValue(null)!).ToHashSet();
        StarterPrior.Examples.SelectMany(example => example.Values.Keys).ShouldAllBe(name => known.Contains(name) || name.StartsWith("intent.", StringComparison.Ordinal));
        StarterPrior.Examples.ShouldAllBe(example => example.WinRate > 0 && example.WinRate < 1 && example.Weight > 0 && example.Why.Length > 3);
    }
}
