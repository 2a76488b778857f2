namespace LeadGen.Infrastructure.Outbox;

/// <summary>
/// How much a destination gets at once: little at first, more while it is quick, nothing for a while when all of it fails. In memory: it only
/// spares work that would be in vain.
/// </summary>
internal sealed class OutboxPace(IOutboxChannel channel)
{
    private const int Most = 256;

    /// <summary>Fewer failures than these, one after the other, are messages' own trouble, and the schedule's business.</summary>
    private const int ManyFailures = 5;

    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstHold = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    private readonly int least = Math.Max(ManyFailures, channel.Batch * channel.Concurrency);
    private TimeSpan hold = FirstHold;
    private int failures;

    /// <summary>Messages of the next portion.</summary>
    public int Size { get; private set; } = Math.Max(ManyFailures, channel.Batch * channel.Concurrency);

    /// <summary>UTC; null when it may be called.</summary>
    public DateTime? HoldUntil { get; private set; }

    /// <summary>Worth remembering when nothing is due.</summary>
    public bool Matters => HoldUntil is not null || failures > 0;

    /// <param name="now">UTC.</param>
    public void Learn(PortionResult portion, TimeSpan took, DateTime now)
    {
        HoldUntil = null;
        var (delivered, failed) = (portion.Outcome.Delivered, portion.Outcome.Failed);
        failures = delivered > 0 ? 0 : failures + failed;
        if (portion.Outcome.IsGone || failures >= ManyFailures)
        {
            Trouble(now);
            return;
        }

        if (portion.Hold is { } wish)
        {
            HoldUntil = now + (wish < LongestWish ? wish : LongestWish);
        }

        if (delivered > 0)
        {
            hold = FirstHold;
            Size = took < Quick ? Math.Min(Math.Max(Most, least), Size * 2) : took > Slow ? Math.Max(least, Size / 2) : Size;
        }
    }

    /// <summary>Nothing gets through: left alone, longer each time.</summary>
    public void Trouble(DateTime now)
    {
        HoldUntil = now + hold;
        hold = hold * 2 < LongestHold ? hold * 2 : LongestHold;
        Size = least;
    }
}
