namespace LeadGen.Pipeline.Outreach;

/// <summary>When a step may happen: in the window of its sequence, in the lead's own time zone, on no holiday.</summary>
public static class SequenceClock
{
    /// <summary>A window that is shut for so long is shut for good.</summary>
    private const int LongestSearch = 370;

    /// <summary>The first moment from <paramref name="earliest"/> on at which the window is open.</summary>
    /// <param name="earliest">UTC.</param>
    /// <param name="zone">The lead's.</param>
    /// <param name="holidays">Days on which nothing leaves.</param>
    /// <returns>UTC; null when the window never opens.</returns>
    public static DateTime? Next(DateTime earliest, SendingWindow window, TimeZoneInfo zone, IReadOnlyCollection<DateOnly> holidays)
    {
        if (window.Days.Count == 0 || window.Until <= window.From)
        {
            return null;
        }

        var local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(earliest, DateTimeKind.Utc), zone);
        var day = DateOnly.FromDateTime(local);
        for (var i = 0; i < LongestSearch; i++, day = day.AddDays(1))
        {
            if (!window.Days.Contains(day.DayOfWeek) || holidays.Contains(day))
            {
                continue;
            }

            var (opens, shuts) = (Utc(day, window.From, zone), Utc(day, window.Until, zone));
            if (earliest < shuts)
            {
                return earliest > opens ? earliest : opens;
            }
        }

        return null;
    }

    /// <summary>When the step after one that ended at <paramref name="ended"/> is due.</summary>
    /// <param name="ended">UTC.</param>
    /// <inheritdoc cref="Next" path="/param"/>
    public static DateTime? After(DateTime ended, SequenceStep step, SendingWindow window, TimeZoneInfo zone, IReadOnlyCollection<DateOnly> holidays) =>
        Next(ended + TimeSpan.FromDays(Math.Max(0, step.AfterDays)), window, zone, holidays);

    /// <summary>A time of day that a clock change leaves out is the first after it.</summary>
    private static DateTime Utc(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(15);
        }

        return TimeZoneInfo.ConvertTimeToUtc(local, zone);
    }
}
