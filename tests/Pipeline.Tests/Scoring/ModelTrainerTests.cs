using LeadGen.Pipeline.Scoring;
using LeadGen.Pipeline.Scoring.Training;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class ModelTrainerTests
{
    private static readonly DateTime Now = Histories.Now;
    private static readonly ScoringModel Starter = StarterModel.Create(Now);
    private static readonly TrainingOptions AtRandom = new() { Split = SplitKind.Random };

    private static Trained Train(IReadOnlyList<LabelledLead> history, ScoringModel? champion = null, TrainingOptions? options = null) =>
        ModelTrainer.Train(history, options ?? AtRandom, champion ?? Starter, Now, CancellationToken.None).ShouldBeOfType<Trained>();

    [Fact]
    public void Says_how_many_outcomes_are_missing()
    {
        var history = Histories.Sales(150, 1, offset: -3);
        var won = history.Count(lead => lead.Won);
        var result = ModelTrainer.Train(history, AtRandom, Starter, Now, CancellationToken.None).ShouldBeOfType<TooFewOutcomes>();
        result.MissingLabelled.ShouldBe(50);
        result.MissingWon.ShouldBe(50 - won);
        result.MissingLost.ShouldBe(0);
        result.Sentence.ShouldContain("50 more leads with an outcome");
    }

    [Fact]
    public void The_same_identity_counts_once()
    {
        var history = Histories.Sales(150, 1);
        ModelTrainer.Train([.. history, .. history], AtRandom, Starter, Now, CancellationToken.None).ShouldBeOfType<TooFewOutcomes>().Labelled.ShouldBe(150);
    }

    [Fact]
    public void Finds_what_wins_and_is_promoted()
    {
        var trained = Train(Histories.Sales(2000, 2));
        trained.Verdict.Promoted.ShouldBeTrue(string.Join(" ", trained.Verdict.Reasons));

        // The truth itself reaches 0.83 here.
        trained.ChallengerMetrics.Auc.ShouldBeGreaterThan(0.79);
        trained.ChallengerMetrics.Ece.ShouldBeLessThan(0.06);
        var rich = trained.Challenger.LogOddsOf(Histories.Features(("custom.budget", 95), ("custom.trade", "food"), ("custom.noise", 0.5)));
        var poor = trained.Challenger.LogOddsOf(Histories.Features(("custom.budget", 5), ("custom.trade", "steel"), ("custom.noise", 0.5)));
        rich.ShouldBeGreaterThan(poor + 4);
    }

    [Fact]
    public void Learns_from_the_least_history_that_is_allowed()
    {
        var trained = Train(Histories.Sales(240, 3));
        trained.ChallengerMetrics.Auc.ShouldBeGreaterThan(0.7);
        trained.Challenger.Fields.OfType<NumericField>().Single(field => field.Name == "custom.budget").Linear.Weight.ShouldBeGreaterThan(0.4);
    }

    [Fact]
    public void The_same_history_gives_the_same_model_in_any_order()
    {
        var history = Histories.Sales(600, 4);
        Train(history).Challenger.ToJson().ShouldBe(Train([.. history.AsEnumerable().Reverse()]).Challenger.ToJson());
    }

    [Fact]
    public void Nothing_new_is_not_promoted()
    {
        var history = Histories.Sales(1500, 5);
        var first = Train(history);
        var second = Train(history, first.Challenger);
        second.Verdict.Promoted.ShouldBeFalse();
        second.Verdict.Reasons.ShouldContain(reason => reason.Contains("no better"));
    }

    [Fact]
    public void A_challenger_of_random_outcomes_never_passes()
    {
        var champion = Train(Histories.Sales(1500, 6)).Challenger;
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var history = Histories.Sales(260, seed).ConvertAll(lead => lead with { Won = random.NextDouble() < 0.4 });
            var trained = Train(history, seed % 2 == 0 ? champion : Starter);
            trained.Verdict.Promoted.ShouldBeFalse($"seed {seed}");
        }
    }

    [Fact]
    public void Judges_dated_history_on_its_newest_part()
    {
        var history = Histories.Sales(1000, 7);
        var newest = history.OrderBy(lead => lead.At).TakeLast(200).ToList();
        var trained = Train(history, options: new TrainingOptions());
        trained.ChallengerMetrics.Count.ShouldBe(200);
        trained.ChallengerMetrics.Won.ShouldBe(newest.Count(lead => lead.Won));
        trained.Challenger.TrainedOn.ShouldBe(800);
    }

    [Fact]
    public void Undated_history_is_split_by_identity_whatever_its_order()
    {
        var history = Histories.Sales(1000, 7).ConvertAll(lead => lead with { At = null });
        var byTime = Train(history, options: new TrainingOptions());
        var atRandom = Train([.. history.AsEnumerable().Reverse()]);
        byTime.ChallengerMetrics.Count.ShouldBeInRange(160, 240);
        byTime.ChallengerMetrics.Auc.ShouldBe(atRandom.ChallengerMetrics.Auc);
    }

    [Fact]
    public void Draws_the_holdout_when_the_newest_part_has_one_outcome_only()
    {
        var history = Histories.Sales(1000, 8);
        var lateLost = history.Select((lead, i) => i > 750 ? lead with { Won = false } : lead).ToList();
        Train(lateLost, options: new TrainingOptions()).Notes.ShouldContain(note => note.Contains("at random"));
    }

    [Fact]
    public void A_column_that_knows_the_outcome_is_left_out_and_named()
    {
        var trained = Train(Histories.Sales(800, 9, more: (i, won) => [("custom.deal_closed", won ? "yes" : "no")]));
        trained.Challenger.Fields.ShouldNotContain(field => field.Name == "custom.deal_closed");
        trained.Notes.ShouldContain(note => note.Contains("Deal closed") && note.Contains("afterwards"));
        trained.ChallengerMetrics.Auc.ShouldBeLessThan(0.95);
    }

    [Fact]
    public void A_column_filled_only_for_won_leads_is_left_out_and_named()
    {
        var trained = Train(Histories.Sales(800, 9, more: (i, won) => won && i % 2 == 0 ? [("custom.contract sum", i % 7)] : []));
        trained.Challenger.Fields.ShouldNotContain(field => field.Name == "custom.contract sum");
        trained.Notes.ShouldContain(note => note.Contains("Contract sum") && note.Contains("won"));
    }

    [Fact]
    public void Identifiers_and_prose_are_left_out_and_named()
    {
        var trained = Train(Histories.Sales(800, 10, more: (i, _) => [("custom.customer no", 5000 + i), ("custom.account", $"acc{i}")]));
        trained.Challenger.Fields.ShouldNotContain(field => field.Name == "custom.customer no" || field.Name == "custom.account");
        trained.Notes.Count.ShouldBe(2);
    }

    [Fact]
    public void Stays_calibrated_when_one_in_a_hundred_wins()
    {
        var history = Histories.Sales(12000, 11, offset: -5.2);
        history.Average(lead => lead.Won ? 1.0 : 0).ShouldBeInRange(0.006, 0.02);
        var model = Train(history).Challenger;
        var fresh = Histories.Sales(40000, 12, offset: -5.2);
        var metrics = MetricsCalculator.Measure([.. fresh.Select(lead => model.LogOddsOf(lead.Features))], [.. fresh.Select(lead => lead.Won)]);
        metrics.Ece.ShouldBeLessThan(0.005);
        metrics.Calibration.Average(group => group.Foretold).ShouldBe((double)metrics.Won / metrics.Count, 0.003);
        metrics.Auc.ShouldBeGreaterThan(0.75);
    }

    [Fact]
    public void The_intercept_is_the_average_of_the_training_leads()
    {
        var history = Histories.Sales(900, 12);
        var model = Train(history).Challenger;
        var train = HistorySplit.Of([.. history.OrderBy(lead => lead.Key, StringComparer.Ordinal)], AtRandom).Train;
        train.Count.ShouldBe(model.TrainedOn);
        train.Average(lead => model.LogOddsOf(lead.Features)).ShouldBe(model.Intercept, 1e-9);
    }

    [Fact]
    public void What_the_history_cannot_speak_about_keeps_the_priors_sense()
    {
        var model = Train(Histories.Sales(1500, 13)).Challenger;
        var plain = Histories.Features(("custom.budget", 50), ("custom.trade", "food"), ("custom.noise", 0.5));
        double With(string intent) => model.LogOddsOf(new LeadFeatures(new Dictionary<string, FeatureValue>(plain.Values) { [intent] = FeatureValue.Of(0.9) }));
        (With("intent.PurchaseReady") - model.LogOddsOf(plain)).ShouldBeGreaterThan(1.5);
        (With("intent.JobSeeker") - model.LogOddsOf(plain)).ShouldBeLessThan(-1.5);
    }

    [Fact]
    public void Stops_when_told_to() =>
        Should.Throw<OperationCanceledException>(() => ModelTrainer.Train(Histories.Sales(500, 1), AtRandom, Starter, Now, new CancellationToken(true)));
}
