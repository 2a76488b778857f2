using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Outreach;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Work;

/// <summary>Takes in what the world did with a lead and has the lead scored again at once.</summary>
public sealed class FeedbackActions(TenantWrites writes, WorkBoard board, CurrentTenant tenant, TimeProvider time)
{
    /// <param name="given">The event; the same id again is the same event and changes nothing.</param>
    /// <param name="actor">See <see cref="LeadChange.Actor"/>.</param>
    /// <returns>The lead, or null when there is none to hang it on.</returns>
    public Task<Guid?> RecordAsync(GivenFeedback given, string actor, CancellationToken cancellationToken = default) => board.AnnounceAsync(
        tenant.Id,
        WorkKind.Leads,
        () => writes.RunAsync((db, ct) => RecordAsync(db, given, actor, ct), cancellationToken),
        cancellationToken);

    /// <inheritdoc cref="RecordAsync(GivenFeedback, string, CancellationToken)"/>
    /// <param name="db">The caller's transaction; the caller announces the work.</param>
    public async Task<Guid?> RecordAsync(TenantDb db, GivenFeedback given, string actor, CancellationToken cancellationToken)
    {
        if (await db.Feedback.Where(f => f.Id == given.Id).Select(f => (Guid?)f.LeadId).FirstOrDefaultAsync(cancellationToken) is { } known)
        {
            return known;
        }

        var found = given.LeadId is { } id ? db.Leads.Where(l => l.Id == id) : db.Leads.Where(l => l.Email == given.Email);

        if (await found.OrderBy(l => l.Id).ForUpdate().FirstOrDefaultAsync(cancellationToken) is not { } lead)
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        db.Feedback.Add(new FeedbackEvent
        {
            Id = given.Id,
            LeadId = lead.Id,
            Kind = given.Kind,
            OccurredAt = given.OccurredAt,
            ReceivedAt = now,
            Text = given.Text,
            Url = given.Url,
            DeliveredAt = given.DeliveredAt,
            UserAgent = given.UserAgent,
        });
        var ended = SetOutcome(db, lead, given, actor, now);
        lead.Stage = LeadStage.Received;
        lead.Attempts = 0;

        // An analysis that is under way does not know of this event and may not be stored any more.
        (lead.ClaimToken, lead.ClaimedUntil) = (null, null);
        await db.SaveChangesAsync(cancellationToken);
        if (!given.LeavesSequences)
        {
            await OutreachStops.HearAsync(db, lead, given.Kind, now, cancellationToken);
        }

        if (ended || given.Kind == FeedbackKind.Replied)
        {
            await LeadEvents.WriteAsync(
                db, () => [LeadEvent.Of(ended ? LeadTopics.OutcomeRecorded : LeadTopics.ReplyReceived, lead)], now, cancellationToken);
        }

        return lead.Id;
    }

    /// <summary>A deal's end is a field of the lead; of two ends the later one counts, in whatever order they arrive.</summary>
    /// <returns>Whether the event set it.</returns>
    private static bool SetOutcome(TenantDb db, Lead lead, GivenFeedback given, string actor, DateTime now)
    {
        if (given.Kind is not (FeedbackKind.Won or FeedbackKind.Lost) || lead.OutcomeAt > given.OccurredAt)
        {
            return false;
        }

        string[] fields = ["outcome", "outcomeAt"];
        var before = fields.Select(f => LeadFields.Get(lead, f)).ToList();
        lead.Outcome = given.Kind == FeedbackKind.Won ? Outcome.Won : Outcome.Lost;
        lead.OutcomeAt = given.OccurredAt;
        foreach (var (field, old) in fields.Zip(before).Where(f => f.Second != LeadFields.Get(lead, f.First)))
        {
            db.LeadChanges.Add(new LeadChange
            {
                LeadId = lead.Id,
                Field = field,
                Old = old,
                New = LeadFields.Get(lead, field),
                At = now,
                Actor = actor,
            });
        }

        lead.Version++;
        lead.UpdatedAt = now;
        return true;
    }
}

/// <summary>An event as it was sent.</summary>
/// <param name="Id">The sender's id.</param>
/// <param name="LeadId">The lead, or else <paramref name="Email"/> in lower case.</param>
/// <param name="OccurredAt">UTC.</param>
public sealed record GivenFeedback(string Id, Guid? LeadId, string? Email, FeedbackKind Kind, DateTime OccurredAt)
{
    public string? Text { get; init; }
    public string? Url { get; init; }
    public DateTime? DeliveredAt { get; init; }
    public string? UserAgent { get; init; }

    /// <summary>Whoever records it decides what becomes of the lead's sequences; else answers, outcomes and refusals end them.</summary>
    public bool LeavesSequences { get; init; }
}
