using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Deletes leads so that it can be undone for a while: what cannot be computed again is kept whole beside the tables. In the caller's
/// transaction. An erasure is another thing: it empties this store as well.
/// </summary>
public static class LeadDeletion
{
    /// <summary>How long a deletion can be undone.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <param name="ids">A portion, at most some hundreds: rows are held in memory.</param>
    /// <param name="batchId">The action; <see cref="RestoreAsync"/> takes it back.</param>
    /// <returns>How many were there.</returns>
    public static async Task<int> DeleteAsync(
        TenantDb db, IReadOnlyCollection<Guid> ids, Guid batchId, string actor, DateTime now, CancellationToken cancellationToken = default)
    {
        var gone = await PutAwayAsync(db, ids, batchId, actor, now, cancellationToken);
        await LeadEvents.DeletedAsync(db, gone, now, cancellationToken);
        return gone.Count;
    }

    /// <summary>As <see cref="DeleteAsync"/>, telling nobody.</summary>
    /// <returns>Those that were there.</returns>
    internal static async Task<IReadOnlyCollection<Guid>> PutAwayAsync(
        TenantDb db, IReadOnlyCollection<Guid> ids, Guid batchId, string actor, DateTime now, CancellationToken cancellationToken)
    {
        var leads = await db.Leads.AsNoTracking().Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ForUpdate().ToListAsync(cancellationToken);
        var found = leads.ConvertAll(l => l.Id);
        var changes = (await db.LeadChanges.AsNoTracking().Where(c => found.Contains(c.LeadId)).ToListAsync(cancellationToken)).ToLookup(c => c.LeadId);
        var scores = (await db.ScoreChanges.AsNoTracking().Where(c => found.Contains(c.LeadId)).ToListAsync(cancellationToken)).ToLookup(c => c.LeadId);
        var intents = (await db.Intents.AsNoTracking().Where(i => found.Contains(i.LeadId)).ToListAsync(cancellationToken)).ToLookup(i => i.LeadId);
        var feedback = (await db.Feedback.AsNoTracking().Where(f => found.Contains(f.LeadId)).ToListAsync(cancellationToken)).ToLookup(f => f.LeadId);
        var fixes = (await db.IntentCorrections.AsNoTracking().Where(c => found.Contains(c.LeadId)).ToListAsync(cancellationToken)).ToLookup(c => c.LeadId);
        var enrolled = (await db.Enrollments.AsNoTracking().Where(e => found.Contains(e.LeadId)).ToListAsync(cancellationToken)).ToLookup(e => e.LeadId);
        var mails = (await db.OutreachMessages.AsNoTracking().Where(m => found.Contains(m.LeadId)).ToListAsync(cancellationToken)).ToLookup(m => m.LeadId);
        var answers = (await db.InboundMails.AsNoTracking().Where(m => found.Contains(m.LeadId!.Value)).ToListAsync(cancellationToken)).ToLookup(m => m.LeadId!.Value);
        var sent = (await db.Submissions.AsNoTracking().Where(s => found.Contains(s.LeadId!.Value)).ToListAsync(cancellationToken)).ToLookup(s => s.LeadId!.Value);
        var judged = await db.ScoreOverrides.AsNoTracking().Where(o => found.Contains(o.LeadId)).ToDictionaryAsync(o => o.LeadId, cancellationToken);
        var kept = leads.ConvertAll(l => new DeletedLead
        {
            LeadId = l.Id,
            BatchId = batchId,
            Email = l.Email,
            Actor = actor,
            At = now,
            Snapshot = JsonSerializer.Serialize(
                new LeadSnapshot(l, [.. changes[l.Id]], [.. scores[l.Id]], [.. intents[l.Id]], [.. feedback[l.Id]], [.. fixes[l.Id]], judged.GetValueOrDefault(l.Id))
                {
                    Enrollments = [.. enrolled[l.Id]],
                    Mails = [.. mails[l.Id]],
                    Answers = [.. answers[l.Id]],
                    Submissions = [.. sent[l.Id]],
                },
                StoredJson.Options),
        });
        await LeadErasure.RemoveAsync(db, found, cancellationToken);
        await db.BulkInsertAsync(kept, cancellationToken);
        return found;
    }

    /// <summary>Brings a portion of a deletion back; the leads are analysed again. Who has come in anew meanwhile stays as they are now.</summary>
    /// <returns>How many came back, and whether there are more.</returns>
    public static async Task<(int Restored, bool More)> RestoreAsync(
        TenantDb db, Guid batchId, int most, string actor, DateTime now, CancellationToken cancellationToken = default)
    {
        var rows = await db.DeletedLeads.AsNoTracking().Where(d => d.BatchId == batchId).OrderBy(d => d.LeadId).Take(most + 1).ToListAsync(cancellationToken);
        var more = rows.Count > most;
        var portion = rows.Take(most).ToList();
        var snapshots = portion.ConvertAll(r => Read(r));
        var keys = snapshots.ConvertAll(s => s.Lead.IdentityKey);
        var taken = await db.Leads.Where(l => keys.Contains(l.IdentityKey)).Select(l => l.IdentityKey).ToHashSetAsync(cancellationToken);
        snapshots.RemoveAll(s => taken.Contains(s.Lead.IdentityKey));
        foreach (var lead in snapshots.Select(s => s.Lead))
        {
            (lead.Stage, lead.Attempts, lead.ClaimToken, lead.ClaimedUntil) = (LeadStage.Received, 0, null, null);
            lead.Version++;
        }

        await db.BulkInsertAsync([.. snapshots.Select(s => s.Lead)], cancellationToken);
        await db.BulkInsertAsync([.. snapshots.SelectMany(s => s.Changes)], cancellationToken);
        await db.BulkInsertAsync([.. snapshots.SelectMany(s => s.Scores)], cancellationToken);
        await db.BulkInsertAsync([.. snapshots.SelectMany(s => s.Intents)], cancellationToken);
        await db.BulkInsertAsync([.. snapshots.SelectMany(s => s.Feedback)], cancellationToken);
        await db.BulkInsertAsync([.. snapshots.SelectMany(s => s.Corrections)], cancellationToken);
        await db.BulkInsertAsync([.. snapshots.Select(s => s.Override).OfType<ScoreOverride>()], cancellationToken);
        await db.BulkInsertAsync([.. snapshots.SelectMany(s => s.Enrollments)], cancellationToken);
        await db.BulkInsertAsync([.. snapshots.SelectMany(s => s.Mails)], cancellationToken);
        await AddAnswersAsync(db, snapshots.SelectMany(s => s.Answers), cancellationToken);
        await SubmissionsAsync(db, [.. snapshots.SelectMany(s => s.Submissions)], cancellationToken);
        await db.BulkInsertAsync(
            [.. snapshots.Select(x => new LeadChange { LeadId = x.Lead.Id, Field = "deleted", Old = "yes", At = now, Actor = actor })],
            cancellationToken);
        var done = portion.ConvertAll(p => p.LeadId);
        await db.DeletedLeads.Where(d => done.Contains(d.LeadId)).ExecuteDeleteAsync(cancellationToken);
        await LeadEvents.WriteAsync(db, () => snapshots.Select(s => LeadEvent.Of(LeadTopics.Created, s.Lead)), now, cancellationToken);
        return (snapshots.Count, more);
    }

    /// <summary>Forgets deletions that can no longer be undone.</summary>
    public static Task<int> PurgeAsync(TenantDb db, DateTime now, CancellationToken cancellationToken = default)
    {
        var last = now - Kept;

        // A lead that was merged into another stays: its address goes on to mean that other.
        return db.DeletedLeads
            .Where(d => d.At < last && !db.LeadChanges.Any(c => c.BatchId == d.BatchId && c.Field == LeadJoining.Field && c.LeadId != d.LeadId))
            .ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Takes a person out of what is kept, and gives back who they were: for an erasure.</summary>
    /// <param name="email">Canonical; null = by the id alone.</param>
    public static async Task<IReadOnlyList<Lead>> ForgetAsync(TenantDb db, Guid id, string? email, CancellationToken cancellationToken = default)
    {
        var merged = db.LeadChanges.Where(c => c.LeadId == id && c.Field == LeadJoining.Field).Select(c => c.BatchId);
        var rows = await db.DeletedLeads.AsNoTracking()
            .Where(d => d.LeadId == id || (email != null && d.Email == email) || merged.Contains(d.BatchId)).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(r => r.LeadId);
        await db.DeletedLeads.Where(d => ids.Contains(d.LeadId)).ExecuteDeleteAsync(cancellationToken);
        return rows.ConvertAll(r => Read(r).Lead);
    }

    /// <summary>Mails that did not come in anew meanwhile.</summary>
    internal static async Task AddAnswersAsync(TenantDb db, IEnumerable<InboundMail> answers, CancellationToken cancellationToken)
    {
        var rows = answers.ToList();
        var ids = rows.ConvertAll(m => m.MessageId);
        var known = ids.Count == 0 ? [] : await db.InboundMails.Where(m => ids.Contains(m.MessageId)).Select(m => m.MessageId).ToHashSetAsync(cancellationToken);
        await db.BulkInsertAsync([.. rows.Where(m => !known.Contains(m.MessageId))], cancellationToken);
    }

    /// <summary>Takes an address out of the submissions and mails that are kept with other leads: for an erasure.</summary>
    /// <param name="email">Canonical.</param>
    public static async Task ForgetSubmissionsAsync(TenantDb db, string email, CancellationToken cancellationToken = default)
    {
        var written = JsonSerializer.Serialize(email, StoredJson.Options);
        foreach (var row in await db.DeletedLeads.AsNoTracking().Where(d => d.Snapshot.Contains(written)).ToListAsync(cancellationToken))
        {
            var kept = Read(row);
            var without = JsonSerializer.Serialize(kept with { Submissions = [.. kept.Submissions.Where(s => s.Email != email)], Answers = [.. kept.Answers.Where(m => m.From != email)] }, StoredJson.Options);
            await db.DeletedLeads.Where(d => d.LeadId == row.LeadId).ExecuteUpdateAsync(d => d.SetProperty(x => x.Snapshot, without), cancellationToken);
        }
    }

    /// <summary>Stores submissions again, but for those of forms that are gone.</summary>
    internal static async Task SubmissionsAsync(TenantDb db, IReadOnlyList<FormSubmission> submissions, CancellationToken cancellationToken)
    {
        var forms = submissions.Select(s => s.FormId).Distinct().ToList();
        var present = await db.Forms.Where(f => forms.Contains(f.Id)).Select(f => f.Id).ToListAsync(cancellationToken);
        await db.BulkInsertAsync([.. submissions.Where(s => present.Contains(s.FormId))], cancellationToken);
    }

    private static LeadSnapshot Read(DeletedLead row) => JsonSerializer.Deserialize<LeadSnapshot>(row.Snapshot, StoredJson.Options)
        ?? throw new JsonException("A kept lead is empty.");
}

/// <summary>What of a lead cannot be computed again.</summary>
public sealed record LeadSnapshot(
    Lead Lead,
    IReadOnlyList<LeadChange> Changes,
    IReadOnlyList<ScoreChange> Scores,
    IReadOnlyList<IntentRow> Intents,
    IReadOnlyList<FeedbackEvent> Feedback,
    IReadOnlyList<IntentCorrection> Corrections,
    ScoreOverride? Override)
{
    public IReadOnlyList<Enrollment> Enrollments { get; init; } = [];

    public IReadOnlyList<OutreachMessage> Mails { get; init; } = [];

    /// <summary>Mails of theirs that came in.</summary>
    public IReadOnlyList<InboundMail> Answers { get; init; } = [];

    /// <summary>What was sent through forms and became this lead.</summary>
    public IReadOnlyList<FormSubmission> Submissions { get; init; } = [];
}
