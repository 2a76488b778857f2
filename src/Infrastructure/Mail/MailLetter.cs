namespace LeadGen.Infrastructure.Mail;

/// <summary>A letter as it leaves.</summary>
/// <param name="Id">Makes the Message-ID, so that a letter sent twice is known as one.</param>
/// <param name="To">An address, nothing else.</param>
/// <param name="Text">Plain; always there.</param>
/// <param name="Html">The same with a little form, or null.</param>
public sealed record MailLetter(Guid Id, string To, string Subject, string Text, string? Html);

/// <summary>How sending a letter ended.</summary>
/// <param name="Error">In plain words, without addresses or what the server said word by word.</param>
/// <param name="Status">The server's code, where it gave one.</param>
public sealed record MailOutcome(MailVerdict Verdict, string? Error = null, int? Status = null)
{
    public static readonly MailOutcome Sent = new(MailVerdict.Sent);
}

public enum MailVerdict
{
    Sent,

    /// <summary>Not sent; may be tried again.</summary>
    Later,

    /// <summary>Not sent; trying again cannot help.</summary>
    Refused,

    /// <summary>Its text was on the way when the line broke: it may have arrived.</summary>
    Unknown,
}
