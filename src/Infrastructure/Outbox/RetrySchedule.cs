namespace LeadGen.Infrastructure.Outbox;

/// <summary>When a delivery that failed is tried again. Source: the Standard Webhooks specification 1.0.0, ten attempts over 75 hours.</summary>
public static class RetrySchedule
{
    /// <summary>Waiting before the first, second, … attempt.</summary>
    public static readonly IReadOnlyList<TimeSpan> Delays =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>Share by which a delay is longer or shorter, so that what failed together does not come back together.</summary>
    public const double Jitter = 0.1;

    /// <param name="attempts">Attempts made in this round, at least 1.</param>
    /// <param name="retryAfter">What the other side asked for.</param>
    /// <returns>How long to wait, or null when that was the last.</returns>
    public static TimeSpan? After(int attempts, TimeSpan? retryAfter)
    {
        if (attempts >= Delays.Count)
        {
            return null;
        }

        var delay = Delays[attempts] * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1)));
        return retryAfter > delay ? retryAfter : delay;
    }
}
