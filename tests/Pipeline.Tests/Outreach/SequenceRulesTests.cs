using LeadGen.Pipeline.Outreach;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Outreach;

public sealed class SequenceRulesTests
{
    private static readonly SendingWindow Office = new();
    private static readonly TimeZoneInfo Berlin = CountryZones.Of("DE", TimeZoneInfo.Utc);

    [Theory]
    [InlineData("2026-11-25T10:00Z", "2026-11-25T10:00Z")] // Wednesday, eleven in Berlin: open.
    [InlineData("2026-11-25T05:00Z", "2026-11-25T07:30Z")] // Six: opens at half past eight.
    [InlineData("2026-11-25T16:00Z", "2026-11-26T07:30Z")] // Five sharp: shut, tomorrow.
    [InlineData("2026-11-27T18:00Z", "2026-11-30T07:30Z")] // Friday evening: Monday.
    [InlineData("2026-10-23T16:00Z", "2026-10-26T07:30Z")] // Over the end of summer time.
    [InlineData("2026-12-24T17:00Z", "2026-12-28T07:30Z")] // Christmas day is a holiday, then the weekend.
    public void A_step_waits_for_the_leads_own_working_hours(string earliest, string due) =>
        SequenceClock.Next(Utc(earliest), Office, Berlin, [new DateOnly(2026, 12, 25)]).ShouldBe(Utc(due));

    [Fact]
    public void A_window_that_never_opens_gives_no_time()
    {
        SequenceClock.Next(Utc("2026-11-25T10:00Z"), Office with { Days = [] }, Berlin, []).ShouldBeNull();
        SequenceClock.Next(Utc("2026-11-25T10:00Z"), Office with { Until = Office.From }, Berlin, []).ShouldBeNull();
        var year = Enumerable.Range(0, 400).Select(i => new DateOnly(2026, 11, 25).AddDays(i)).ToList();
        SequenceClock.Next(Utc("2026-11-25T10:00Z"), Office, Berlin, year).ShouldBeNull();
    }

    [Fact]
    public void A_time_of_day_that_a_clock_change_leaves_out_is_the_first_after_it()
    {
        var night = new SendingWindow { Days = [DayOfWeek.Sunday], From = new TimeOnly(2, 15), Until = new TimeOnly(5, 0) };
        SequenceClock.Next(Utc("2026-03-28T12:00Z"), night, Berlin, []).ShouldBe(Utc("2026-03-29T01:00Z"));
    }

    [Fact]
    public void Every_country_that_is_listed_has_a_zone_of_this_machine_and_others_fall_back()
    {
        CountryZones.Of("US", TimeZoneInfo.Utc).Id.ShouldBe("America/New_York");
        CountryZones.Of("de", TimeZoneInfo.Utc).Id.ShouldBe("Europe/Berlin");
        CountryZones.Of("Atlantis", TimeZoneInfo.Utc).ShouldBe(TimeZoneInfo.Utc);
        CountryZones.Of(null, Berlin).ShouldBe(Berlin);
    }

    [Theory]
    [InlineData(ConditionKind.Grade, "A,B", false, true)]
    [InlineData(ConditionKind.Grade, "a", false, true)]
    [InlineData(ConditionKind.Grade, "B", false, false)]
    [InlineData(ConditionKind.Grade, "B", true, true)]
    [InlineData(ConditionKind.Intent, "DemoRequest", false, true)]
    [InlineData(ConditionKind.Clicked, "", false, false)]
    [InlineData(ConditionKind.Clicked, "", true, true)]
    [InlineData(ConditionKind.CrmStage, "Negotiation", false, true)]
    [InlineData(ConditionKind.CrmStage, "Won", false, false)]
    public void A_condition_holds_or_not(ConditionKind kind, string values, bool not, bool holds)
    {
        var step = new SequenceStep { Kind = StepKind.Mail, Conditions = [new StepCondition(kind, values.Split(',', StringSplitOptions.RemoveEmptyEntries), not)] };
        StepConditions.Hold(step, new StepFacts("A", "DemoRequest", false, ["Negotiation"])).ShouldBe(holds);
    }

    [Fact]
    public void A_new_sender_begins_small_and_is_warm_after_four_weeks()
    {
        SenderPace.WarmUpCap(0).ShouldBe(50);
        SenderPace.WarmUpCap(6).ShouldBe(100);
        SenderPace.WarmUpCap(7).ShouldBe(200);
        SenderPace.WarmUpCap(13).ShouldBe(500);
        Enumerable.Range(0, 40).Select(SenderPace.WarmUpCap).ShouldBeInOrder();
        var since = new DateTime(2026, 11, 1, 15, 0, 0, DateTimeKind.Utc);
        var sender = new Sender { Id = Guid.Empty, Name = "", Email = "", CreatedAt = since, DailyCap = 300, WarmUpSince = since };
        SenderPace.CapOf(sender, since.AddHours(2)).ShouldBe(50);
        SenderPace.CapOf(sender, since.AddDays(9)).ShouldBe(300);
        sender.WarmUpSince = null;
        SenderPace.CapOf(sender, since).ShouldBe(300);
    }

    [Fact]
    public void Rates_pause_only_when_they_mean_something()
    {
        OutreachRates.Bounces(3, 1).ShouldBeNull("one of three tells nothing");
        OutreachRates.Bounces(100, 5).ShouldBeNull();
        OutreachRates.Bounces(100, 6)!.ShouldContain("6 of the last 100");
        OutreachRates.Complaints(200, 1).ShouldBeNull();
        OutreachRates.Complaints(1_000, 2).ShouldBeNull();
        OutreachRates.Complaints(1_000, 3).ShouldNotBeNull();
        OutreachRates.Complaints(50, 1).ShouldBeNull("one among few tells nothing yet");
        OutreachRates.Complaints(50, 2).ShouldNotBeNull();
        OutreachRates.ComplaintsToTell(1_000, 0).ShouldBeNull();
        OutreachRates.ComplaintsToTell(1_000, 1)!.ShouldContain("1 of the last 1000 mails was");
        OutreachRates.ComplaintsToTell(2_500, 2).ShouldBeNull();
        OutreachRates.Errors(100, 20).ShouldBeNull();
        OutreachRates.Errors(100, 21).ShouldNotBeNull();
    }

    [Fact]
    public void A_share_of_few_is_trusted_little()
    {
        var few = new ShareEstimate(1, 5);
        few.Low.ShouldBe(0.036, 0.001);
        few.High.ShouldBe(0.624, 0.001);
        new ShareEstimate(0, 0).High.ShouldBe(1);
    }

    private static DateTime Utc(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
}
