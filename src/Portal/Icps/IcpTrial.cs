using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Portal.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Icps;

/// <summary>One lead beside a profile that is being edited: what the draft would say of it, from what is stored; nothing is saved.</summary>
public sealed class IcpTrial(IDbContextFactory<TenantDb> databases, LeadQueries leads, LiveScoring live)
{
    private LeadText? text;
    private LeadVector? vector;
    private (string Words, LeadVector? Vector) description = ("", null);

    public Lead? Lead { get; private set; }

    /// <summary>The match as it is stored, with the live profile.</summary>
    public IcpMatch? Now { get; private set; }

    /// <summary>The lead that stands highest, for a start.</summary>
    public async Task<Guid?> BestAsync(CancellationToken cancellationToken = default) =>
        (await leads.PageAsync(new LeadFilter(), limit: 1, cancellationToken: cancellationToken)).Items is [var best] ? best.Id : null;

    public async Task TakeAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        Lead = await db.Leads.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellationToken);
        Now = await db.Analyses.AsNoTracking().Where(a => a.LeadId == id).Select(a => a.Match).SingleOrDefaultAsync(cancellationToken);
        text = Lead is null ? null : TextPreprocessor.Read(Lead);
        vector = await db.Vectors.AsNoTracking().SingleOrDefaultAsync(v => v.LeadId == id, cancellationToken) is { } row
            ? new LeadVector(VectorBytes.Read(row.Values), row.EncoderId)
            : null;
    }

    /// <summary>The draft's match; criteria that are not filled in yet are left out. Null without a lead.</summary>
    public async Task<IcpMatch?> MatchAsync(Icp draft, CancellationToken cancellationToken = default)
    {
        if (Lead is null || text is null)
        {
            return null;
        }

        if (draft.Description != description.Words)
        {
            description = (draft.Description, (await live.PrepareAsync(draft with { Criteria = [] }, cancellationToken)).Description);
        }

        var problems = IcpRules.Check(draft);
        var whole = draft.Criteria.Where((_, i) => IcpForm.Of(problems, i).Count == 0).ToList();
        return IcpMatcher.Match(Lead, text, vector, new PreparedIcp(draft with { Criteria = whole }, description.Vector));
    }
}
