using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Scoring;
using LeadGen.Portal.Answers;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Dashboard;

/// <summary>What waits for a person, most pressing first.</summary>
internal static class DashboardNeeds
{
    /// <summary>Counting stops here: nobody does more than that today.</summary>
    public const int Most = 999;

    /// <summary>The intents that lead on to a purchase.</summary>
    public static readonly IReadOnlyList<IntentKind> Buying = [IntentKind.PurchaseReady, IntentKind.DemoRequest, IntentKind.PricingInquiry];

    /// <param name="db">The tenant's.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Checked between queries.</param>
    public static async Task<IReadOnlyList<Need>> ReadAsync(TenantDb db, DateTime now, CancellationToken cancellationToken)
    {
        var week = now.AddDays(-7);
        Need?[] needs =
        [
            await AnswersAsync(db, now, cancellationToken),
            await RepliedAsync(db, week, cancellationToken),
            await DraftsAsync(db, cancellationToken),
            await TasksAsync(db, cancellationToken),
            await UnknownAsync(db, cancellationToken),
            await PausedAsync(db, cancellationToken),
            await NewIntentAsync(db, week, cancellationToken),
            await NobodysAsync(db, cancellationToken),
            .. await ImportsAsync(db, now, week, cancellationToken),
            await FailedAsync(db, cancellationToken),
            await OverridesAsync(db, now, cancellationToken),
        ];
        return [.. needs.OfType<Need>().Where(n => n.Count > 0).OrderBy(n => n.Kind)];
    }

    private static async Task<Need?> AnswersAsync(TenantDb db, DateTime now, CancellationToken cancellationToken)
    {
        var waiting = AnswerQueries.Of(db, AnswersShown.Waiting, now);
        var found = await waiting.OrderByDescending(m => m.At).Select(m => new { m.LeadId, m.At }).Take(Most + 1).ToListAsync(cancellationToken);
        if (found.Count == 0)
        {
            return null;
        }

        var first = found[0].LeadId;
        var name = await db.Leads.Where(l => l.Id == first).Select(l => l.FullName ?? l.CompanyName).FirstOrDefaultAsync(cancellationToken);
        return Counted(NeedKind.Answers, found.Count, name) with { At = found[0].At };
    }

    private static async Task<Need?> RepliedAsync(TenantDb db, DateTime week, CancellationToken cancellationToken)
    {
        // Those that came by mail stand among the answers, until a person has dealt with them.
        var found = await db.Feedback.Where(f => f.OccurredAt >= week && !f.Id.StartsWith("mail:") && (f.Kind == FeedbackKind.Replied || f.Kind == FeedbackKind.MeetingBooked))
            .Join(db.Leads.Where(l => l.Outcome == null), f => f.LeadId, l => l.Id, (f, l) => new { l.Id, l.FullName, l.CompanyName, f.OccurredAt })
            .OrderByDescending(x => x.OccurredAt).Take(Most + 1).ToListAsync(cancellationToken);
        var leads = found.DistinctBy(x => x.Id).ToList();
        return leads.Count == 0
            ? null
            : new Need(NeedKind.Replied, leads.Count, leads[0].FullName ?? leads[0].CompanyName, leads[0].Id, leads[0].OccurredAt, found.Count > Most);
    }

    private static async Task<Need?> DraftsAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var drafts = db.OutreachMessages.Where(m => m.State == OutreachState.Draft);
        var count = await drafts.Select(m => m.Id).Take(Most + 1).CountAsync(cancellationToken);
        var name = count == 0 ? null : await drafts.OrderBy(m => m.DueAt).ThenBy(m => m.Id)
            .Select(m => db.Leads.Where(l => l.Id == m.LeadId).Select(l => l.FullName ?? l.CompanyName).FirstOrDefault()).FirstOrDefaultAsync(cancellationToken);
        return Counted(NeedKind.Drafts, count, name);
    }

    /// <summary>Calls and visits that are due. Plans are few: one count for each that has any.</summary>
    private static async Task<Need?> TasksAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var sequence in await db.Sequences.AsNoTracking().Where(s => s.State == SequenceState.Active).Select(s => new { s.Id, s.Plan }).ToListAsync(cancellationToken))
        {
            var steps = sequence.Plan.Steps.Index().Where(s => s.Item.Kind == StepKind.Task).Select(s => s.Index).ToList();
            if (steps.Count > 0)
            {
                count += await db.Enrollments.Where(e => e.SequenceId == sequence.Id && e.State == EnrollmentState.Waiting && steps.Contains(e.Step))
                    .Select(e => e.Id).Take(Most + 1).CountAsync(cancellationToken);
            }
        }

        return Counted(NeedKind.Tasks, count);
    }

    private static async Task<Need?> UnknownAsync(TenantDb db, CancellationToken cancellationToken) =>
        Counted(NeedKind.UnknownMails, await db.OutreachMessages.Where(m => m.State == OutreachState.Unknown).Select(m => m.Id).Take(Most + 1).CountAsync(cancellationToken));

    /// <summary>By the system alone: a person who paused a sender knows.</summary>
    private static async Task<Need?> PausedAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var paused = await db.Senders.Where(s => s.State == SenderState.Paused && s.StateReason != null).OrderBy(s => s.Name).Select(s => s.Name).ToListAsync(cancellationToken);
        return paused.Count == 0 ? null : Counted(NeedKind.SenderPaused, paused.Count, paused[0]);
    }

    private static async Task<Need?> NewIntentAsync(TenantDb db, DateTime week, CancellationToken cancellationToken)
    {
        var leads = db.Leads.Where(l => l.CreatedAt >= week && l.Outcome == null && l.TopIntent != null && Buying.Contains(l.TopIntent.Value));
        var found = await leads.Select(l => new { l.Id, l.ScoreValue }).Take(Most + 1).ToListAsync(cancellationToken);
        if (found.Count == 0)
        {
            return null;
        }

        var best = found.MaxBy(x => x.ScoreValue ?? 0)!.Id;
        var name = await db.Leads.Where(l => l.Id == best).Select(l => l.FullName ?? l.CompanyName).FirstOrDefaultAsync(cancellationToken);
        return Counted(NeedKind.NewIntent, found.Count, name, best);
    }

    private static async Task<Need?> NobodysAsync(TenantDb db, CancellationToken cancellationToken)
    {
        var leads = db.Leads.Where(l => l.Grade == Grade.A && l.OwnerId == null && l.Outcome == null);
        var count = await leads.Select(l => l.Id).Take(Most + 1).CountAsync(cancellationToken);
        var best = count == 0 ? null : await leads.OrderByDescending(l => l.ScoreValue).Select(l => new { l.Id, Name = l.FullName ?? l.CompanyName })
            .FirstOrDefaultAsync(cancellationToken);
        return Counted(NeedKind.NobodysA, count, best?.Name, best?.Id);
    }

    private static async Task<IReadOnlyList<Need>> ImportsAsync(TenantDb db, DateTime now, DateTime week, CancellationToken cancellationToken)
    {
        var failedSince = now.AddDays(-14);
        var imports = await db.Imports.AsNoTracking().Where(i => i.CreatedAt >= failedSince
                && (i.State == ImportState.Failed || (i.State == ImportState.Done && i.Rejected > 0 && i.CreatedAt >= week)))
            .OrderByDescending(i => i.CreatedAt).Select(i => new { i.Id, i.FileName, i.State, i.Rejected, i.CreatedAt }).Take(50).ToListAsync(cancellationToken);
        return
        [
            .. imports.Where(i => i.State == ImportState.Failed).Take(2).Select(i => new Need(NeedKind.ImportFailed, 1, i.FileName, i.Id, i.CreatedAt)),
            .. imports.Where(i => i.State == ImportState.Done).Take(2).Select(i => new Need(NeedKind.RowsNotTaken, i.Rejected, i.FileName, i.Id, i.CreatedAt)),
        ];
    }

    private static async Task<Need?> FailedAsync(TenantDb db, CancellationToken cancellationToken) =>
        Counted(NeedKind.LeadsFailed, await db.Leads.Where(l => l.Stage == LeadStage.Failed).Select(l => l.Id).Take(Most + 1).CountAsync(cancellationToken));

    private static async Task<Need?> OverridesAsync(TenantDb db, DateTime now, CancellationToken cancellationToken)
    {
        var soon = now.AddDays(3);
        var ending = await db.ScoreOverrides.Where(o => o.Until != null && o.Until > now && o.Until <= soon)
            .Join(db.Leads, o => o.LeadId, l => l.Id, (o, l) => new { l.Id, l.FullName, l.CompanyName, o.Until })
            .OrderBy(x => x.Until).Take(Most + 1).ToListAsync(cancellationToken);
        return ending.Count == 0
            ? null
            : Counted(NeedKind.OverrideEnding, ending.Count, ending[0].FullName ?? ending[0].CompanyName, ending[0].Id) with { At = ending[0].Until };
    }

    private static Need Counted(NeedKind kind, int count, string? detail = null, Guid? id = null) =>
        new(kind, Math.Min(count, Most), detail, id, null, count > Most);
}
