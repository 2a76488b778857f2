using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Pipeline;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;

namespace LeadGen.Infrastructure.Work;

/// <summary>What is stored of an analysis: on the lead itself, and in the rows beside it.</summary>
internal static class AnalysisRows
{
    private static readonly HashSet<IntentKind> BuyingIntents =
        [IntentKind.PurchaseReady, IntentKind.DemoRequest, IntentKind.PricingInquiry, IntentKind.Evaluation, IntentKind.TechnicalQuestion];

    /// <summary>The columns of a lead that <see cref="LeadOf"/> fills. The claim is among them: who stores lets go.</summary>
    public static readonly IReadOnlyList<string> LeadColumns =
    [
        nameof(Lead.Stage), nameof(Lead.Attempts), nameof(Lead.Language), nameof(Lead.ScoreValue), nameof(Lead.Probability),
        nameof(Lead.Grade), nameof(Lead.ModelVersion), nameof(Lead.ScoredAt), nameof(Lead.ScoringEpoch), nameof(Lead.FitValue),
        nameof(Lead.TopIntent), nameof(Lead.IntentValue), nameof(Lead.ClaimToken), nameof(Lead.ClaimedUntil),
    ];

    /// <summary>The history's line for the new computed score; null when nothing changed.</summary>
    /// <param name="learned">The value computed before, where a person's judgement stands on the lead in its place.</param>
    public static ScoreChange? ScoreChangeOf(LeadAnalysis analysis, Understood understood, double? learned)
    {
        var (lead, score) = (analysis.Lead, analysis.Score);
        var first = lead.ScoredAt is null;
        var changed = lead.Stage == LeadStage.Received;
        return !first && !changed && (learned ?? lead.ScoreValue) == score.Value && lead.ModelVersion == score.ModelVersion
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

    /// <summary>Leads with a new score, and those of them that changed their grade by it.</summary>
    /// <param name="rows">Of each analysis, see <see cref="LeadOf"/>.</param>
    /// <param name="scores">Of each analysis, see <see cref="ScoreChangeOf"/>.</param>
    public static IEnumerable<LeadEvent> EventsOf(IReadOnlyList<LeadAnalysis> analyses, IReadOnlyList<Lead> rows, IReadOnlyList<ScoreChange?> scores)
    {
        for (var i = 0; i < analyses.Count; i++)
        {
            if (scores[i] is null)
            {
                continue;
            }

            var (before, scored) = (analyses[i].Lead, LeadEvent.Of(LeadTopics.Scored, analyses[i].Lead) with { Scored = rows[i] });
            yield return scored;
            if (before.Grade is { } old && rows[i].Grade != old)
            {
                yield return scored with { Topic = LeadTopics.GradeChanged, GradeBefore = old };
            }
        }
    }

    private static ScoreReason ReasonOf(Lead lead) => lead switch
    {
        { ScoredAt: null } => ScoreReason.First,
        { Stage: not LeadStage.Received } => ScoreReason.ProfileOrModelChanged,

        // Sent back to the start although no field changed since: what the world did with it is new.
        { ScoredAt: { } scored, UpdatedAt: var updated } when updated <= scored => ScoreReason.Feedback,
        _ => ScoreReason.LeadChanged,
    };

    /// <summary>What lists show and sort by, in the lead's own row.</summary>
    /// <param name="standing">A person's judgement: it keeps its place in the row, the computed score stands in the analysis.</param>
    public static Lead LeadOf(LeadAnalysis analysis, Understood understood, ScoreOverride? standing)
    {
        var score = analysis.Score;

        // Their own words tell what they want; our notes speak only where they said nothing.
        var own = analysis.Intents.Where(i => i.Source != "notes").ToList();
        var newest = (own.Count > 0 ? own : analysis.Intents).OrderByDescending(i => i.ObservedAt).ThenByDescending(i => i.Strength);
        return new Lead
        {
            Id = analysis.Lead.Id,
            IdentityKey = analysis.Lead.IdentityKey,
            Version = analysis.Lead.Version,
            Stage = LeadStage.Scored,
            Language = analysis.Text.Language,
            ScoreValue = standing?.Value ?? score.Value,
            Probability = score.Probability,
            Grade = standing?.Grade ?? score.Grade,
            ModelVersion = score.ModelVersion,
            ScoredAt = understood.At,
            ScoringEpoch = understood.Scoring.Epoch,
            FitValue = analysis.Match?.Score,
            TopIntent = newest.FirstOrDefault()?.Kind,
            IntentValue = 100 * analysis.Intents.Where(i => BuyingIntents.Contains(i.Kind)).Select(i => i.Strength).DefaultIfEmpty().Max(),
        };
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
