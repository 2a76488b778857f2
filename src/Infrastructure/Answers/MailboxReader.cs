using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Pipeline.Feedback;
using MailKit;
using MailKit.Search;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Answers;

/// <summary>
/// Reads mailboxes: one node at a time under a lease, from the mail after the last whose row is committed. A crash anywhere reads some mails
/// once more, which their Message-IDs make harmless.
/// </summary>
public sealed class MailboxReader(IDbContextFactory<TenantDb> databases, TenantWrites writes, MailboxConnection connection, MailboxWatch watch, AdminNotices notices, TimeProvider time)
{
    private const int Batch = 25;

    /// <summary>Until a node that reads and says nothing is taken for dead.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Poll = TimeSpan.FromMinutes(1);

    /// <summary>While the server itself tells of new mail, asking is only a precaution.</summary>
    private static readonly TimeSpan PollBesideIdle = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan AfterTrouble = TimeSpan.FromMinutes(5);

    /// <summary>How far back a folder that was numbered anew is read.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(7);

    /// <returns>Whether new mail came, and when the next mailbox is due.</returns>
    public async Task<(bool Worked, DateTime? Again)> RunAsync(CancellationToken cancellationToken)
    {
        var worked = false;
        while (await ClaimAsync(cancellationToken) is { } claimed)
        {
            worked |= await ReadAsync(claimed, cancellationToken) > 0;
        }

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var again = await db.Mailboxes.Where(m => m.Kind == MailboxKind.Imap && m.State == MailboxState.Active)
            .MinAsync(m => m.ClaimedUntil != null && m.ClaimedUntil > m.NextReadAt ? m.ClaimedUntil : m.NextReadAt, cancellationToken);
        return (worked, again);
    }

    private Task<AnswerMailbox?> ClaimAsync(CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var due = await db.Mailboxes
                .Where(m => m.Kind == MailboxKind.Imap && m.State == MailboxState.Active && m.NextReadAt <= now && (m.ClaimedUntil == null || m.ClaimedUntil < now))
                .OrderBy(m => m.NextReadAt).Take(1).SkipLocked().SingleOrDefaultAsync(ct);
            if (due is not null)
            {
                (due.ClaimToken, due.ClaimedUntil) = (Guid.CreateVersion7(time.GetUtcNow()), now + Lease);
                await db.SaveChangesAsync(ct);
            }

            return due;
        },
        cancellationToken);

    private async Task<int> ReadAsync(AnswerMailbox mailbox, CancellationToken cancellationToken)
    {
        var (taken, problem, signedOut) = (0, (string?)null, false);
        try
        {
            var (client, folder) = await connection.OpenAsync(mailbox, cancellationToken);
            using (client)
            {
                taken = await ReadAsync(mailbox, folder, cancellationToken);
                await client.DisconnectAsync(quit: true, cancellationToken);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && MailboxConnection.Explain(e, mailbox) is { } why)
        {
            (problem, signedOut) = (why, e is MailboxException { IsSignedOut: true });
        }

        var watched = problem is null && watch.Keep(mailbox);
        if (signedOut && await SignOutAsync(mailbox, problem!, cancellationToken))
        {
            return taken;
        }

        await LetGoAsync(mailbox, problem, problem is not null ? AfterTrouble : watched ? PollBesideIdle : Poll, cancellationToken);
        return taken;
    }

    private async Task<int> ReadAsync(AnswerMailbox mailbox, IMailFolder folder, CancellationToken cancellationToken)
    {
        var (validity, last) = (mailbox.UidValidity, mailbox.LastUid);
        if (validity == 0)
        {
            // What lay there before is nobody's answer to us.
            last = folder.UidNext is { } next ? next.Id - 1 : (await folder.SearchAsync(SearchQuery.All, cancellationToken)).Select(u => (long)u.Id).DefaultIfEmpty().Max();
            await StoreAsync(mailbox, [], folder.UidValidity, last, cancellationToken);
            return 0;
        }

        IEnumerable<UniqueId> found;
        if (validity != folder.UidValidity)
        {
            last = 0;
            found = await folder.SearchAsync(SearchQuery.DeliveredAfter((time.GetUtcNow() - Back).UtcDateTime), cancellationToken);
        }
        else
        {
            // The range reaches the last mail even where that lies before its beginning.
            var range = new UniqueIdRange(new UniqueId((uint)Math.Min(last + 1, uint.MaxValue)), UniqueId.MaxValue);
            found = (await folder.SearchAsync(SearchQuery.Uids(range), cancellationToken)).Where(u => u.Id > last);
        }

        var taken = 0;
        foreach (var uids in found.OrderBy(u => u.Id).Chunk(Batch))
        {
            var sizes = (await folder.FetchAsync(uids, MessageSummaryItems.UniqueId | MessageSummaryItems.Size, cancellationToken)).ToDictionary(s => s.UniqueId, s => s.Size ?? 0);
            var mails = new List<IncomingMail>();
            foreach (var uid in uids.Where(sizes.ContainsKey))
            {
                if (await FetchAsync(folder, uid, sizes[uid], cancellationToken) is { } mail)
                {
                    mails.Add(mail);
                }
            }

            taken += await StoreAsync(mailbox, mails, folder.UidValidity, uids[^1].Id, cancellationToken);
        }

        return taken;
    }

    /// <summary>A mail; of one that is too large its headers; null when it is gone meanwhile or is no mail.</summary>
    private static async Task<IncomingMail?> FetchAsync(IMailFolder folder, UniqueId uid, uint size, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await folder.GetStreamAsync(uid, size > MailParser.Largest ? "HEADER" : "", cancellationToken);
            return MailParser.Read(stream, cancellationToken);
        }
        catch (Exception e) when (e is MessageNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Rows and checkpoint together, and only as long as the lease is ours.</summary>
    private Task<int> StoreAsync(AnswerMailbox mailbox, IReadOnlyList<IncomingMail> mails, uint validity, long last, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            var held = await db.Mailboxes.Where(m => m.Id == mailbox.Id && m.ClaimToken == mailbox.ClaimToken).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.UidValidity, validity).SetProperty(x => x.LastUid, last).SetProperty(x => x.ClaimedUntil, now + Lease), ct);
            return held == 0
                ? throw new MailboxException("Another process reads this mailbox now.")
                : await AnswerIntake.StoreAsync(db, mailbox.Id, mails, now, ct);
        },
        cancellationToken);

    /// <summary>Asking again would change nothing; the admins are told, once.</summary>
    /// <returns>False when a person changed the mailbox meanwhile.</returns>
    private Task<bool> SignOutAsync(AnswerMailbox mailbox, string problem, CancellationToken cancellationToken) => writes.RunAsync(
        async (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            if (await db.Mailboxes.Where(m => m.Id == mailbox.Id && m.ClaimToken == mailbox.ClaimToken && m.Revision == mailbox.Revision).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null)
                    .SetProperty(x => x.State, MailboxState.SignedOut).SetProperty(x => x.Problem, problem).SetProperty(x => x.NextReadAt, (DateTime?)null),
                ct) == 0)
            {
                return false;
            }

            await notices.AddAsync(
                db, $"The mailbox {mailbox.Address} needs you to sign in anew",
                $"{problem}\n\nUntil then answers to your mails are not read. Nothing is lost: what comes in meanwhile is read afterwards. The page “Mailboxes” has the mailbox.", now, ct);
            return true;
        },
        cancellationToken);

    private Task LetGoAsync(AnswerMailbox mailbox, string? problem, TimeSpan pause, CancellationToken cancellationToken) => writes.RunAsync(
        (db, ct) =>
        {
            var now = time.GetUtcNow().UtcDateTime;
            return db.Mailboxes.Where(m => m.Id == mailbox.Id && m.ClaimToken == mailbox.ClaimToken).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.ClaimToken, (Guid?)null).SetProperty(x => x.ClaimedUntil, (DateTime?)null)
                    .SetProperty(x => x.NextReadAt, now + pause)
                    .SetProperty(x => x.Problem, problem).SetProperty(x => x.LastReadAt, x => problem == null ? now : x.LastReadAt),
                ct);
        },
        cancellationToken);
}
