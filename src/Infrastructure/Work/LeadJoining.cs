using System.Text.Json;
using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>
/// Makes two leads one, in the caller's transaction: the second's history, events, submissions, intents and corrections move to the first, its scores go.
/// Both are kept as they were (see <see cref="LeadDeletion"/>), so that it can be undone while nothing else has happened with the lead.
/// </summary>
public static class LeadJoining
{
    /// <summary>Field of the change that says which lead was merged into this one; its <see cref="LeadChange.BatchId"/> names the merge.</summary>
    public const string Field = "merged";

    /// <param name="versions">Of the two leads, as the person saw them.</param>
    /// <param name="choices">See <see cref="LeadJoin.Apply"/>.</param>
    /// <param name="batchId">Names the merge, for undo.</param>
    public static async Task<JoinOutcome> JoinAsync(
        TenantDb db,
        (Guid First, Guid Second) ids,
        (int First, int Second) versions,
        IReadOnlyDictionary<string, JoinChoice> choices,
        Guid batchId,
        string actor,
        DateTime now,
        CancellationToken cancellationToken = default)
    {
        Guid[] both = [ids.First, ids.Second];
        var found = await db.Leads.AsNoTracking().Where(l => both.Contains(l.Id)).OrderBy(l => l.Id).ForUpdate()
            .Select(l => new { l.Id, l.Version }).ToDictionaryAsync(l => l.Id, l => l.Version, cancellationToken);
        if (found.Count < 2 || found[ids.First] != versions.First || found[ids.Second] != versions.Second)
        {
            return found.Count < 2 ? JoinOutcome.Gone : JoinOutcome.Changed;
        }

        await LeadDeletion.PutAwayAsync(db, both, batchId, actor, now, cancellationToken);
        var kept = (await db.DeletedLeads.AsNoTracking().Where(d => d.BatchId == batchId).ToListAsync(cancellationToken)).ToDictionary(d => d.LeadId, Read);
        var (first, second) = (kept[ids.First], kept[ids.Second]);
        var lead = first.Lead;
        var name = second.Lead.FullName ?? second.Lead.Email ?? second.Lead.CompanyName ?? "another lead";
        var hadEmail = lead.Email is not null;
        var changes = LeadJoin.Apply(lead, second.Lead, choices);
        lead.OwnerId ??= second.Lead.OwnerId;
        lead.IdentityKey = hadEmail ? lead.IdentityKey : LeadIdentity.KeyOf(lead);
        lead.PersonKey = LeadIdentity.PersonKeyOf(lead);
        lead.Version++;
        lead.UpdatedAt = now;
        (lead.Stage, lead.Attempts, lead.ClaimToken, lead.ClaimedUntil) = (LeadStage.Received, 0, null, null);
        if (await db.Leads.AnyAsync(l => l.IdentityKey == lead.IdentityKey, cancellationToken))
        {
            return JoinOutcome.Taken;
        }

        var history = changes.Select(c => new LeadChange { LeadId = lead.Id, Field = c.Field, Old = c.Old, New = c.New, At = now, Actor = actor, BatchId = batchId })
            .Prepend(new LeadChange { LeadId = lead.Id, Field = Field, Old = ids.Second.ToString(), New = name, At = now, Actor = actor, BatchId = batchId });
        await WriteAsync(db, first, second, [.. history], cancellationToken);
        await LeadEvents.DeletedAsync(db, [ids.Second], now, cancellationToken);
        return JoinOutcome.Done;
    }

    /// <summary>Brings both leads back as they were, unless something has happened with the merged one since, or it is too long ago.</summary>
    public static async Task<JoinOutcome> UndoAsync(TenantDb db, Guid batchId, string actor, DateTime now, CancellationToken cancellationToken = default)
    {
        var merge = await db.LeadChanges.AsNoTracking().SingleOrDefaultAsync(c => c.BatchId == batchId && c.Field == Field, cancellationToken);
        var kept = await db.DeletedLeads.AsNoTracking().Where(d => d.BatchId == batchId).ToListAsync(cancellationToken);
        if (merge is null || kept.Count < 2 || merge.At < now - LeadDeletion.Kept)
        {
            return JoinOutcome.Gone;
        }

        var lead = await db.Leads.Where(l => l.Id == merge.LeadId).ForUpdate().Select(l => (Guid?)l.Id).SingleOrDefaultAsync(cancellationToken);
        if (lead is null
            || await db.LeadChanges.AnyAsync(c => c.LeadId == merge.LeadId && c.At >= merge.At && c.BatchId != batchId, cancellationToken)
            || await db.Feedback.AnyAsync(f => f.LeadId == merge.LeadId && f.ReceivedAt >= merge.At, cancellationToken))
        {
            return JoinOutcome.Changed;
        }

        await LeadErasure.RemoveAsync(db, [merge.LeadId], cancellationToken);
        await db.DeletedLeads.Where(d => d.BatchId == batchId).ExecuteDeleteAsync(cancellationToken);
        await db.BulkInsertAsync(kept, cancellationToken);
        var (restored, _) = await LeadDeletion.RestoreAsync(db, batchId, kept.Count, actor, now, cancellationToken);
        return restored == kept.Count ? JoinOutcome.Done : JoinOutcome.Taken;
    }

    /// <summary>Rows that moved carry no import: taking an import back must not touch a lead that it did not bring.</summary>
    private static async Task WriteAsync(
        TenantDb db, LeadSnapshot first, LeadSnapshot second, IReadOnlyList<LeadChange> merge, CancellationToken cancellationToken)
    {
        var id = first.Lead.Id;
        var moved = second.Changes.Select(c => new LeadChange { LeadId = id, Field = c.Field, Old = c.Old, New = c.New, At = c.At, Actor = c.Actor, BatchId = c.BatchId });
        var intents = second.Intents.Where(i => !first.Intents.Any(f => (f.Source, f.TextHash, f.Kind) == (i.Source, i.TextHash, i.Kind)))
            .Select(i => new IntentRow
            {
                LeadId = id,
                Kind = i.Kind,
                Strength = i.Strength,
                ObservedAt = i.ObservedAt,
                Evidence = i.Evidence,
                Source = i.Source,
                TextHash = i.TextHash,
            });
        var corrections = second.Corrections.Where(c => !first.Corrections.Any(f => (f.Source, f.TextHash, f.Kind) == (c.Source, c.TextHash, c.Kind)))
            .Select(c => new IntentCorrection { LeadId = id, Source = c.Source, TextHash = c.TextHash, Kind = c.Kind, Holds = c.Holds, Actor = c.Actor, At = c.At });
        var feedback = second.Feedback.Select(f => new FeedbackEvent
        {
            Id = f.Id,
            LeadId = id,
            Kind = f.Kind,
            OccurredAt = f.OccurredAt,
            ReceivedAt = f.ReceivedAt,
            Text = f.Text,
            Url = f.Url,
            DeliveredAt = f.DeliveredAt,
            UserAgent = f.UserAgent,
        });
        List<FormSubmission> submissions = [.. first.Submissions, .. second.Submissions];
        submissions.ForEach(s => s.LeadId = id);
        await db.BulkInsertAsync([first.Lead], cancellationToken);
        await db.BulkInsertAsync([.. first.Changes.Concat(moved).OrderBy(c => c.At), .. merge], cancellationToken);
        await db.BulkInsertAsync([.. first.Scores], cancellationToken);
        await db.BulkInsertAsync([.. first.Intents, .. intents], cancellationToken);
        await db.BulkInsertAsync([.. first.Corrections, .. corrections], cancellationToken);
        await db.BulkInsertAsync([.. first.Feedback, .. feedback], cancellationToken);
        await LeadDeletion.AddAnswersAsync(db, [.. first.Answers, .. second.Answers.Select(m => Moved(m, id))], cancellationToken);
        await LeadDeletion.SubmissionsAsync(db, submissions, cancellationToken);
        await db.BulkInsertAsync(first.Override is null ? [] : new[] { first.Override }, cancellationToken);
        await MoveOutreachAsync(db, first, second, cancellationToken);
    }

    /// <summary>
    /// One person goes through a sequence once: where both were in the same, the first's way stands. What was written to the second's address
    /// is kept as history; sending looks at the address again and does not use it.
    /// </summary>
    private static async Task MoveOutreachAsync(TenantDb db, LeadSnapshot first, LeadSnapshot second, CancellationToken cancellationToken)
    {
        var id = first.Lead.Id;
        var moved = second.Enrollments.Where(e => !first.Enrollments.Any(f => f.SequenceId == e.SequenceId)).Select(e => new Enrollment
        {
            Id = e.Id,
            SequenceId = e.SequenceId,
            LeadId = id,
            State = e.State,
            StateReason = e.StateReason,
            Step = e.Step,
            DueAt = e.DueAt,
            EnrolledBy = e.EnrolledBy,
            EnrolledAt = e.EnrolledAt,
            EndedAt = e.EndedAt,
        });
        await db.BulkInsertAsync([.. first.Enrollments, .. moved], cancellationToken);
        await db.BulkInsertAsync([.. first.Mails, .. second.Mails], cancellationToken);

        // Its id is for good; only whose it is changes.
        var mails = second.Mails.Select(m => m.Id).ToList();
        await db.OutreachMessages.Where(m => mails.Contains(m.Id)).ExecuteUpdateAsync(m => m.SetProperty(x => x.LeadId, id), cancellationToken);
    }

    private static InboundMail Moved(InboundMail mail, Guid lead)
    {
        mail.LeadId = lead;
        return mail;
    }

    private static LeadSnapshot Read(DeletedLead row) => JsonSerializer.Deserialize<LeadSnapshot>(row.Snapshot, StoredJson.Options)
        ?? throw new JsonException("A kept lead is empty.");
}

/// <summary>What became of a merge, or of its undoing.</summary>
public enum JoinOutcome
{
    Done,

    /// <summary>One of the two is not there any more, or the merge can no longer be undone.</summary>
    Gone,

    /// <summary>Somebody changed one of them since.</summary>
    Changed,

    /// <summary>A third lead is known by the same name or address.</summary>
    Taken,
}
