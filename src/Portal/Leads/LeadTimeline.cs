using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Scoring;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Portal.Leads;

/// <summary>Everything that happened to one lead, put together from what each part of the system wrote down.</summary>
public sealed class LeadTimeline(IDbContextFactory<TenantDb> databases)
{
    /// <summary>The newest rows of each kind that are read, where nobody asks for another number.</summary>
    public const int Usual = 500;

    /// <summary>Days, newest first, each with its entries newest first; empty when the lead is not there.</summary>
    /// <param name="zone">Where days begin; null = UTC. Times stay UTC.</param>
    public Task<IReadOnlyList<TimelineDay>> ReadAsync(Guid leadId, TimeZoneInfo? zone = null, CancellationToken cancellationToken = default) =>
        ReadAsync(leadId, zone, Usual, cancellationToken);

    /// <param name="leadId">The lead.</param>
    /// <param name="zone">Where days begin; null = UTC.</param>
    /// <param name="most">The newest rows of each kind that are read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<TimelineDay>> ReadAsync(Guid leadId, TimeZoneInfo? zone, int most, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var entries = new List<TimelineEntry>();
        entries.AddRange(await ChangesAsync(db, leadId, most, cancellationToken));
        entries.AddRange(await db.Intents.Where(i => i.LeadId == leadId).OrderByDescending(i => i.Id).Take(most)
            .Select(i => new IntentRead(i.ObservedAt, i.Kind, i.Strength, i.Evidence, i.Source)).ToListAsync(cancellationToken));
        entries.AddRange(await db.Feedback.Where(f => f.LeadId == leadId).OrderByDescending(f => f.OccurredAt).Take(most)
            .Select(f => new FeedbackCame(f.OccurredAt, f.Kind, f.Text, f.Url, f.ReceivedAt)).ToListAsync(cancellationToken));
        entries.AddRange(await db.OutreachMessages.Where(m => m.LeadId == leadId && m.SendingAt != null).OrderByDescending(m => m.SendingAt).Take(most)
            .Select(m => new MailLeft(m.SentAt ?? m.SendingAt!.Value, m.Subject, m.State, m.StateReason, m.Step)).ToListAsync(cancellationToken));
        entries.AddRange(await db.InboundMails
            .Where(m => m.LeadId == leadId && (m.Kind == MailKind.AutoReply || (m.Kind == MailKind.Bounce && m.Bounce != BounceKind.Hard)))
            .OrderByDescending(m => m.At).Take(most).Select(m => new MailCame(m.At, m.Kind!.Value, m.Bounce, m.Why, m.Words)).ToListAsync(cancellationToken));
        entries.AddRange((await ScoresAsync(db, leadId, most, cancellationToken)).Select(s => s with { Cause = CauseOf(s, entries) }));
        return [.. entries
            .OrderByDescending(e => e.At).ThenBy(e => e.Rank)
            .GroupBy(e => DateOnly.FromDateTime(zone is null ? e.At : TimeZoneInfo.ConvertTimeFromUtc(e.At, zone)))
            .Select(day => new TimelineDay(day.Key, [.. day]))];
    }

    /// <summary>Fields that changed together are one entry.</summary>
    private static async Task<IEnumerable<TimelineEntry>> ChangesAsync(TenantDb db, Guid leadId, int most, CancellationToken cancellationToken)
    {
        var changes = await db.LeadChanges.AsNoTracking().Where(c => c.LeadId == leadId)
            .OrderByDescending(c => c.Id).Take(most).ToListAsync(cancellationToken);
        var imports = changes.Where(c => c.ImportId is not null).Select(c => c.ImportId!.Value).Distinct().ToList();
        var files = await db.Imports.Where(i => imports.Contains(i.Id)).Select(i => new { i.Id, i.FileName })
            .ToDictionaryAsync(i => i.Id, i => i.FileName, cancellationToken);
        return changes.GroupBy(c => new { c.At, c.Actor, c.ImportId }).Select(together =>
        {
            var (at, actor, import) = (together.Key.At, together.Key.Actor, together.Key.ImportId);
            var file = import is { } id ? files.GetValueOrDefault(id) : null;
            return together.Any(c => c.Field == LeadChange.Created)
                ? (TimelineEntry)new LeadCreated(at, actor, import, file)
                : new FieldsChanged(at, actor, import, file, [.. together.OrderBy(c => c.Id).Select(c => new FieldChange(c.Field, c.Old, c.New))]);
        });
    }

    private static Scored Of(ScoreChange score, ScoreChange? before) =>
        new(score.At, score.Reason, score.Value, score.Grade, before?.Value, before?.Grade, score.ModelVersion, score.IcpVersion) { Since = before?.At };

    /// <summary>What came last between the score before and this one.</summary>
    private static TimelineEntry? CauseOf(Scored score, IEnumerable<TimelineEntry> entries) => score is { Since: { } since, Reason: not ScoreReason.ProfileOrModelChanged }
        ? entries.Select(e => (Entry: e, Known: e is FeedbackCame f ? f.ReceivedAt : e.At))
            .Where(e => e.Entry is FeedbackCame or FieldsChanged && e.Known > since && e.Known <= score.At)
            .OrderByDescending(e => e.Known).Select(e => e.Entry).FirstOrDefault()
        : null;

    /// <summary>A score that came out the same is no news.</summary>
    private static async Task<IEnumerable<Scored>> ScoresAsync(TenantDb db, Guid leadId, int most, CancellationToken cancellationToken)
    {
        var scores = await db.ScoreChanges.AsNoTracking().Where(s => s.LeadId == leadId)
            .OrderByDescending(s => s.Id).Take(most).ToListAsync(cancellationToken);
        scores.Reverse();
        return scores.Select((s, i) => Of(s, i == 0 ? null : scores[i - 1]))
            .Where(s => s.PreviousValue is not { } before || Math.Abs(before - s.Value) >= 0.05 || s.PreviousGrade != s.Grade);
    }
}

/// <summary>A day of a lead's life.</summary>
public sealed record TimelineDay(DateOnly Day, IReadOnlyList<TimelineEntry> Entries);

/// <summary>Something that happened.</summary>
/// <param name="At">UTC.</param>
public abstract record TimelineEntry(DateTime At)
{
    /// <summary>Order of what happened in the same instant: effects above their causes, the newest being on top.</summary>
    internal abstract int Rank { get; }
}

/// <summary>The lead came in.</summary>
/// <param name="Actor">As in <see cref="LeadChange.Actor"/>.</param>
/// <param name="ImportFile">Name of the file, when it came from one.</param>
public sealed record LeadCreated(DateTime At, string Actor, Guid? ImportId, string? ImportFile) : TimelineEntry(At)
{
    internal override int Rank => 9;
}

/// <summary>Fields changed, together.</summary>
public sealed record FieldsChanged(DateTime At, string Actor, Guid? ImportId, string? ImportFile, IReadOnlyList<FieldChange> Changes)
    : TimelineEntry(At)
{
    internal override int Rank => 8;
}

/// <summary>One field before and after, as text.</summary>
public sealed record FieldChange(string Field, string? Old, string? New);

/// <summary>The score changed, and why; the previous values are null for the first score.</summary>
public sealed record Scored(
    DateTime At, ScoreReason Reason, double Value, Grade Grade, double? PreviousValue, Grade? PreviousGrade, int ModelVersion, int? IcpVersion)
    : TimelineEntry(At)
{
    /// <summary>When the score before it was made; null for the first.</summary>
    public DateTime? Since { get; init; }

    /// <summary>What happened in between, where that is known.</summary>
    public TimelineEntry? Cause { get; init; }

    internal override int Rank => 1;
}

/// <summary>An intent was read in the lead's words.</summary>
public sealed record IntentRead(DateTime At, IntentKind Kind, double Strength, string Evidence, string Source) : TimelineEntry(At)
{
    internal override int Rank => 2;
}

/// <summary>A mail of ours left, or may have.</summary>
/// <param name="Step">From 0, in its sequence.</param>
public sealed record MailLeft(DateTime At, string Subject, OutreachState State, string? Why, int? Step) : TimelineEntry(At)
{
    internal override int Rank => 7;
}

/// <summary>A mail came in that no person wrote and that is no event of its own.</summary>
public sealed record MailCame(DateTime At, MailKind Kind, BounceKind? Bounce, string? Why, string Words) : TimelineEntry(At)
{
    internal override int Rank => 4;
}

/// <summary>The world answered.</summary>
public sealed record FeedbackCame(DateTime At, FeedbackKind Kind, string? Text, string? Url, DateTime ReceivedAt) : TimelineEntry(At)
{
    internal override int Rank => 3;
}
