using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Outreach;
using Microsoft.EntityFrameworkCore;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>What the tenant's sequences and calendar allow at this moment.</summary>
internal sealed class SendGate
{
    private readonly Dictionary<Guid, int> left;

    private SendGate(IReadOnlyDictionary<Guid, SequencePlan> plans, Dictionary<Guid, int> left, TimeZoneInfo zone, IReadOnlyCollection<DateOnly> holidays, DateTime now)
    {
        (Plans, this.left, Zone, Holidays) = (plans, left, zone, holidays);
        var today = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(now, DateTimeKind.Utc), zone).Date;
        (DayStart, DayEnd) = (Utc(today), Utc(today.AddDays(1)));
        DateTime Utc(DateTime midnight) => TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(midnight) ? midnight.AddHours(1) : midnight, zone);
    }

    /// <summary>Of the sequences that run.</summary>
    public IReadOnlyDictionary<Guid, SequencePlan> Plans { get; }

    /// <summary>Sequences of which nothing leaves now: paused, put away, or at their cap for today.</summary>
    public IReadOnlyList<Guid> Held { get; private init; } = [];

    public TimeZoneInfo Zone { get; }

    /// <summary>Whether the tenant has clicks and opens of its mails told.</summary>
    public (bool Clicks, bool Opens) Tracks { get; private init; }

    public IReadOnlyCollection<DateOnly> Holidays { get; }

    /// <summary>When the tenant's day began, UTC: caps count from here.</summary>
    public DateTime DayStart { get; }

    public DateTime DayEnd { get; }

    public static async Task<SendGate> ReadAsync(TenantDb db, DateTime now, CancellationToken cancellationToken)
    {
        var settings = await db.Meta.AsNoTracking().Select(m => m.Settings).SingleAsync(cancellationToken);
        var sequences = await db.Sequences.AsNoTracking().Select(s => new { s.Id, s.State, s.Plan }).ToListAsync(cancellationToken);
        var plans = sequences.Where(s => s.State == SequenceState.Active).ToDictionary(s => s.Id, s => s.Plan);
        var calendar = new SendGate(plans, [], TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone), settings.Holidays, now);
        var (running, today) = (plans.Keys.ToList(), calendar.DayStart);
        var sent = running.Count == 0 ? [] : await db.OutreachMessages.Where(m => running.Contains(m.SequenceId!.Value) && m.SendingAt >= today)
            .GroupBy(m => m.SequenceId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var left = plans.ToDictionary(p => p.Key, p => p.Value.DailyCap - sent.GetValueOrDefault(p.Key));
        return new SendGate(plans, left, calendar.Zone, settings.Holidays, now)
        {
            Tracks = (settings.TracksClicks, settings.TracksOpens),
            Held = [.. sequences.Where(s => s.State != SequenceState.Active || left[s.Id] <= 0).Select(s => s.Id)],
        };
    }

    /// <summary>When a mail of a sequence may leave for a lead; <paramref name="now"/> or earlier when it may now, null when its window never opens.</summary>
    public DateTime? OpensFor(Guid? sequence, string? country, DateTime now) => sequence is { } id && Plans.TryGetValue(id, out var plan)
        ? SequenceClock.Next(now, plan.Window, CountryZones.Of(country, Zone), Holidays)
        : now;

    /// <summary>What the mails of a sequence are about; null for nothing that can be refused.</summary>
    public Guid? TopicOf(Guid? sequence) => sequence is { } id && Plans.TryGetValue(id, out var plan) ? plan.TopicId : null;

    /// <summary>Counts one against the sequence's cap of today.</summary>
    public bool TakeOne(Guid? sequence)
    {
        if (sequence is not { } id)
        {
            return true;
        }

        var room = left.GetValueOrDefault(id);
        left[id] = room - 1;
        return room > 0;
    }
}
