using LeadGen.Pipeline.Intent;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Intent;

public sealed class IntentJudgementsTests
{
    private static readonly DateTime Day = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void What_a_person_denied_is_gone_and_what_they_said_stands_in_its_place_for_certain()
    {
        var read = new[] { Read(IntentKind.PricingInquiry, 0.8, "text1"), Read(IntentKind.Evaluation, 0.4, "text1"), Read(IntentKind.PricingInquiry, 0.6, "text2") };
        var judged = IntentJudgements.Apply(read, [Said("text1", IntentKind.PricingInquiry, false), Said("text1", IntentKind.DemoRequest, true)]);
        judged.Select(i => (i.TextHash, i.Signal.Kind, i.Signal.Strength)).ShouldBe(
            [("text1", IntentKind.Evaluation, 0.4), ("text2", IntentKind.PricingInquiry, 0.6), ("text1", IntentKind.DemoRequest, 1.0)]);
        judged[^1].Signal.ShouldSatisfyAllConditions(s => s.ObservedAt.ShouldBe(Day), s => s.Evidence.ShouldBe("words of PricingInquiry"));
    }

    [Fact]
    public void A_confirmed_reading_is_certain_and_keeps_its_words()
    {
        var judged = IntentJudgements.Apply([Read(IntentKind.DemoRequest, 0.4, "t")], [Said("t", IntentKind.DemoRequest, true)]);
        judged.ShouldHaveSingleItem().Signal.ShouldBe(new IntentSignal(IntentKind.DemoRequest, 1, Day, "words of DemoRequest", "message"));
    }

    [Fact]
    public void A_text_in_which_nothing_was_read_says_what_a_person_says_it_does()
    {
        var judged = IntentJudgements.Apply([], [Said("t", IntentKind.Support, true), Said("t", IntentKind.Referral, false)]);
        judged.ShouldHaveSingleItem().Signal.ShouldBe(new IntentSignal(IntentKind.Support, 1, Day.AddDays(3), "", "message"));
    }

    [Fact]
    public void Without_a_judgement_nothing_changes()
    {
        var read = new[] { Read(IntentKind.DemoRequest, 0.4, "t") };
        IntentJudgements.Apply(read, []).ShouldBeSameAs(read);
        IntentJudgements.Apply(read, [Said("other", IntentKind.DemoRequest, false)]).ShouldBe(read);
    }

    private static NewIntent Read(IntentKind kind, double strength, string text) => new(new IntentSignal(kind, strength, Day, $"words of {kind}", "message"), text);

    private static IntentJudgement Said(string text, IntentKind kind, bool holds) => new("message", text, kind, holds, Day.AddDays(3));
}
