namespace LeadGen.Pipeline.Feedback;

/// <summary>
/// What a lead did, as counts that fade: each event counts 1 when it happens and half of that every
/// <see cref="HalfLifeDays"/> days later.
/// </summary>
/// <param name="Visits">Faded count of page visits, 0 or more.</param>
/// <param name="Forms">Faded count of submitted forms.</param>
/// <param name="Clicks">Faded count of clicks by people.</param>
/// <param name="Replies">Faded count of replies.</param>
/// <param name="Meetings">Faded count of booked meetings.</param>
/// <param name="LastAt">The newest event counted, UTC; null when there is none.</param>
public sealed record Engagement(double Visits, double Forms, double Clicks, double Replies, double Meetings, DateTime? LastAt)
{
    public const double HalfLifeDays = 30;

    /// <summary>A click this soon after delivery is a mail scanner's, not a person's.</summary>
    public static readonly TimeSpan MachineClick = TimeSpan.FromSeconds(2);

    public static Engagement None { get; } = new(0, 0, 0, 0, 0, null);

    /// <summary>Counts the events that happened up to <paramref name="now"/>; opens never count, since mail programs open by themselves.</summary>
    public static Engagement From(IEnumerable<FeedbackEvent> events, DateTime now)
    {
        var counts = new double[5];
        DateTime? last = null;
        foreach (var one in events)
        {
            if (SlotOf(one.Kind) is not { } slot || one.OccurredAt > now || IsMachineClick(one))
                continue;
            counts[slot] += Math.Pow(0.5, (now - one.OccurredAt).TotalDays / HalfLifeDays);
            if (last is null || one.OccurredAt > last)
                last = one.OccurredAt;
        }

        return last is null ? None : new(counts[0], counts[1], counts[2], counts[3], counts[4], last);
    }

    /// <summary>True for a click that a mail scanner made: on delivery, or under a scanner's name. Only of mails whose delivery is known.</summary>
    public static bool IsMachineClick(FeedbackEvent one) =>
        one.Kind == FeedbackKind.Clicked && one.DeliveredAt is { } delivered
        && (one.OccurredAt - delivered <= MachineClick || (one.UserAgent is not null && MachineAgents.Contain(one.UserAgent)));

    private static int? SlotOf(FeedbackKind kind) => kind switch
    {
        FeedbackKind.Visited => 0,
        FeedbackKind.FormSubmitted => 1,
        FeedbackKind.Clicked => 2,
        FeedbackKind.Replied => 3,
        FeedbackKind.MeetingBooked => 4,
        _ => null,
    };
}
