using System.Diagnostics;
using LeadGen.Infrastructure.Answers;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Mail;
using LeadGen.Infrastructure.Secrets;
using LeadGen.Infrastructure.Tenancy;
using LeadGen.Infrastructure.Work;
using LeadGen.Pipeline.Feedback;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>
/// Sends the current tenant's approved mails in waves. Each transaction stores what ended since the last and takes as many new mails as
/// connections are free, so that what is marked as being sent is being sent, and one slow server holds up nobody else's mails.
/// </summary>
public sealed partial class OutreachSender(
    TenantWrites writes, SendClaims claims, SendResults results, SmtpPool pool, PickupTransport pickup, DkimKeys keys, OutreachLinks links, TrackedLinks tracked,
    TenantSecrets secrets, CurrentTenant tenant, OutreachMetrics metrics, IOptions<SendingOptions> options, TimeProvider time, ILogger<OutreachSender> logger)
{
    /// <summary>A tenant's turn; then others have theirs.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    /// <summary>What ends within this time of each other is stored together; short, since a crash before that leaves it unknown.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(20);

    /// <summary>Sends for one turn, and returns when all that it took has ended.</summary>
    public async Task<WorkResult> RunAsync(CancellationToken cancellationToken)
    {
        var (since, worked) = (Stopwatch.GetTimestamp(), false);
        var running = new List<Task<SendResult>>();
        try
        {
            while (true)
            {
                var ended = await EndedAsync(running);
                var over = cancellationToken.IsCancellationRequested || (worked && Stopwatch.GetElapsedTime(since) > Turn);
                var wave = await StoreAndTakeAsync(ended, over ? 0 : options.Value.Connections - running.Count);
                Count(ended, wave.Lost);
                if (wave.Items.Count > 0)
                {
                    worked = true;
                    FailPoint.Reach("outreach-claimed");
                }

                // Each on a thread of the pool: to write and sign a mail is work before there is anything to wait for.
                running.AddRange(wave.Items.Select(i => Task.Run(() => SendAsync(i, cancellationToken), CancellationToken.None)));
                if (running.Count == 0)
                {
                    return new WorkResult(worked, wave.Again);
                }
            }
        }
        finally
        {
            // Where storing failed these are still talking, with what belongs to this scope.
            await Task.WhenAll(running);
        }
    }

    /// <summary>Takes out of the list what has ended; waits for the first, and a moment for those right behind it.</summary>
    private static async Task<IReadOnlyList<SendResult>> EndedAsync(List<Task<SendResult>> running)
    {
        if (running.Count == 0)
        {
            return [];
        }

        await Task.WhenAny(running);
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(Together, TimeProvider.System));
        var ended = running.Where(t => t.IsCompleted).ToList();
        running.RemoveAll(ended.Contains);
        FailPoint.Reach("outreach-answered");
        return [.. await Task.WhenAll(ended)];
    }

    /// <summary>After the commit: a transaction may run more than once.</summary>
    private void Count(IReadOnlyList<SendResult> ended, int lost)
    {
        metrics.Ended(MailEnd.Unknown, lost);
        foreach (var result in ended)
        {
            if (SendResults.EndOf(result) is { } end)
            {
                metrics.Ended(end, 1);
            }

            if (result.Outcome.Verdict == SendVerdict.NoSuchAddress)
            {
                metrics.Bounced(BounceKind.Hard);
            }
        }
    }

    private Task<SendWave> StoreAndTakeAsync(IReadOnlyList<SendResult> ended, int most) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            await results.StoreAsync(db, ended, now, ct);
            return most == 0 ? new SendWave([], now) : await claims.TakeAsync(db, most, now, ct);
        },
        CancellationToken.None);

    private async Task<SendResult> SendAsync(SendItem item, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await SendOneAsync(item, cancellationToken);
            return new SendResult(item, outcome, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e)
        {
            // Nobody may think that it did not leave.
            Failed(logger, e, item.Message.Id);
            return new SendResult(item, new SendOutcome(SendVerdict.Unknown, "Something went wrong while this mail was on its way. It may have arrived."), time.GetUtcNow().UtcDateTime);
        }
    }

    private async Task<SendOutcome> SendOneAsync(SendItem item, CancellationToken cancellationToken)
    {
        var (message, sender) = (item.Message, item.Sender);
        if (OutreachMime.Problem(message, sender) is { } problem)
        {
            return new SendOutcome(SendVerdict.Refused, problem);
        }

        if (message.Html is { } html)
        {
            // Of the row that was read for sending; what is stored keeps the links as they were written.
            message.Html = tracked.Rewrite(html, links.Base!, tenant.Id, message.Id, item.Tracks.Clicks, item.Tracks.Opens);
        }

        using var mime = OutreachMime.Of(message, sender, item.Thread, links.UnsubscribeOf(tenant.Id, message.Id, message.To)!, time.GetUtcNow());
        if (OutreachMime.Missing(mime, sender) is { Count: > 0 } missing)
        {
            return new SendOutcome(SendVerdict.Refused, $"The mail lacks what every mail must have: {string.Join(", ", missing)}.");
        }

        if (sender.Dkim is { } key)
        {
            keys.Sign(mime, key);
        }

        return sender.Server is null
            ? await PutAsync(message.Id, mime, cancellationToken)
            : await pool.SendAsync(tenant.Id, sender, secrets, mime, cancellationToken);
    }

    private async Task<SendOutcome> PutAsync(Guid id, MimeMessage mime, CancellationToken cancellationToken)
    {
        await pickup.PutAsync(tenant.Id, id, mime, cancellationToken);
        return SendOutcome.Sent;
    }

    [LoggerMessage(621, LogLevel.Error, "Sending mail {Message} failed in an unexpected way")]
    private static partial void Failed(ILogger logger, Exception exception, Guid message);
}
