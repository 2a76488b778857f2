using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Shell;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>The few strongest reasons of a lead's score, read when somebody asks and kept while the page is there.</summary>
public sealed class LeadWhy(IDbContextFactory<TenantDb> databases, Wording say, MemberNames names)
{
    private const int Each = 3;
    private const int Most = 300;

    private readonly Dictionary<(Guid Id, double? Value), WhyReasons?> known = [];

    /// <returns>Null when the lead has no score yet.</returns>
    public async Task<WhyReasons?> ReadAsync(LeadRow row, CancellationToken cancellationToken = default)
    {
        if (known.TryGetValue((row.Id, row.ScoreValue), out var reasons))
        {
            return reasons;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var analysis = await db.Analyses.AsNoTracking().FirstOrDefaultAsync(a => a.LeadId == row.Id, cancellationToken);
        var set = await db.ScoreOverrides.AsNoTracking().FirstOrDefaultAsync(o => o.LeadId == row.Id, cancellationToken);
        if (known.Count >= Most)
        {
            known.Clear();
        }

        return known[(row.Id, row.ScoreValue)] = analysis is null ? null : Of(analysis, set is null ? null : await SayAsync(set, cancellationToken));
    }

    private WhyReasons Of(LeadAnalysisRow analysis, string? judgement)
    {
        var whole = Waterfall.Of(analysis.Score, c => ReasonWords.Say(c, analysis.Intents, say.Now), int.MaxValue);
        var up = whole.Steps.Where(s => s.Points > 0).OrderByDescending(s => s.Points).Take(Each).ToList();
        var down = whole.Steps.Where(s => s.Points < 0).OrderBy(s => s.Points).Take(Each).ToList();
        var shown = up.Concat(down).ToHashSet();
        return new WhyReasons(
            whole.Base, whole.Total, up, down, whole.Steps.Count(s => !shown.Contains(s)), whole.Steps.Where(s => !shown.Contains(s)).Sum(s => s.Points), judgement);
    }

    private async Task<string> SayAsync(ScoreOverride set, CancellationToken cancellationToken)
    {
        await names.LoadAsync(cancellationToken);
        var who = set.Actor.StartsWith("member:", StringComparison.Ordinal) ? names.Of(set.Actor[7..]) : "Somebody";
        return $"{who} set grade {set.Grade}{(set.Reason.Length > 0 ? $": {set.Reason}" : "")}";
    }
}

/// <summary>Why a score is what it is, in short.</summary>
/// <param name="Base">Where every lead starts.</param>
/// <param name="Total">The computed score.</param>
/// <param name="Rest">How many smaller reasons there are beyond.</param>
/// <param name="Judgement">Who set another grade, in words; null when nobody did.</param>
public sealed record WhyReasons(
    int Base, int Total, IReadOnlyList<WaterfallStep> Up, IReadOnlyList<WaterfallStep> Down, int Rest, int RestPoints, string? Judgement);
