namespace LeadGen.Pipeline.Outreach;

/// <summary>When so much goes wrong that sending must stop before the sender's name is ruined.</summary>
public static class OutreachRates
{
    /// <summary>Mails that are looked back on for bounces and errors.</summary>
    public const int Recent = 100;

    /// <summary>Mails that are looked back on for complaints where fewer were sent in <see cref="ComplaintWindow"/>.</summary>
    public const int RecentForComplaints = 1_000;

    /// <summary>Complaints and mails of this time are looked at, more where they are few.</summary>
    public static readonly TimeSpan ComplaintWindow = TimeSpan.FromHours(24);

    /// <summary>Older mails are not looked at, however few there are.</summary>
    public static readonly TimeSpan LongestComplaintWindow = TimeSpan.FromDays(30);

    /// <summary>Few mails are taken for so many: one bounce of three mails tells nothing.</summary>
    private const int Least = 40;

    /// <summary>Fewer mails are taken for so many: two complaints stop them, one does not.</summary>
    private const int LeastForComplaints = 500;

    /// <summary>Why a sequence must pause; null when it need not. More than 5% of the last 100 bounced.</summary>
    public static string? Bounces(int sent, int bounced) => bounced > 0.05 * Math.Max(Math.Min(sent, Recent), Least)
        ? $"{bounced} of the last {sent} mails bounced. Check where these addresses come from before it goes on."
        : null;

    /// <summary>Why sending must pause; null when it need not. 0.3% or more were reported.</summary>
    public static string? Complaints(int sent, int complained) => complained >= 0.003 * MailsFor(sent)
        ? $"{complained} of the last {sent} mails were reported as spam. Mailbox providers block senders at 0.3%. Look at whom you write to before it goes on."
        : null;

    /// <summary>What people must be told before that; null when there is nothing to tell. 0.1% or more were reported.</summary>
    public static string? ComplaintsToTell(int sent, int complained) => complained >= 0.001 * MailsFor(sent)
        ? $"{complained} of the last {sent} mails {(complained == 1 ? "was" : "were")} reported as spam. At 0.3% sending stops by itself. Look at whom you write to, and what."
        : null;

    /// <summary>Why a sender must pause; null when it need not. More than a fifth of the last 100 were refused.</summary>
    public static string? Errors(int sent, int failed) => failed > 0.2 * Math.Max(Math.Min(sent, Recent), Least)
        ? $"{failed} of the last {sent} mails were refused. Look at their reasons in the outbox."
        : null;

    private static int MailsFor(int sent) => Math.Max(sent, LeastForComplaints);
}
