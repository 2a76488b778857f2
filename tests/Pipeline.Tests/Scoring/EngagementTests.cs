using LeadGen.Pipeline.Feedback;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class EngagementTests
{
    private static readonly DateTime Now = Histories.Now;

    private static FeedbackEvent Event(FeedbackKind kind, DateTime at, DateTime? delivered = null) =>
        new() { Id = Guid.NewGuid().ToString(), LeadId = Guid.Empty, Kind = kind, OccurredAt = at, ReceivedAt = at, DeliveredAt = delivered };

    [Fact]
    public void Counts_fade_by_half_in_thirty_days()
    {
        var engagement = Engagement.From([Event(FeedbackKind.Visited, Now), Event(FeedbackKind.Visited, Now.AddDays(-30))], Now);
        engagement.Visits.ShouldBe(1.5, 1e-9);
        engagement.LastAt.ShouldBe(Now);
    }

    [Fact]
    public void Opens_and_outcomes_never_count() =>
        Engagement.From([Event(FeedbackKind.Opened, Now), Event(FeedbackKind.Won, Now), Event(FeedbackKind.MarkedGood, Now)], Now).ShouldBe(Engagement.None);

    [Fact]
    public void A_click_within_two_seconds_of_delivery_is_a_machines()
    {
        Engagement.From([Event(FeedbackKind.Clicked, Now, Now.AddSeconds(-2))], Now).Clicks.ShouldBe(0);
        Engagement.From([Event(FeedbackKind.Clicked, Now, Now.AddSeconds(-3))], Now).Clicks.ShouldBe(1);
    }

    [Fact]
    public void What_happens_later_is_not_known_yet() =>
        Engagement.From([Event(FeedbackKind.Replied, Now.AddMinutes(1))], Now).ShouldBe(Engagement.None);
}
