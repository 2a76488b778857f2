namespace LeadGen.Pipeline.Outreach;

/// <summary>How many mails of a sender may leave on a day. A domain that suddenly sends much is taken for a spammer's, so a new one begins small.</summary>
public static class SenderPace
{
    /// <summary>Days after which a sender is warm.</summary>
    public const int WarmUpDays = 28;

    /// <summary>From how many a day the largest receivers ask for more proof.</summary>
    public const int BulkADay = 5_000;

    /// <param name="day">From 0, the first day.</param>
    /// <returns>50 to 100 a day in the first week, 200 to 500 in the second, then twice as many each week.</returns>
    public static int WarmUpCap(int day) => day switch
    {
        < 0 => 50,
        < 7 => 50 + (day * 50 / 6),
        < 14 => 200 + ((day - 7) * 50),
        < 21 => 1_000,
        < WarmUpDays => 2_000,
        _ => int.MaxValue,
    };

    /// <summary>Most mails today.</summary>
    /// <param name="now">UTC.</param>
    public static int CapOf(Sender sender, DateTime now) => sender.WarmUpSince is { } since
        ? Math.Min(sender.DailyCap, WarmUpCap((int)(now.Date - since.Date).TotalDays))
        : sender.DailyCap;

    /// <summary>Why nothing of this sender may leave, in plain words; null when it may.</summary>
    /// <param name="isPublic">Whether the portal is reached over https from everywhere, as receivers' programs must to unsubscribe.</param>
    public static string? Problem(Sender sender, bool isPublic) => sender switch
    {
        { State: SenderState.Paused } => sender.StateReason ?? "The sender is paused.",
        { PostalAddress: var postal } when string.IsNullOrWhiteSpace(postal) => "The sender has no postal address. The law asks for one in every mail.",
        { Server: not null } when !isPublic => "Receivers could not unsubscribe: whoever runs this installation must set Mail:PublicUrl to its https address.",
        { Server: not null, SendsUnchecked: false, Check: not { Passed: true } } => "The sender's domain has not passed its check (SPF, DKIM, DMARC) yet.",
        _ => null,
    };
}
