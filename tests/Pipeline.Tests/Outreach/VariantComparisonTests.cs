using LeadGen.Pipeline.Outreach;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Outreach;

public sealed class VariantComparisonTests
{
    [Fact]
    public void The_chance_of_being_best_is_the_integral_that_can_be_worked_out_by_hand()
    {
        // Of Beta(1 + h, 1 + n − h): nothing known, one hit against none (P = 5/6), two of two against none of two (P = 19/20).
        VariantComparison.ChancesOfBest([new(0, 0), new(0, 0)])[0].ShouldBe(0.5, 1e-6);
        VariantComparison.ChancesOfBest([new(0, 1), new(1, 1)])[1].ShouldBe(5.0 / 6, 1e-5);
        VariantComparison.ChancesOfBest([new(0, 2), new(2, 2)])[1].ShouldBe(19.0 / 20, 1e-5);
        VariantComparison.ChancesOfBest([new(3, 40), new(3, 40), new(3, 40), new(3, 40)]).ShouldAllBe(c => Math.Abs(c - 0.25) < 1e-6);
    }

    [Fact]
    public void Chances_agree_with_the_sum_of_the_closed_form()
    {
        // P(B > A) for whole counts is a finite sum of Beta functions.
        foreach (var (a, b) in new[] { (new ShareEstimate(4, 50), new ShareEstimate(9, 47)), (new ShareEstimate(210, 2_000), new ShareEstimate(240, 2_100)), (new ShareEstimate(0, 31), new ShareEstimate(1, 5_000)) })
            VariantComparison.ChancesOfBest([a, b])[1].ShouldBe(ClosedForm(a, b), 1e-4);
    }

    [Fact]
    public void Few_mails_crown_nobody_and_say_how_many_are_missing()
    {
        var few = VariantComparison.Of([new(0, 6), new(5, 6)]);
        few.State.ShouldBe(ComparisonState.TooEarly);
        few.More.ShouldBe(30);
        var some = VariantComparison.Of([new(4, 50), new(6, 50)]);
        some.State.ShouldBe(ComparisonState.TooEarly);
        some.More.ShouldBeInRange(150, 400);
        VariantComparison.Of([new(0, 0), new(0, 0)]).State.ShouldBe(ComparisonState.TooEarly);
        VariantComparison.Of([new(5, 60)]).State.ShouldBe(ComparisonState.NothingToCompare);
    }

    [Fact]
    public void A_difference_is_settled_ahead_or_not_worth_waiting_for()
    {
        var settled = VariantComparison.Of([new(10, 200), new(30, 200)]);
        (settled.State, settled.Best, settled.More).ShouldBe((ComparisonState.Settled, 1, 0));
        settled.Chance.ShouldBeGreaterThan(0.99);

        var ahead = VariantComparison.Of([new(18, 100), new(11, 100)]);
        (ahead.State, ahead.Best).ShouldBe((ComparisonState.Ahead, 0));
        ahead.Chance.ShouldBeInRange(0.9, 0.95);

        // What is missing is enough: with the same shares it is settled.
        var factor = 1 + (ahead.More / 100.0);
        VariantComparison.Of([new((int)(18 * factor), (int)(100 * factor)), new((int)(11 * factor), (int)(100 * factor))]).Chance.ShouldBe(0.95, 0.02);

        VariantComparison.Of([new(200, 2_000), new(201, 2_000)]).State.ShouldBe(ComparisonState.Alike);
        VariantComparison.Of([new(100, 2_000), new(101, 2_000), new(160, 2_000)]).ShouldSatisfyAllConditions(v => v.Best.ShouldBe(2), v => v.State.ShouldBe(ComparisonState.Settled));
    }

    private static double ClosedForm(ShareEstimate a, ShareEstimate b)
    {
        var (aa, ba, ab, bb) = (a.Hits + 1, a.Of - a.Hits + 1, b.Hits + 1, b.Of - b.Hits + 1);
        return Enumerable.Range(0, ab).Sum(i => Math.Exp(LogBeta(aa + i, ba + bb) - Math.Log(bb + i) - LogBeta(1 + i, bb) - LogBeta(aa, ba)));
    }

    private static double LogBeta(int a, int b) => LogFactorial(a - 1) + LogFactorial(b - 1) - LogFactorial(a + b - 1);

    private static double LogFactorial(int n) => Enumerable.Range(1, n).Sum(i => Math.Log(i));
}
