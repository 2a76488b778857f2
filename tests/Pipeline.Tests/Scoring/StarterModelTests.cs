using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Scoring;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class StarterModelTests
{
    private static readonly ScoringModel Starter = StarterModel.Create(Histories.Now);

    private static LeadScore Score(Seniority seniority, double fit, IntentKind? intent = null, double strength = 0.85)
    {
        var lead = new Lead { Id = Guid.Empty, IdentityKey = "x", Email = "a@firm.example", Seniority = seniority, Message = intent is null ? null : "A few words of ours" };
        IntentSignal[] signals = intent is { } kind ? [new(kind, strength, Histories.Now.AddDays(-1), "words", "message")] : [];
        var features = FeatureBuilder.Build(lead, new IcpMatch(Guid.Empty, 1, fit, []), signals, Engagement.None, Histories.Now);
        return Starter.Score(features, new GradeBounds(), Histories.Now);
    }

    [Fact]
    public void Is_the_same_every_time() => StarterModel.Create(Histories.Now).ToJson().ShouldBe(Starter.ToJson());

    [Fact]
    public void Has_a_base_rate_as_sales_teams_know_it() => Starter.BaseRate.ShouldBeInRange(0.1, 0.2);

    [Fact]
    public void A_fitting_chief_who_asks_for_a_contract_is_an_A() =>
        Score(Seniority.CLevel, 90, IntentKind.PurchaseReady).Grade.ShouldBe(Grade.A);

    [Theory]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(85)]
    public void A_fitting_lead_who_said_nothing_is_a_B_or_C(double fit) =>
        Score(Seniority.Manager, fit).Grade.ShouldBeOneOf(Grade.B, Grade.C);

    [Theory]
    [InlineData(IntentKind.JobSeeker)]
    [InlineData(IntentKind.VendorPitch)]
    [InlineData(IntentKind.Unsubscribe)]
    [InlineData(IntentKind.NotInterested)]
    public void Who_does_not_want_to_buy_is_a_D_however_well_they_fit(IntentKind kind) =>
        Score(Seniority.CLevel, 85, kind).Grade.ShouldBe(Grade.D);

    [Fact]
    public void Buying_intents_rank_as_salespeople_rank_them()
    {
        IntentKind[] ranked = [IntentKind.PurchaseReady, IntentKind.DemoRequest, IntentKind.PricingInquiry, IntentKind.Evaluation, IntentKind.TechnicalQuestion];
        var values = ranked.Select(kind => Score(Seniority.Manager, 60, kind).Value).ToList();
        values.ShouldBe(values.OrderDescending().ToList());
        values.ShouldBeUnique();
        Score(Seniority.Manager, 60).Value.ShouldBeLessThan(values[^1]);
    }

    [Fact]
    public void Later_and_absence_lower_the_score_mildly()
    {
        var silent = Score(Seniority.Head, 80).Value;
        var away = Score(Seniority.Head, 80, IntentKind.OutOfOffice).Value;
        var later = Score(Seniority.Head, 80, IntentKind.NotNow).Value;
        var never = Score(Seniority.Head, 80, IntentKind.NotInterested).Value;
        away.ShouldBeLessThan(silent);
        later.ShouldBeLessThan(away);
        never.ShouldBeLessThan(later - 20);
    }

    [Fact]
    public void Score_rises_with_fit_and_with_rank()
    {
        double[] fits = [.. new[] { 0.0, 25, 50, 75, 100 }.Select(fit => Score(Seniority.Head, fit).Value)];
        fits.ShouldBe([.. fits.Order()]);
        double[] ranks = [.. new[] { Seniority.Intern, Seniority.Junior, Seniority.Senior, Seniority.Manager, Seniority.Head, Seniority.Director, Seniority.VicePresident, Seniority.CLevel }.Select(rank => Score(rank, 60).Value)];
        ranks.ShouldBe([.. ranks.Order()]);
    }

    [Fact]
    public void Knows_nothing_of_any_tenants_own_columns()
    {
        var plain = Histories.Features(("icpMatch", 70));
        var custom = Histories.Features(("icpMatch", 70), ("custom.plan", "gold"));
        Starter.LogOddsOf(custom).ShouldBe(Starter.LogOddsOf(plain));
    }
}
