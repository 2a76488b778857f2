using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;

namespace LeadGen.Portal.Leads;

/// <summary>One sentence of advice, why, and the action that there is for it.</summary>
/// <param name="Action">What its button does; <see cref="StepAction.None"/> when there is nothing to press.</param>
public sealed record NextStep(string Advice, string Why, StepAction Action = StepAction.None)
{
    /// <param name="lead">As it stands.</param>
    /// <param name="intents">That hold, of any age.</param>
    /// <param name="events">What the world did with the lead, in any order.</param>
    /// <param name="now">UTC.</param>
    public static NextStep? Of(Lead lead, IReadOnlyList<IntentSignal> intents, IReadOnlyList<FeedbackCame> events, DateTime now)
    {
        var last = events.Where(e => e.Kind is not (FeedbackKind.Opened or FeedbackKind.Visited or FeedbackKind.Clicked)).MaxBy(e => e.At);
        return Closed(lead, events, intents) ?? Answered(lead, last, now) ?? Wanted(lead, intents, now) ?? Graded(lead, events);
    }

    /// <summary>Where nothing is left to sell, or nobody may be written to.</summary>
    private static NextStep? Closed(Lead lead, IReadOnlyList<FeedbackCame> events, IReadOnlyList<IntentSignal> intents)
    {
        if (lead.Outcome == Outcome.Won)
        {
            return new NextStep("Nothing to sell here: the deal is won.", "Hand over to whoever looks after customers.");
        }

        if (events.Any(e => e.Kind is FeedbackKind.Unsubscribed or FeedbackKind.Complained) || intents.Any(i => i.Kind == IntentKind.Unsubscribe && i.Strength >= 0.5))
        {
            return new NextStep("Do not write to this person again.", "They asked for no more mail.");
        }

        return lead.Outcome == Outcome.Lost
            ? new NextStep("Leave this lead alone until something changes.", "The deal was lost.")
            : null;
    }

    private static NextStep? Answered(Lead lead, FeedbackCame? last, DateTime now) => last switch
    {
        { Kind: FeedbackKind.Bounced } => new NextStep("Find another address.", "The last mail came back.", StepAction.EditEmail),
        { Kind: FeedbackKind.MeetingBooked } when (now - last.At).TotalDays < 30 => new NextStep("Prepare the meeting: read their words and the profile match first.", "A meeting is booked."),
        { Kind: FeedbackKind.Replied } when (now - last.At).TotalDays < 14 => new NextStep("Answer their reply.", "They wrote back and wait for you.", Reach(lead)),
        _ => null,
    };

    private static NextStep? Wanted(Lead lead, IReadOnlyList<IntentSignal> intents, DateTime now)
    {
        var own = intents.Where(i => i.Source != "notes").ToList();
        if ((own.Count > 0 ? own : intents).OrderByDescending(i => i.ObservedAt).ThenByDescending(i => i.Strength).FirstOrDefault() is not { } top)
        {
            return null;
        }

        var fits = lead.Grade is Grade.A or Grade.B;
        var old = (now - top.ObservedAt).TotalDays > 60;
        return top.Kind switch
        {
            IntentKind.PurchaseReady => new NextStep(lead.Phone is null ? "Answer today and agree the next date." : "Call today and agree the next date.", "They say they are ready to buy.", Call(lead)),
            IntentKind.DemoRequest when old => new NextStep("Ask whether a demo is still wanted.", "They asked for one more than two months ago.", Reach(lead)),
            IntentKind.DemoRequest => new NextStep("Offer two dates for a demo.", "They asked to see it or to meet.", Reach(lead)),
            IntentKind.PricingInquiry when fits => new NextStep("Send a price for their numbers, and offer a call about it.", $"They asked for it, and the lead is a {lead.Grade}.", Reach(lead)),
            IntentKind.PricingInquiry => new NextStep("Send the price list.", $"They asked for it; as a {lead.Grade?.ToString() ?? "new"} lead it needs no call yet.", Reach(lead)),
            IntentKind.Evaluation => new NextStep("Send a reference from their industry.", "They compare offers.", Reach(lead)),
            IntentKind.TechnicalQuestion => new NextStep("Answer the question, with somebody technical in copy.", "They ask how it works before they buy.", Reach(lead)),
            IntentKind.Referral => new NextStep("Write to the person they named.", "They pointed to somebody else.", Reach(lead)),
            IntentKind.NotNow => new NextStep("Come back when they said.", "They asked for later.", StepAction.Note),
            IntentKind.NotInterested => new NextStep("Close this lead as lost.", "They said no.", StepAction.Lost),
            IntentKind.OutOfOffice => new NextStep("Wait until they are back.", "The last message was an absence note."),
            IntentKind.Support => new NextStep("Pass this on to support.", "A customer has a problem.", StepAction.Note),
            IntentKind.JobSeeker => new NextStep("Pass this on to whoever hires.", "They look for a job.", StepAction.Lost),
            IntentKind.VendorPitch => new NextStep("Close this lead as lost.", "They want to sell to you.", StepAction.Lost),
            _ => null,
        };
    }

    private static NextStep? Graded(Lead lead, IReadOnlyList<FeedbackCame> events) => lead switch
    {
        { Grade: Grade.A or Grade.B, Email: null, Phone: null } => new NextStep("Find an address or a number.", $"A {lead.Grade} lead that cannot be reached.", StepAction.EditEmail),
        { Grade: Grade.A or Grade.B } when events.Any(e => e.Kind is FeedbackKind.Visited or FeedbackKind.Clicked) =>
            new NextStep("Write first: they are looking around.", $"A {lead.Grade} lead who came to the website.", Reach(lead)),
        { Grade: Grade.A or Grade.B } => new NextStep("Write first.", $"A {lead.Grade} lead who has not said anything yet.", Reach(lead)),
        { Grade: Grade.C } => new NextStep("Leave for a quiet hour.", "A C lead who has not asked for anything."),
        { Grade: Grade.D } => new NextStep("Spend no time here for now.", "A D lead who has not asked for anything."),
        _ => null,
    };

    private static StepAction Reach(Lead lead) => lead.Email is not null ? StepAction.Write : lead.Phone is not null ? StepAction.Call : StepAction.EditEmail;

    private static StepAction Call(Lead lead) => lead.Phone is not null ? StepAction.Call : Reach(lead);
}

/// <summary>What there is to press.</summary>
public enum StepAction
{
    None,
    Write,
    Call,
    EditEmail,
    Note,

    /// <summary>Close as lost.</summary>
    Lost,
}
