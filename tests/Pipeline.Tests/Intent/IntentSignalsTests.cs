using LeadGen.Pipeline.Intent;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Intent;

public class IntentSignalsTests
{
    private static readonly DateTime At = new(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc);

    [Fact]
    public void Keeps_likely_kinds_strongest_first_but_never_Other()
    {
        var reading = new IntentReading(
            IntentKind.Other,
            new Dictionary<IntentKind, double>
            {
                [IntentKind.Other] = 0.4,
                [IntentKind.DemoRequest] = 0.2,
                [IntentKind.PricingInquiry] = 0.3,
                [IntentKind.Support] = 0.1,
            },
            new Dictionary<IntentKind, string> { [IntentKind.DemoRequest] = "a demo", [IntentKind.PricingInquiry] = "the price" });

        IntentSignals.From(reading, At, "reply").ShouldBe(
        [
            new IntentSignal(IntentKind.PricingInquiry, 0.3, At, "the price", "reply"),
            new IntentSignal(IntentKind.DemoRequest, 0.2, At, "a demo", "reply"),
        ]);
    }
}
