using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Answers;

/// <summary>What stands on the pages about answers.</summary>
internal static class AnswerWords
{
    /// <summary>What suggests itself, as a sentence.</summary>
    public static string Next(InboundMail mail, Wording say) => mail switch
    {
        { Kind: MailKind.Other } => mail.Why ?? "Look at it in your mailbox.",
        { Step: AnswerStep.Suppress } => "They asked for no more mail, and get none.",
        { Step: AnswerStep.Snooze, Until: { } day } => $"Their outreach waits until {say.Date(day)}, the day they named.",
        { Step: AnswerStep.SuggestLead, Referred: { } who, ReferredLeadId: null } => $"They name {who.Name ?? who.Email}: add them as a lead, then thank the sender.",
        { Step: AnswerStep.SuggestLead } => "The colleague they named is a lead now.",
        { Intent: IntentKind.PurchaseReady } => "They want to buy: call today.",
        { Intent: IntentKind.DemoRequest } => "Offer two times for a meeting.",
        { Intent: IntentKind.PricingInquiry } => "Answer with a price, or ask what you need to make one.",
        { Intent: IntentKind.Evaluation } => "Send a comparison or a reference.",
        { Intent: IntentKind.TechnicalQuestion } => "Answer the question, or bring in somebody who can.",
        { Intent: IntentKind.NotNow } => "They want to wait, without a day: ask when.",
        { Intent: IntentKind.NotInterested } => "They said no. A short thank you, then close the lead.",
        { Intent: IntentKind.Support } => "Hand it to support.",
        { Intent: IntentKind.Unsubscribe } => "This reads like “no more mail”. If so, mark it as Unsubscribe.",
        { Intent: IntentKind.JobSeeker or IntentKind.VendorPitch } => "No buyer. Nothing to do.",
        _ => "Read it and answer.",
    };

    public static string Kind(InboundMail mail) => mail.Kind switch
    {
        MailKind.Reply => "Reply",
        MailKind.AutoReply => "Automatic answer",
        MailKind.Complaint => "Complaint",
        MailKind.Bounce => mail.Bounce switch
        {
            BounceKind.Hard => "Address gone",
            BounceKind.AboutSender => "Sender refused",
            _ => "Not delivered",
        },
        _ => "Notice",
    };

    public static string? Tone(InboundMail mail) => mail.Kind is MailKind.Complaint || mail.Bounce is BounceKind.Hard or BounceKind.AboutSender ? "warns" : null;

    public static string Tab(AnswersShown shown) => shown switch
    {
        AnswersShown.Waiting => "Waiting",
        AnswersShown.Unmatched => "Of nobody yet",
        AnswersShown.Settled => "Settled",
        _ => "Bounces and automatic answers",
    };

    public static string Empty(AnswersShown shown) => shown switch
    {
        AnswersShown.Waiting => "No answer waits for a person.",
        AnswersShown.Unmatched => "Every mail that came in belongs to a lead.",
        AnswersShown.Settled => "No answer has been dealt with yet.",
        _ => "No bounce, complaint or automatic answer came in.",
    };

    public static string State(AnswerMailbox mailbox) => mailbox switch
    {
        { State: MailboxState.Paused } => "Paused",
        { State: MailboxState.SignedOut } => "Needs a new sign-in",
        { Problem: not null } => "Has a problem",
        { Kind: MailboxKind.Hook, LastReadAt: null } => "Waits for the first mail",
        { LastReadAt: null } => "Is read for the first time",
        _ => "Is read",
    };

    public static string Dot(AnswerMailbox mailbox) => mailbox switch
    {
        { State: MailboxState.Paused } => "",
        { Problem: not null } => "warns",
        _ => "pine",
    };
}
