using LeadGen.Pipeline.Preprocessing;

namespace LeadGen.Pipeline.Feedback;

/// <summary>Tells what a mail is: a person's answer, a program's, a bounce, a complaint. A pure function of the mail.</summary>
public static class MailReader
{
    /// <summary>Longer texts are cut before they are cleaned: nobody's answer is longer.</summary>
    public const int MostCharacters = 100_000;

    private static readonly HashSet<string> Complaints = new(StringComparer.OrdinalIgnoreCase) { "abuse", "fraud", "virus", "opt-out", "opt-out-list", "other" };

    public static MailReading Read(IncomingMail mail)
    {
        if (mail.FeedbackReport is { } report)
        {
            var type = report.GetValueOrDefault("feedback-type", "abuse").Trim();
            return Complaints.Contains(type)
                ? new MailReading(MailKind.Complaint, "", $"A mail provider passed on a complaint ({type.ToLowerInvariant()})")
                : new MailReading(MailKind.Other, "", $"A report of a mail provider ({type.ToLowerInvariant()})");
        }

        if (mail.Header("x-hmxmroriginalrecipient") is not null || IsOldComplaint(mail))
        {
            return new MailReading(MailKind.Complaint, "", "A mail provider passed on a complaint");
        }

        if (mail.IsReceipt)
        {
            return new MailReading(MailKind.Other, "", "A receipt");
        }

        if (mail.DeliveryStatus.Count > 0 && DeliveryReport.Read(mail) is var bounce)
        {
            return bounce is null
                ? new MailReading(MailKind.Other, "", "A notice of delivery")
                : new MailReading(MailKind.Bounce, "", bounce.Answer) { Bounce = bounce };
        }

        if (TextBounce.Read(mail) is { } textual)
        {
            return new MailReading(MailKind.Bounce, "", textual.Answer) { Bounce = textual };
        }

        var words = WordsOf(mail);
        return AutoReplyRules.Why(mail, words) is { } why
            ? new MailReading(MailKind.AutoReply, words, why)
            : new MailReading(MailKind.Reply, words, null);
    }

    /// <summary>The writer's own words.</summary>
    private static string WordsOf(IncomingMail mail) =>
        TextCleaner.Clean(mail.Text.Length > MostCharacters ? mail.Text[..MostCharacters] : mail.Text);

    /// <summary>Hotmail's programme sends the mail as an attachment and no report.</summary>
    private static bool IsOldComplaint(IncomingMail mail) =>
        mail.HoldsMail && mail.From == "staff@hotmail.com" && mail.Subject.StartsWith("complaint about message", StringComparison.OrdinalIgnoreCase);
}
