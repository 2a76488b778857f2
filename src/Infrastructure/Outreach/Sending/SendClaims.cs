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
        await db.OutreachMessages.Where(m => m.State == OutreachState.Sending && m.ClaimedUntil < now).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.State, OutreachState.Unknown).SetProperty(x => x.StateReason, Lost).SetProperty(x => x.Revision, x => x.Revision + 1),
            cancellationToken);

        // Locked: two nodes at once must not both think that there is room under the cap.
        var senders = await db.Senders.AsNoTracking().OrderBy(s => s.Id).ForUpdate().ToListAsync(cancellationToken);
        if (senders.Count == 0)
        {
            return new SendWave([], null);
        }

        var gate = await SendGate.ReadAsync(db, now, cancellationToken);
        var taken = new List<SendItem>();
        DateTime? again = null;
        foreach (var sender in senders)
        {
            var (items, later) = await OfAsync(db, sender, gate, most - taken.Count, now, cancellationToken);
            taken.AddRange(items);
            again = Earlier(again, later);
            if (taken.Count >= most)
            {
                break;
            }
        }

        await MarkAsync(db, taken, now, cancellationToken);
        var running = await db.OutreachMessages.Where(m => m.State == OutreachState.Sending).MinAsync(m => m.ClaimedUntil, cancellationToken);
        return new SendWave(taken, Earlier(again, running));
    }

    private async Task<(IReadOnlyList<SendItem> Items, DateTime? Again)> OfAsync(
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
        var ids = await waiting.Where(m => m.DueAt <= now && !full.Contains(m.ToDomain) && (m.SequenceId == null || !held.Contains(m.SequenceId.Value)))
            .OrderBy(m => m.DueAt).Select(m => m.Id).Take(room * Looks).SkipLocked().ToListAsync(cancellationToken);
        var found = await db.OutreachMessages.AsNoTracking().Where(m => ids.Contains(m.Id)).ToListAsync(cancellationToken);
        var open = await SendScreen.RunAsync(db, suppressions, gate, [.. found.OrderBy(m => m.DueAt)], now, cancellationToken);
        var items = new List<SendItem>();
        foreach (var message in open)
        {
            var count = domains.GetValueOrDefault(message.ToDomain);
            if (items.Count >= room || count >= sender.PerDomainPerMinute || !gate.TakeOne(message.SequenceId))
            {
                continue;
            }

            domains[message.ToDomain] = count + 1;
            items.Add(new SendItem(message, sender, Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero))) { Tracks = gate.Tracks });
        }

        return (items, items.Count > 0 ? now : ids.Count > 0 ? now + Soon : Earlier(next, now + Soon));
    }

    private async Task MarkAsync(TenantDb db, List<SendItem> taken, DateTime now, CancellationToken cancellationToken)
    {
        var until = now + options.Value.Lease;
        foreach (var item in taken)
        {
            await db.OutreachMessages.Where(m => m.Id == item.Message.Id && m.State == OutreachState.Approved).ExecuteUpdateAsync(
                m => m.SetProperty(x => x.State, OutreachState.Sending).SetProperty(x => x.SendingAt, now).SetProperty(x => x.StateReason, (string?)null)
                    .SetProperty(x => x.ClaimToken, item.Token).SetProperty(x => x.ClaimedUntil, until).SetProperty(x => x.Revision, x => x.Revision + 1),
                cancellationToken);
            item.Thread = item.Message is { InReplyTo: not null, EnrollmentId: { } enrollment }
                ? await db.OutreachMessages.Where(m => m.EnrollmentId == enrollment && m.Step < item.Message.Step && m.SentAt != null)
                    .OrderBy(m => m.Step).Select(m => m.MessageId).ToListAsync(cancellationToken)
                : [];
        }
    }

    private static DateTime? Earlier(DateTime? a, DateTime? b) => a is null ? b : b is null || a < b ? a : b;
}

/// <summary>Mails that are on their way now.</summary>
/// <param name="Again">When to look again at the latest; null when nothing waits.</param>
public sealed record SendWave(IReadOnlyList<SendItem> Items, DateTime? Again);

/// <summary>One of them.</summary>
/// <param name="Token">Names this attempt: only its holder may say how it ended.</param>
public sealed record SendItem(OutreachMessage Message, Sender Sender, Guid Token)
{
    /// <summary>Whether its links go through us, and whether it carries a picture that tells of its opening.</summary>
    public (bool Clicks, bool Opens) Tracks { get; init; }

    /// <summary>Message-IDs of the mails before it in its thread, oldest first.</summary>
    public IReadOnlyList<string> Thread { get; set; } = [];
}
