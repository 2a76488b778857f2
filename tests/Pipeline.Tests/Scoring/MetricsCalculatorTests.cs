using LeadGen.Pipeline.Scoring;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class MetricsCalculatorTests
{
    private static double LogOdds(double p) => Math.Log(p / (1 - p));

    private static ModelMetrics Measure(double[] probabilities, bool[] won) =>
        MetricsCalculator.Measure([.. probabilities.Select(LogOdds)], won);

    [Fact]
    public void Auc_counts_a_tie_as_half()
    {
        // Pairs (won, lost): .8>.6 1, .8>.2 1, .6=.6 half, .6>.2 1 = 3.5 of 4.
        Measure([0.8, 0.6, 0.6, 0.2], [true, true, false, false]).Auc.ShouldBe(3.5 / 4, 1e-12);
    }

    [Fact]
    public void Auc_is_half_when_all_leads_get_the_same() =>
        Measure([0.3, 0.3, 0.3, 0.3], [true, false, true, false]).Auc.ShouldBe(0.5, 1e-12);

    [Fact]
    public void Average_precision_sums_precision_at_every_won_lead()
    {
        // Won at ranks 1 and 3: (1/1 + 2/3) / 2.
        Measure([0.9, 0.8, 0.7, 0.1], [true, false, true, false]).PrAuc.ShouldBe((1 + (2.0 / 3)) / 2, 1e-12);
    }

    [Fact]
    public void Average_precision_of_tied_leads_is_that_of_their_group() =>
        Measure([0.5, 0.5, 0.5, 0.5], [true, false, false, false]).PrAuc.ShouldBe(0.25, 1e-12);

    [Fact]
    public void Log_loss_and_Brier_are_means_over_the_leads()
    {
        var metrics = Measure([0.8, 0.4], [true, false]);
        metrics.LogLoss.ShouldBe(-(Math.Log(0.8) + Math.Log(0.6)) / 2, 1e-12);
        metrics.Brier.ShouldBe((0.04 + 0.16) / 2, 1e-12);
    }

    [Fact]
    public void Calibration_error_is_the_distance_of_foretold_and_happened_over_ten_equal_groups()
    {
        // Twenty leads, two in each group; only the last two differ from what happened.
        double[] probabilities = [.. Enumerable.Repeat(0.5, 18), 0.9, 0.9];
        bool[] won = [.. Enumerable.Range(0, 18).Select(i => i % 2 == 0), true, false];
        Measure(probabilities, won).Ece.ShouldBe(0.4 / 10, 1e-12);
    }

    [Fact]
    public void Precision_of_the_best_tenth_averages_a_tie_across_its_border()
    {
        double[] probabilities = [.. Enumerable.Repeat(0.9, 2), .. Enumerable.Repeat(0.1, 8)];
        bool[] won = [true, false, .. Enumerable.Repeat(false, 8)];
        Measure(probabilities, won).PrecisionAtTop10.ShouldBe(0.5, 1e-12);
    }

    [Fact]
    public void Gains_grow_to_all_won_leads()
    {
        double[] probabilities = [.. Enumerable.Range(1, 10).Select(i => i / 11.0)];
        bool[] won = [.. Enumerable.Range(1, 10).Select(i => i >= 9)];
        Measure(probabilities, won).Gains.ShouldBe([0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1e-12);
    }

    [Fact]
    public void Refuses_leads_that_all_ended_alike() =>
        Should.Throw<ArgumentException>(() => Measure([0.5, 0.6], [true, true]));

    [Fact]
    public void Stays_exact_far_out()
    {
        var metrics = MetricsCalculator.Measure([800, -800], [false, true]);
        metrics.LogLoss.ShouldBe(800, 1e-9);
        metrics.Brier.ShouldBe(1, 1e-12);
    }
}
