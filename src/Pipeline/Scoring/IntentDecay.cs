using LeadGen.Pipeline.Intent;

namespace LeadGen.Pipeline.Scoring;

/// <summary>How long an intent stays true: its strength halves with every half-life since the words were written.</summary>
public static class IntentDecay
{
    /// <summary>Days after which half of the strength is left; infinite for words that stay true.</summary>
    public static double HalfLifeDays(IntentKind kind) => kind switch
    {
        // A buying wish is acted on within weeks or not at all.
        IntentKind.PurchaseReady or IntentKind.DemoRequest or IntentKind.PricingInquiry => 30,
        IntentKind.Evaluation or IntentKind.TechnicalQuestion or IntentKind.Referral or IntentKind.Support => 60,
        // "Later" grows into "now"; a holiday ends.
        IntentKind.NotNow => 60,
        IntentKind.OutOfOffice => 7,
        IntentKind.NotInterested or IntentKind.JobSeeker or IntentKind.VendorPitch => 365,
        _ => double.PositiveInfinity,
    };

    /// <summary>Strength of a signal at <paramref name="now"/>, 0-1; 0 before the words were written.</summary>
    public static double StrengthAt(IntentSignal signal, DateTime now)
    {
        if (signal.ObservedAt > now)
            return 0;
        var days = (now - signal.ObservedAt).TotalDays;
        return signal.Strength * Math.Pow(0.5, days / HalfLifeDays(signal.Kind));
    }
}
