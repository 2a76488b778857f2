using System.Text.Json;
using CsCheck;
using LeadGen.Pipeline.Scoring;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class ScoringModelTests
{
    private static readonly Gen<double> Weight = Gen.Double[-5, 5];

    private static readonly Gen<ModelColumn> Column = Gen.Select(Weight, Gen.Double[0, 1], (weight, mean) => new ModelColumn(weight, mean));

    private static readonly Gen<ModelColumn?> Missing = Gen.Select(Gen.Bool, Column, (has, column) => has ? column : (ModelColumn?)null);

    private static readonly Gen<ModelField> Number =
        Gen.Select(Gen.Int[0, 99], Column, Column.Array[4], Missing, Gen.Bool, (n, linear, ranges, missing, log) => (ModelField)new NumericField(
            $"custom.n{n}", log ? NumericTransform.Log : NumericTransform.Linear, -100, 1000, 3, 12, linear, [-5, 0, 40], ranges, missing));

    private static readonly Gen<ModelField> Words =
        Gen.Select(Gen.Int[0, 99], Column.Array[2], Column, Missing, (n, words, other, missing) => (ModelField)new CategoricalField(
            $"custom.w{n}", [new("red", words[0]), new("blue", words[1])], other, missing));

    private static readonly Gen<ScoringModel> Models =
        Gen.Select(Gen.OneOf(Number, Words).Array[0, 40], Gen.Double[-40, 40], Gen.Double[0.001, 0.999], (fields, intercept, rate) => new ScoringModel
        {
            Version = 3,
            Kind = ModelKind.Trained,
            TrainedAt = Histories.Now,
            Intercept = intercept,
            BaseRate = rate,
            Fields = [.. fields.DistinctBy(field => field.Name)],
        });

    private static readonly Gen<FeatureValue?> Value = Gen.OneOf(
        Gen.Const((FeatureValue?)null),
        Gen.Double.Select(x => (FeatureValue?)FeatureValue.Of(x)),
        Gen.Double[-10, 60].Select(x => (FeatureValue?)FeatureValue.Of(x)),
        Gen.OneOf(Gen.Const("red"), Gen.Const("BLUE"), Gen.Const("green"), Gen.Const("")).Select(x => (FeatureValue?)FeatureValue.Of(x)));

    private static readonly Gen<(ScoringModel Model, LeadFeatures Lead)> Cases =
        Models.SelectMany(model => Value.Array[model.Fields.Count].Select(values => (model, new LeadFeatures(
            model.Fields.Zip(values).Where(one => one.Second is not null).ToDictionary(one => one.First.Name, one => one.Second!.Value)))));

    [Fact]
    public void Contributions_sum_to_the_log_odds_and_points_to_the_value() => Cases.Sample((model, lead) =>
    {
        var score = model.Score(lead, new GradeBounds(), Histories.Now);
        var logOdds = score.Intercept + score.Contributions.Sum(one => one.Contribution);
        logOdds.ShouldBe(model.LogOddsOf(lead), 1e-6);
        score.Probability.ShouldBe(1 / (1 + Math.Exp(-logOdds)), 1e-9);
        score.Value.ShouldBe(100 / (1 + Math.Exp(-(logOdds - Math.Log(model.BaseRate / (1 - model.BaseRate))))), 1e-6);
        (score.Base + score.Contributions.Sum(one => one.Points)).ShouldBe(score.Value, 1e-6);
        score.Value.ShouldBeInRange(0, 100);
        score.Contributions.Count.ShouldBe(model.Fields.Count);
        score.Contributions.Zip(score.Contributions.Skip(1)).ShouldAllBe(pair => Math.Abs(pair.First.Contribution) >= Math.Abs(pair.Second.Contribution));
    });

    [Fact]
    public void A_contribution_is_weight_times_distance_from_the_mean_summed_over_the_columns() => Cases.Sample((model, lead) =>
    {
        var score = model.Score(lead, new GradeBounds(), Histories.Now);
        foreach (var field in model.Fields)
        {
            FeatureValue? value = lead.Values.TryGetValue(field.Name, out var known) ? known : null;
            score.Contributions.Single(one => one.Feature == field.Name).Contribution.ShouldBe(SlowContribution(field, value), 1e-6);
        }
    });

    [Fact]
    public void A_stored_model_scores_to_the_last_bit_as_before() => Cases.Sample((model, lead) =>
    {
        var again = ScoringModel.FromJson(model.ToJson());
        again.LogOddsOf(lead).ShouldBe(model.LogOddsOf(lead));
        again.ToJson().ShouldBe(model.ToJson());
    });

    [Fact]
    public void Refuses_a_model_of_a_newer_format()
    {
        var newer = StarterModel.Create(Histories.Now) with { Format = ScoringModel.CurrentFormat + 1 };
        Should.Throw<NotSupportedException>(() => ScoringModel.FromJson(newer.ToJson())).Message.ShouldContain("format 2");
        Should.Throw<JsonException>(() => ScoringModel.FromJson("null"));
    }

    [Fact]
    public void Half_of_the_scale_is_the_base_rate_and_three_quarters_three_times_its_odds()
    {
        var model = new ScoringModel { Version = 1, Kind = ModelKind.Trained, TrainedAt = Histories.Now, BaseRate = 0.1, Intercept = Math.Log(0.1 / 0.9), Fields = [] };
        model.Score(new LeadFeatures(new Dictionary<string, FeatureValue>()), new GradeBounds(), Histories.Now).Value.ShouldBe(50, 1e-9);
        var better = model with { Intercept = Math.Log(3 * 0.1 / 0.9) };
        better.Score(new LeadFeatures(new Dictionary<string, FeatureValue>()), new GradeBounds(), Histories.Now).Value.ShouldBe(75, 1e-9);
    }

    private static double SlowContribution(ModelField field, FeatureValue? value)
    {
        double Part(ModelColumn column, double x) => column.Weight * (x - column.Mean);
        switch (field)
        {
            case NumericField number:
                var known = value?.Number is { } any && double.IsFinite(any);
                if (!known && number.Missing is null)
                    return 0;
                var x = known ? value!.Value.Number!.Value : 0;
                var range = number.Edges.Count(edge => x > edge);
                return Part(number.Linear, known ? number.Standardise(x) : 0)
                    + number.Ranges.Select((column, i) => Part(column, known && i == range ? 1 : 0)).Sum()
                    + (number.Missing is { } gone ? Part(gone, known ? 0 : 1) : 0);
            case CategoricalField words:
                var word = CategoricalScorer.WordOf(value);
                if (word is null && words.Missing is null)
                    return 0;
                var hit = words.Words.Any(one => one.Word.Equals(word, StringComparison.OrdinalIgnoreCase));
                return words.Words.Sum(one => Part(one.Column, one.Word.Equals(word, StringComparison.OrdinalIgnoreCase) ? 1 : 0))
                    + Part(words.Other, word is not null && !hit ? 1 : 0)
                    + (words.Missing is { } none ? Part(none, word is null ? 1 : 0) : 0);
            default:
                throw new InvalidOperationException();
        }
    }
}
