using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeadGen.Pipeline.Scoring;

/// <summary>
/// A logistic regression over named features, explainable to the last digit. Immutable; safe for many threads.
/// Calibration is already folded into weights and intercept.
/// </summary>
public sealed record ScoringModel
{
    /// <summary>Format written by this code; older ones are read, newer ones refused.</summary>
    public const int CurrentFormat = 1;

    private FieldScorer[] _scorers = [];

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Number given by whoever keeps the models; stands on every score.</summary>
    public required int Version { get; init; }

    public required ModelKind Kind { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime TrainedAt { get; init; }

    /// <summary>Log-odds of the average lead.</summary>
    public required double Intercept { get; init; }

    /// <summary>Share of won leads among the training examples, between 0 and 1; a score of 50 has these odds.</summary>
    public required double BaseRate { get; init; }

    public required IReadOnlyList<ModelField> Fields
    {
        get;
        init
        {
            field = value;
            _scorers = [.. value.Select(one => one.Compile())];
        }
    }

    /// <summary>Leads with an outcome that it learned from; 0 for the starter model.</summary>
    public int TrainedOn { get; init; }

    /// <summary>Those of <see cref="TrainedOn"/> that were won.</summary>
    public int TrainedOnWon { get; init; }

    /// <summary>How it did on leads that it had not seen; null for the starter model.</summary>
    public ModelMetrics? Metrics { get; init; }

    /// <summary>Log-odds of a won outcome.</summary>
    public double LogOddsOf(LeadFeatures features)
    {
        var sum = Intercept;
        foreach (var scorer in _scorers)
            sum += scorer.Contribution(features.Values.TryGetValue(scorer.Name, out var value) ? value : null);
        return sum;
    }

    /// <summary>Calibrated chance of a won outcome, 0-1.</summary>
    public double ProbabilityOf(LeadFeatures features) => LogOdds.Sigmoid(LogOddsOf(features));

    /// <summary>Scores a lead and says why; see <see cref="LeadScore"/> for the sums that hold.</summary>
    public LeadScore Score(LeadFeatures features, GradeBounds bounds, DateTime now)
    {
        var count = _scorers.Length;
        var order = count <= 256 ? stackalloc int[count] : new int[count];
        var sizes = count <= 256 ? stackalloc double[count] : new double[count];
        var parts = count <= 256 ? stackalloc double[count] : new double[count];
        var texts = new string?[count];
        for (var i = 0; i < count; i++)
        {
            FeatureValue? known = features.Values.TryGetValue(_scorers[i].Name, out var value) ? value : null;
            order[i] = i;
            parts[i] = _scorers[i].Contribution(known);
            sizes[i] = -Math.Abs(parts[i]);
            texts[i] = known is null ? null : value.Word ?? NumberText.Of(value.Number);
        }

        sizes.Sort(order);
        var baseLogOdds = LogOdds.Of(BaseRate);
        var logOdds = Intercept;
        var start = 100 * LogOdds.Sigmoid(logOdds - baseLogOdds);
        var running = start;
        var contributions = new ScoreContribution[count];
        for (var k = 0; k < count; k++)
        {
            var i = order[k];
            logOdds += parts[i];
            var next = parts[i] == 0 ? running : 100 * LogOdds.Sigmoid(logOdds - baseLogOdds);
            contributions[k] = new ScoreContribution(_scorers[i].Name, texts[i], parts[i], next - running);
            running = next;
        }

        return new LeadScore(
            running, LogOdds.Sigmoid(logOdds), bounds.GradeOf(running), Version, now, Intercept, start, contributions);
    }

    public string ToJson() => JsonSerializer.Serialize(this, ScoringJson.Default.ScoringModel);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no model.</exception>
    /// <exception cref="NotSupportedException">A newer program wrote it.</exception>
    public static ScoringModel FromJson(string json)
    {
        var model = JsonSerializer.Deserialize(json, ScoringJson.Default.ScoringModel) ?? throw new JsonException("The text is no scoring model.");
        return model.Format <= CurrentFormat
            ? model
            : throw new NotSupportedException($"The scoring model has format {model.Format}; this program reads up to {CurrentFormat}.");
    }
}

public enum ModelKind
{
    /// <summary>Knows only what we believe about leads in general.</summary>
    Starter,

    /// <summary>Learned from the outcomes of a tenant's own leads.</summary>
    Trained,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ScoringModel))]
internal sealed partial class ScoringJson : JsonSerializerContext;
