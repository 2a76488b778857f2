using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Forms;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Jobs;

/// <summary>Forgets of the current tenant what was kept for a time only, in small transactions, so that nobody waits for the night's cleaning.</summary>
public sealed class Retention(IDbContextFactory<TenantDb> databases, TenantWrites writes, PickupTransport pickup, CurrentTenant tenant, TimeProvider time)
{
    /// <summary>Events of CRMs, from their processing on; as long an event that comes again is known.</summary>
    public static readonly TimeSpan Inbox = TimeSpan.FromDays(30);

    public static readonly TimeSpan Letters = TimeSpan.FromDays(90);

    /// <summary>
    /// Mails that came in and belong to nobody, or that no person wrote (automatic answers, reports). What followed from one stands as an
    /// event on its lead; answers of people stay as long as their lead.
    /// </summary>
    public static readonly TimeSpan Incoming = TimeSpan.FromDays(90);

    /// <summary>Submissions whose letter was never answered, from the end of its link on.</summary>
    public static readonly TimeSpan Unconfirmed = TimeSpan.FromDays(30);

    /// <summary>Answers by idempotency key.</summary>
    public static readonly TimeSpan Answers = TimeSpan.FromHours(48);

    /// <summary>The log of API requests.</summary>
    public static readonly TimeSpan Requests = TimeSpan.FromDays(7);

    private const int Portion = 2_000;

    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await writes.RunAsync((db, ct) => LeadDeletion.PurgeAsync(db, now, ct), cancellationToken);
        await OutboxSweep.RunAsync(writes, now, cancellationToken);
        var ended = now - LeadDeletion.Kept;
        await writes.RunAsync((db, ct) => db.BulkActions.Where(b => b.EndedAt < ended).ExecuteDeleteAsync(ct), cancellationToken);
        await writes.RunAsync((db, ct) => db.CrmConsents.Where(c => c.Until < now).ExecuteDeleteAsync(ct), cancellationToken);
        await InboxAsync(now - Inbox, cancellationToken);
        await LettersAsync(now - Letters, cancellationToken);
        var (asked, answered, logged) = (now - FormTaking.ConfirmWithin - Unconfirmed, now - Answers, now - Requests);
        await InPortionsAsync(
            db => db.Submissions.Where(s => s.State == SubmissionState.Unconfirmed && s.At < asked).Select(s => s.Id),
            (db, ids) => db.Submissions.Where(s => ids.Contains(s.Id) && s.State == SubmissionState.Unconfirmed),
            cancellationToken);
        var came = now - Incoming;
        await InPortionsAsync(
            db => Incidental(db).Where(m => m.ReceivedAt < came).OrderBy(m => m.Id).Select(m => m.Id),
            (db, ids) => Incidental(db).Where(m => ids.Contains(m.Id)),
            cancellationToken);
        await SliceAsync(
            (db, from) => db.Idempotency.Where(r => r.At > from && r.At < answered).Select(r => r.At),
            (db, from, to) => db.Idempotency.Where(r => r.At > from && r.At <= to),
            cancellationToken);
        await InPortionsAsync(
            db => db.ApiRequests.Where(r => r.At < logged).Select(r => r.Id), (db, ids) => db.ApiRequests.Where(r => ids.Contains(r.Id)), cancellationToken);
    }

    /// <summary>One that is not understood yet stays, however old, and so does what a person was given to do with a lead.</summary>
    private static IQueryable<InboundMail> Incidental(TenantDb db) => db.InboundMails.Where(m =>
        m.State != InboundState.Received && (m.LeadId == null || (m.State == InboundState.Noted && m.Kind != MailKind.Reply)));

    /// <summary>What waits stays, however old: its integration may be paused.</summary>
    private Task InboxAsync(DateTime old, CancellationToken cancellationToken) => SliceAsync(
        (db, from) => db.Inbox.Where(i => i.ReceivedAt > from && i.ReceivedAt < old).Select(i => i.ReceivedAt),
        (db, from, to) => db.Inbox.Where(
            i => i.ReceivedAt > from && i.ReceivedAt <= to && i.State != InboxState.Waiting && (i.ProcessedAt == null || i.ProcessedAt < old)),
        cancellationToken);

    /// <summary>The files first: of a letter without a row nobody would know any more.</summary>
    private Task LettersAsync(DateTime old, CancellationToken cancellationToken) => InPortionsAsync(
        db => db.SystemMails
            .Where(m => m.CreatedAt < old && !db.Outbox.Any(o => o.DestinationId == m.Id && o.State == OutboxState.Waiting))
            .OrderBy(m => m.CreatedAt).Select(m => m.Id),
        (db, ids) => db.SystemMails.Where(m => ids.Contains(m.Id)),
        cancellationToken,
        ids => pickup.Delete(tenant.Id, ids));

    private async Task InPortionsAsync<TKey, T>(
        Func<TenantDb, IQueryable<TKey>> old,
        Func<TenantDb, IReadOnlyList<TKey>, IQueryable<T>> rows,
        CancellationToken cancellationToken,
        Action<IReadOnlyList<TKey>>? before = null)
    {
        for (var more = true; more;)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var keys = await old(db).Take(Portion).ToListAsync(cancellationToken);
            before?.Invoke(keys);
            await writes.RunAsync((w, ct) => rows(w, keys).ExecuteDeleteAsync(ct), cancellationToken);
            more = keys.Count == Portion;
        }
    }

    /// <summary>For tables without a key of one column: slice after slice of their time, each of a portion of rows.</summary>
    /// <param name="times">Of the rows that are later than a time and old enough.</param>
    /// <param name="rows">What is to go of those later than the first time and no later than the second.</param>
    private async Task SliceAsync<T>(
        Func<TenantDb, DateTime, IQueryable<DateTime>> times, Func<TenantDb, DateTime, DateTime, IQueryable<T>> rows, CancellationToken cancellationToken)
    {
        for (var from = DateTime.UnixEpoch; ;)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var slice = await times(db, from).OrderBy(t => t).Take(Portion).ToListAsync(cancellationToken);
            if (slice.Count == 0)
            {
                return;
            }

            var (begin, end) = (from, slice[^1]);
            await writes.RunAsync((w, ct) => rows(w, begin, end).ExecuteDeleteAsync(ct), cancellationToken);
            from = end;
        }
    }
}
