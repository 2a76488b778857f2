using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Infrastructure.Work;

/// <summary>What is stored of an analysis: on the lead itself, and in the rows beside it.</summary>
internal static class AnalysisRows
{
    private static readonly HashSet<IntentKind> BuyingIntents =
        [IntentKind.PurchaseReady, IntentKind.DemoRequest, IntentKind.PricingInquiry, IntentKind.Evaluation, IntentKind.TechnicalQuestion];

    /// <summary>The history's line for the new score; null when nothing changed. Asked before <see cref="Apply"/>.</summary>
    public static ScoreChange? ScoreChangeOf(Lead lead, LeadAnalysis analysis, Understood understood)
    {
        var score = analysis.Score;
        var first = lead.ScoreValue is null;
        var changed = lead.Stage == LeadStage.Received;
        return !first && !changed && lead.ScoreValue == score.Value && lead.ModelVersion == score.ModelVersion
            ? null
            : new ScoreChange
            {
                LeadId = lead.Id,
                LeadVersion = lead.Version,
                Epoch = understood.Scoring.Epoch,
                Value = score.Value,
                Grade = score.Grade,
                ModelVersion = score.ModelVersion,
                IcpVersion = analysis.Match?.IcpVersion,
                At = understood.At,
                Reason = ReasonOf(lead),
            };
    }

    private static ScoreReason ReasonOf(Lead lead) => lead switch
    {
        { ScoreValue: null } => ScoreReason.First,
        { Stage: not LeadStage.Received } => ScoreReason.ProfileOrModelChanged,

        // Sent back to the start although no field changed since: what the world did with it is new.
        { ScoredAt: { } scored, UpdatedAt: var updated } when updated <= scored => ScoreReason.Feedback,
        _ => ScoreReason.LeadChanged,
    };

    /// <summary>Puts on the lead what lists show and sort by.</summary>
    public static void Apply(Lead lead, LeadAnalysis analysis, Understood understood)
    {
        var score = analysis.Score;
        lead.Stage = LeadStage.Scored;
        lead.Attempts = 0;
        lead.Language = analysis.Text.Language;
        lead.ScoreValue = score.Value;
        lead.Probability = score.Probability;
        lead.Grade = score.Grade;
        lead.ModelVersion = score.ModelVersion;
        lead.ScoredAt = understood.At;
        lead.ScoringEpoch = understood.Scoring.Epoch;
        lead.FitValue = analysis.Match?.Score;

        // Their own words tell what they want; our notes speak only where they said nothing.
        var own = analysis.Intents.Where(i => i.Source != "notes").ToList();
        lead.TopIntent = (own.Count > 0 ? own : analysis.Intents)
            .OrderByDescending(i => i.ObservedAt).ThenByDescending(i => i.Strength).FirstOrDefault()?.Kind;
        lead.IntentValue = 100 * analysis.Intents.Where(i => BuyingIntents.Contains(i.Kind)).Select(i => i.Strength).DefaultIfEmpty().Max();
    }

    public static LeadAnalysisRow AnalysisOf(LeadAnalysis analysis, DateTime at) => new()
    {
        LeadId = analysis.Lead.Id,
        LeadVersion = analysis.Lead.Version,
        At = at,
        Score = analysis.Score,
        Match = analysis.Match,
        Intents = [.. analysis.Intents],
        Entities = [.. analysis.Text.Entities],
    };

    public static IEnumerable<IntentRow> IntentsOf(LeadAnalysis analysis) => analysis.NewIntents.Select(i => new IntentRow
    {
        LeadId = analysis.Lead.Id,
        Kind = i.Signal.Kind,
        Strength = i.Signal.Strength,
        ObservedAt = i.Signal.ObservedAt,
        Evidence = i.Signal.Evidence,
        Source = i.Signal.Source,
        TextHash = i.TextHash,
    });

    public static LeadVectorRow VectorOf(LeadAnalysis analysis, long version) => new()
    {
        LeadId = analysis.Lead.Id,
        EncoderId = analysis.Vector.EncoderId,
        Values = VectorBytes.Write(analysis.Vector.Values),
        TextHash = analysis.TextHash,
        Version = version,
    };
}
