namespace LeadGen.Pipeline.Outreach;

/// <summary>When so much goes wrong that sending must stop before the sender's name is ruined.</summary>
public static class OutreachRates
{
    /// <summary>Mails that are looked back on for bounces and errors.</summary>
    public const int Recent = 100;

    /// <summary>Mails that are looked back on for complaints.</summary>
    public const int RecentForComplaints = 1_000;

    /// <summary>Few mails are taken for so many: one bounce of three mails tells nothing.</summary>
    private const int Least = 40;

    private const int LeastForComplaints = 500;

    /// <summary>Why a sequence must pause; null when it need not. More than 5% of the last 100 bounced.</summary>
    public static string? Bounces(int sent, int bounced) => bounced > 0.05 * Math.Max(Math.Min(sent, Recent), Least)
        ? $"{bounced} of the last {sent} mails bounced. Check where these addresses come from before it goes on."
        : null;

    /// <summary>Why a sender must pause; null when it need not. 0.3% or more complained.</summary>
    public static string? Complaints(int sent, int complained) => complained >= 0.003 * Math.Max(Math.Min(sent, RecentForComplaints), LeastForComplaints)
        ? $"{complained} of the last {sent} receivers reported the mail as spam. Mailbox providers block senders at this rate."
        : null;

    /// <summary>Why a sender must pause; null when it need not. More than a fifth of the last 100 were refused.</summary>
    public static string? Errors(int sent, int failed) => failed > 0.2 * Math.Max(Math.Min(sent, Recent), Least)
        ? $"{failed} of the last {sent} mails were refused. Look at their reasons in the outbox."
        : null;
}
