using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>Stores how mails ended, and what follows from it, in the caller's transaction.</summary>
public sealed class SendResults(Suppressions suppressions, FeedbackActions feedback, OutreachPauses pauses)
{
    /// <summary>“Not now” so often is no.</summary>
    public const int MostAttempts = 12;

    private const string Actor = "outreach";

    /// <summary>A server that is away is tried again after this time; one that asked for a pause after <see cref="Backoff"/>.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Backoff = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromHours(4);

    /// <summary>A quarter of an hour, then twice as long each time, up to four hours.</summary>
    public static TimeSpan BackoffAfter(int attempts) => TimeSpan.FromTicks(Math.Min(LongestBackoff.Ticks, Backoff.Ticks << Math.Clamp(attempts - 1, 0, 8)));

    /// <summary>The end that a mail came to; null for one that waits for its next try.</summary>
    public static MailEnd? EndOf(SendResult result) => result.Outcome.Verdict switch
    {
        SendVerdict.Sent => MailEnd.Sent,
        SendVerdict.Unknown => MailEnd.Unknown,
        SendVerdict.Refused or SendVerdict.NoSuchAddress => MailEnd.Failed,
        SendVerdict.Later when result.Item.Message.Attempts + 1 >= MostAttempts => MailEnd.Failed,
        _ => null,
    };

    public async Task StoreAsync(TenantDb db, IReadOnlyList<SendResult> results, DateTime now, CancellationToken cancellationToken)
    {
        var sent = await SentAsync(db, results, cancellationToken);
        var touched = new HashSet<Guid>();
        foreach (var result in results)
        {
            var message = result.Item.Message;
            switch (result.Outcome.Verdict)
            {
                case SendVerdict.Unknown:
                    await EndAsync(db, result, OutreachState.Unknown, null, cancellationToken);
                    break;
                case SendVerdict.Later when message.Attempts + 1 < MostAttempts:
                    await AgainAsync(db, result, now + BackoffAfter(message.Attempts + 1), 1, cancellationToken);
                    break;
                case SendVerdict.Busy:
                    await AgainAsync(db, result, message.DueAt, 0, cancellationToken);
                    await HoldAsync(db, result, now, cancellationToken);
                    break;
                case SendVerdict.SenderRefused:
                    await AgainAsync(db, result, message.DueAt, 0, cancellationToken);
                    await pauses.PauseSenderAsync(db, message.SenderId, result.Outcome.Error!, now, cancellationToken);
                    break;
                case SendVerdict.Later or SendVerdict.Refused or SendVerdict.NoSuchAddress:
                    await FailAsync(db, result, now, cancellationToken);
                    touched.Add(message.SenderId);
                    break;
            }
        }

        await SequenceSteps.SentAsync(db, sent, now, cancellationToken);
        foreach (var sender in touched)
        {
            await pauses.CheckAsync(db, sender, now, cancellationToken);
        }
    }

    /// <summary>One statement for what left of each wave.</summary>
    /// <returns>Those that were this process's to end.</returns>
    private static async Task<IReadOnlyList<OutreachMessage>> SentAsync(TenantDb db, IReadOnlyList<SendResult> results, CancellationToken cancellationToken)
    {
        var sent = new List<OutreachMessage>();
        foreach (var wave in results.Where(r => r.Outcome.Verdict == SendVerdict.Sent).GroupBy(r => r.Item.Token))
        {
            // They left within tens of milliseconds: one time tells it for all.
            var (token, at, ids) = (wave.Key, (DateTime?)wave.Max(r => r.At), wave.Select(r => r.Item.Message.Id).ToList());
            var mine = db.OutreachMessages.Where(m => ids.Contains(m.Id) && m.ClaimToken == token);

            // Also what was given up as unknown meanwhile: its holder knows better.
            var ended = await mine.Where(m => m.State == OutreachState.Sending || m.State == OutreachState.Unknown).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Sent).SetProperty(x => x.StateReason, (string?)null).SetProperty(x => x.SentAt, at)
                    .SetProperty(x => x.EndedAt, at).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.Revision, x => x.Revision + 1),
                cancellationToken);
            var stored = ended == ids.Count ? ids : await mine.Where(m => m.State == OutreachState.Sent && m.SentAt == at).Select(m => m.Id).ToListAsync(cancellationToken);
            sent.AddRange(wave.Select(r => r.Item.Message).Where(m => stored.Contains(m.Id)));
        }

        return sent;
    }

    private static async Task<bool> EndAsync(TenantDb db, SendResult result, OutreachState state, DateTime? at, CancellationToken cancellationToken)
    {
        var (id, token, why) = (result.Item.Message.Id, result.Item.Token, result.Outcome.Error);
        return await db.OutreachMessages.Where(m => m.Id == id && m.ClaimToken == token && (m.State == OutreachState.Sending || m.State == OutreachState.Unknown))
            .ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, state).SetProperty(x => x.StateReason, why).SetProperty(x => x.EndedAt, at)
                    .SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.Revision, x => x.Revision + 1),
                cancellationToken) == 1;
    }

    private static Task<int> AgainAsync(TenantDb db, SendResult result, DateTime due, int attempts, CancellationToken cancellationToken)
    {
        var (id, token) = (result.Item.Message.Id, result.Item.Token);
        return db.OutreachMessages.Where(m => m.Id == id && m.ClaimToken == token && m.State == OutreachState.Sending).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutreachState.Approved).SetProperty(x => x.StateReason, result.Outcome.Error).SetProperty(x => x.DueAt, x => x.DueAt > due ? x.DueAt : due)
                .SetProperty(x => x.SendingAt, (DateTime?)null).SetProperty(x => x.Attempts, x => x.Attempts + attempts)
                .SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null).SetProperty(x => x.Revision, x => x.Revision + 1),
            cancellationToken);
    }

    private static Task<int> HoldAsync(TenantDb db, SendResult result, DateTime now, CancellationToken cancellationToken)
    {
        var until = now + (result.Outcome.Error!.Contains("asked for a pause", StringComparison.Ordinal) ? Backoff : Away);
        return db.Senders.Where(s => s.Id == result.Item.Message.SenderId && (s.HoldUntil == null || s.HoldUntil < until)).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.HoldUntil, until).SetProperty(x => x.StateReason, result.Outcome.Error), cancellationToken);
    }

    private async Task FailAsync(TenantDb db, SendResult result, DateTime now, CancellationToken cancellationToken)
    {
        var (message, why) = (result.Item.Message, result.Outcome.Error!);
        if (!await EndAsync(db, result, OutreachState.Failed, now, cancellationToken))
        {
            return;
        }

        await OutreachStops.StopAsync(db, [message.LeadId], why, now, cancellationToken);
        if (result.Outcome.Verdict == SendVerdict.NoSuchAddress)
        {
            await suppressions.AddAsync(db, message.To, SuppressionReason.Bounced, Actor, message.Id, now, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await feedback.RecordAsync(db, new GivenFeedback($"outreach:{message.Id:N}:bounced", message.LeadId, null, FeedbackKind.Bounced, now), Actor, cancellationToken);
            db.Raise(WorkKind.Leads);
        }
    }
}

/// <summary>How one mail ended.</summary>
/// <param name="At">UTC.</param>
public sealed record SendResult(SendItem Item, SendOutcome Outcome, DateTime At);
