using LeadGen.Infrastructure.Data;
using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>
/// Takes the mails that leave next, in the caller's transaction: whatever forbids a mail is asked for the very rows that are marked
/// <see cref="OutreachState.Sending"/>, and before that mark is committed no byte of them leaves.
/// </summary>
public sealed class SendClaims(Suppressions suppressions, OutreachLinks links, IOptions<SendingOptions> options)
{
    private const string Lost = "LeadGen stopped while this mail was on its way. It may have arrived.";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>A look again where only our own pace holds mails back.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>Of the mails in reach, so many are looked at for one that is taken: some will be held back.</summary>
    private const int Looks = 4;

    public async Task<SendWave> TakeAsync(TenantDb db, int most, DateTime now, CancellationToken cancellationToken)
    {
        // What its process did not finish is nobody's to send again.
        var lost = await db.OutreachMessages.Where(m => m.State == OutreachState.Sending && m.ClaimedUntil < now).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutreachState.Unknown).SetProperty(x => x.StateReason, Lost).SetProperty(x => x.Revision, x => x.Revision + 1),
            cancellationToken);

        // Locked: two nodes at once must not both think that there is room under the cap.
        var senders = await db.Senders.AsNoTracking().OrderBy(s => s.Id).ForUpdate().ToListAsync(cancellationToken);
        if (senders.Count == 0)
        {
            return new SendWave([], null) { Lost = lost };
        }

        var gate = await SendGate.ReadAsync(db, now, cancellationToken);
        var taken = new Dictionary<Guid, Sender>();
        DateTime? again = null;
        foreach (var sender in senders)
        {
            var (ids, later) = await OfAsync(db, sender, gate, most - taken.Count, now, cancellationToken);
            foreach (var id in ids)
            {
                taken.Add(id, sender);
            }

            again = Earlier(again, later);
            if (taken.Count >= most)
            {
                break;
            }
        }

        var items = await MarkAsync(db, taken, gate, now, cancellationToken);
        var running = await db.OutreachMessages.Where(m => m.State == OutreachState.Sending).MinAsync(m => m.ClaimedUntil, cancellationToken);
        return new SendWave(items, Earlier(again, running)) { Lost = lost };
    }

    private async Task<(IReadOnlyList<Guid> Ids, DateTime? Again)> OfAsync(
        TenantDb db, Sender sender, SendGate gate, int most, DateTime now, CancellationToken cancellationToken)
    {
        var id = sender.Id;
        var waiting = db.OutreachMessages.Where(m => m.SenderId == id && m.State == OutreachState.Approved);
        if (SenderPace.Problem(sender, links.IsPublic) is not null || links.Base is null)
        {
            // Whoever mends it raises the work again.
            return ([], null);
        }

        if (sender.HoldUntil > now)
        {
            return ([], await waiting.AnyAsync(cancellationToken) ? sender.HoldUntil : null);
        }

        // How many are due a moment from now decides when to look again; the index answers it.
        var next = await waiting.Where(m => m.DueAt > now).MinAsync(m => (DateTime?)m.DueAt, cancellationToken);
        if (!await waiting.AnyAsync(m => m.DueAt <= now, cancellationToken))
        {
            return ([], next);
        }

        var (today, minute) = (gate.DayStart, now - Minute);
        var sentToday = await db.OutreachMessages.CountAsync(m => m.SenderId == id && m.SendingAt >= today, cancellationToken);
        var left = SenderPace.CapOf(sender, now) - sentToday;
        if (left <= 0)
        {
            return ([], gate.DayEnd);
        }

        var domains = await db.OutreachMessages.Where(m => m.SenderId == id && m.SendingAt > minute).GroupBy(m => m.ToDomain)
            .Select(g => new { Domain = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Domain, g => g.Count, cancellationToken);
        var room = Math.Min(Math.Min(left, sender.PerMinute - domains.Values.Sum()), most);
        if (room <= 0)
        {
            return ([], most <= 0 ? now : now + Soon);
        }

        var full = domains.Where(d => d.Value >= sender.PerDomainPerMinute).Select(d => d.Key).ToList();
        var held = gate.Held;
        var found = await waiting.Where(m => m.DueAt <= now && !full.Contains(m.ToDomain) && (m.SequenceId == null || !held.Contains(m.SequenceId.Value)))
            .OrderBy(m => m.DueAt).Take(room * Looks).SkipLocked()
            .Select(m => new SendCandidate(m.Id, m.LeadId, m.To, m.ToDomain, m.SequenceId, m.EnrollmentId)).ToListAsync(cancellationToken);
        var ids = new List<Guid>();
        foreach (var part in found.Chunk(room))
        {
            // Mostly the first part is enough, and the others need no look.
            if (ids.Count >= room)
            {
                break;
            }

            foreach (var mail in await SendScreen.RunAsync(db, suppressions, gate, part, now, cancellationToken))
            {
                var count = domains.GetValueOrDefault(mail.ToDomain);
                if (ids.Count >= room || count >= sender.PerDomainPerMinute || !gate.TakeOne(mail.SequenceId))
                {
                    continue;
                }

                domains[mail.ToDomain] = count + 1;
                ids.Add(mail.Id);
            }
        }

        return (ids, ids.Count > 0 ? now : found.Count > 0 ? now + Soon : Earlier(next, now + Soon));
    }

    /// <summary>One statement and one token for all of them. Whatever the mark did not reach was stopped meanwhile, and does not leave.</summary>
    private async Task<IReadOnlyList<SendItem>> MarkAsync(
        TenantDb db, Dictionary<Guid, Sender> taken, SendGate gate, DateTime now, CancellationToken cancellationToken)
    {
        if (taken.Count == 0)
        {
            return [];
        }

        var (ids, token, until) = (taken.Keys.ToList(), Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero)), now + options.Value.Lease);
        await db.OutreachMessages.Where(m => ids.Contains(m.Id) && m.State == OutreachState.Approved).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutreachState.Sending).SetProperty(x => x.SendingAt, now).SetProperty(x => x.StateReason, (string?)null)
                .SetProperty(x => x.ClaimToken, token).SetProperty(x => x.ClaimedUntil, until).SetProperty(x => x.Revision, x => x.Revision + 1),
            cancellationToken);
        var marked = await db.OutreachMessages.AsNoTracking().Where(m => ids.Contains(m.Id) && m.ClaimToken == token).OrderBy(m => m.DueAt).ToListAsync(cancellationToken);
        var ways = marked.Where(m => m.InReplyTo is not null && m.EnrollmentId is not null).Select(m => m.EnrollmentId).ToList();
        var before = ways.Count == 0 ? [] : await db.OutreachMessages.Where(m => ways.Contains(m.EnrollmentId) && m.SentAt != null).OrderBy(m => m.Step)
            .Select(m => new { m.EnrollmentId, m.Step, m.MessageId }).ToListAsync(cancellationToken);
        return [.. marked.Select(m => new SendItem(m, taken[m.Id], token)
        {
            Tracks = gate.Tracks,
            Thread = m.InReplyTo is null ? [] : [.. before.Where(b => b.EnrollmentId == m.EnrollmentId && b.Step < m.Step).Select(b => b.MessageId)],
        })];
    }

    private static DateTime? Earlier(DateTime? a, DateTime? b) => a is null ? b : b is null || a < b ? a : b;
}

/// <summary>Mails that are on their way now.</summary>
/// <param name="Again">When to look again at the latest; null when nothing waits.</param>
public sealed record SendWave(IReadOnlyList<SendItem> Items, DateTime? Again)
{
    /// <summary>Mails whose process died, and which are unknown since.</summary>
    public int Lost { get; init; }
}

/// <summary>One of them.</summary>
/// <param name="Token">Names the wave: only its holder may say how its mails ended.</param>
public sealed record SendItem(OutreachMessage Message, Sender Sender, Guid Token)
{
    /// <summary>Whether its links go through us, and whether it carries a picture that tells of its opening.</summary>
    public (bool Clicks, bool Opens) Tracks { get; init; }

    /// <summary>Message-IDs of the mails before it in its thread, oldest first.</summary>
    public IReadOnlyList<string> Thread { get; init; } = [];
}

/// <summary>What is asked of a mail before it is taken; its text is read only for those that are.</summary>
internal sealed record SendCandidate(Guid Id, Guid LeadId, string To, string ToDomain, Guid? SequenceId, Guid? EnrollmentId);
