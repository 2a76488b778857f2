using LeadGen.Pipeline.Scoring;
using LeadGen.Pipeline.Scoring.Training;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class PromotionGateTests
{
    private const int Count = 2000;

    private readonly double[] _truth;
    private readonly double[] _blurred;
    private readonly List<LabelledLead> _leads = [];

    public PromotionGateTests()
    {
        var random = new Random(3);
        _truth = new double[Count];
        _blurred = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            _truth[i] = (random.NextDouble() * 6) - 4;
            _blurred[i] = (_truth[i] * 0.4) - 0.6 + random.NextDouble();
            var won = random.NextDouble() < 1 / (1 + Math.Exp(-_truth[i]));
            _leads.Add(new LabelledLead($"{i}", Histories.Features(("source", i < 100 ? "fair" : "web")), won, null));
        }
    }

    private Verdict Judge(double[] challenger, double[] champion)
    {
        bool[] won = [.. _leads.Select(lead => lead.Won)];
        return new PromotionGate(
            _leads, challenger, champion, MetricsCalculator.Measure(challenger, won), MetricsCalculator.Measure(champion, won),
            new Ranking(_truth, won), 1).Decide();
    }

    [Fact]
    public void Lets_a_better_model_pass() => Judge(_truth, _blurred).Promoted.ShouldBeTrue();

    [Fact]
    public void Stops_a_worse_model_and_names_what_is_worse()
    {
        var verdict = Judge(_blurred, _truth);
        verdict.Promoted.ShouldBeFalse();
        verdict.Reasons.ShouldContain(reason => reason.StartsWith("It may order leads worse", StringComparison.Ordinal));
        verdict.Reasons.ShouldContain(reason => reason.StartsWith("Its probabilities are farther", StringComparison.Ordinal));
    }

    [Fact]
    public void Stops_a_model_whose_probabilities_are_off_though_it_orders_well()
    {
        var verdict = Judge([.. _truth.Select(logOdds => logOdds + 1)], _blurred);
        verdict.Promoted.ShouldBeFalse();
        verdict.Reasons.ShouldContain(reason => reason.StartsWith("Its probabilities are off", StringComparison.Ordinal));
    }

    [Fact]
    public void Stops_a_model_that_serves_one_group_worse()
    {
        var verdict = Judge([.. _truth.Select((logOdds, i) => i < 100 ? -logOdds - 2 : logOdds)], _blurred);
        verdict.Promoted.ShouldBeFalse();
        verdict.Reasons.ShouldContain(reason => reason.Contains("“Source: fair”"));
    }
}
