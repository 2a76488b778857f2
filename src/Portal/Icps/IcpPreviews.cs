using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Icps;

/// <summary>Tries a profile on all leads of the current tenant, from what is stored of them; nothing is encoded anew and nothing is saved.</summary>
public sealed class IcpPreviews(IDbContextFactory<TenantDb> databases, LiveScoring live, TimeProvider time)
{
    private const int Chunk = 1_000;

    /// <summary>The largest jumps of each grade that are named.</summary>
    public const int Named = 100;

    /// <param name="progress">Leads done so far.</param>
    public async Task<IcpPreview> OfAsync(Icp draft, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var scoring = await live.GetAsync(cancellationToken);
        var icp = await live.PrepareAsync(draft, cancellationToken);
        var sums = new PreviewSums();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var waiting = await db.Leads.CountAsync(l => l.Stage != LeadStage.Scored, cancellationToken);
        var last = Guid.Empty;
        while (await ReadAsync(db, last, cancellationToken) is { Count: > 0 } chunk)
        {
            last = chunk[^1].Lead.Id;
            var now = time.GetUtcNow().UtcDateTime;
            var tried = chunk.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(l => Try(l, icp, scoring, now)).ToList();
            tried.ForEach(sums.Add);
            progress?.Report(sums.Leads);
        }

        return sums.Result(waiting);
    }

    /// <summary>Both scores are of this moment, so that only the profile makes the difference.</summary>
    private static TriedLead Try(StoredLead stored, PreparedIcp icp, LiveScoring.Snapshot scoring, DateTime now)
    {
        var (lead, analysis, vector, feedback) = stored;
        var engagement = Engagement.From(feedback, FeatureBuilder.AsOf(lead, now));
        var match = IcpMatcher.Match(lead, TextPreprocessor.Read(lead), vector, icp);
        LeadScore Score(IcpMatch? with) =>
            scoring.Model.Score(FeatureBuilder.Build(lead, with, analysis.Intents, engagement, now), scoring.Grades, now);
        var (before, after) = (Score(analysis.Match), Score(match));
        return new TriedLead(
            lead.Id, lead.FullName ?? lead.CompanyName ?? lead.Email, lead.CompanyName, before.Value, before.Grade, after.Value, after.Grade, match.Score);
    }

    private static async Task<List<StoredLead>> ReadAsync(TenantDb db, Guid after, CancellationToken cancellationToken)
    {
        var rows = await db.Leads.AsNoTracking().Where(l => l.Id > after && l.Stage == LeadStage.Scored).OrderBy(l => l.Id).Take(Chunk)
            .Join(db.Analyses.AsNoTracking(), l => l.Id, a => a.LeadId, (l, a) => new { Lead = l, Analysis = a }).ToListAsync(cancellationToken);
        var ids = rows.Select(r => r.Lead.Id).ToList();
        var vectors = await db.Vectors.AsNoTracking().Where(v => EF.Parameter(ids).Contains(v.LeadId))
            .ToDictionaryAsync(v => v.LeadId, v => new LeadVector(VectorBytes.Read(v.Values), v.EncoderId), cancellationToken);
        var feedback = (await db.Feedback.AsNoTracking().Where(f => EF.Parameter(ids).Contains(f.LeadId)).ToListAsync(cancellationToken))
            .ToLookup(f => f.LeadId);
        return [.. rows.OrderBy(r => r.Lead.Id)
            .Select(r => new StoredLead(r.Lead, r.Analysis, vectors.GetValueOrDefault(r.Lead.Id), [.. feedback[r.Lead.Id].OrderBy(f => f.OccurredAt)]))];
    }

    private sealed record StoredLead(Lead Lead, LeadAnalysisRow Analysis, LeadVector? Vector, IReadOnlyList<FeedbackEvent> Feedback);
}
