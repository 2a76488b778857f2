using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Pipeline.Outreach;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Outreach;

/// <summary>Outreach in words.</summary>
internal static class OutreachWords
{
    public static string State(SequenceState state) => state switch
    {
        SequenceState.Active => "Running",
        SequenceState.Paused => "Paused",
        SequenceState.Archived => "Put away",
        _ => "Draft",
    };

    public static string? Tone(SequenceState state) => state switch
    {
        SequenceState.Active => "pine",
        SequenceState.Paused => "warns",
        _ => null,
    };

    public static string State(OutreachState state, bool pickup = false) => state switch
    {
        OutreachState.Draft => "Draft",
        OutreachState.Approved => "Waits to leave",
        OutreachState.Sending => "Being sent",
        OutreachState.Sent => pickup ? "In the folder" : "Sent",
        OutreachState.Unknown => "Unknown",
        OutreachState.Failed => "Not delivered",
        OutreachState.Rejected => "Rejected",
        _ => "Cancelled",
    };

    public static string? Tone(OutreachState state) => state switch
    {
        OutreachState.Sent => "pine",
        OutreachState.Unknown => "warns",
        OutreachState.Failed => "red",
        _ => null,
    };

    /// <summary>What happens next for a lead in a sequence.</summary>
    public static string Next(EnrollmentRow row, SequencePlan? plan, Wording say)
    {
        var enrollment = row.Enrollment;
        var step = plan?.Steps.ElementAtOrDefault(enrollment.Step);
        return enrollment.State switch
        {
            EnrollmentState.Finished => "All steps are through",
            EnrollmentState.Stopped => $"Stopped: {enrollment.StateReason ?? "by a member."}",
            EnrollmentState.Snoozed => $"Goes on {Soon(enrollment.DueAt, say)}. {enrollment.StateReason}",
            EnrollmentState.Waiting when step?.Kind == StepKind.Task => $"Waits for you: {step.Task}",
            EnrollmentState.Waiting => row.Mail switch
            {
                OutreachState.Draft => $"Mail {enrollment.Step + 1} waits for approval",
                OutreachState.Unknown => $"Mail {enrollment.Step + 1}: nobody knows whether it arrived",
                _ => $"Mail {enrollment.Step + 1} waits to leave",
            },
            _ => (step?.Kind == StepKind.Task ? "Task" : "Mail") + $" {enrollment.Step + 1} {Soon(enrollment.DueAt, say)}" + (enrollment.StateReason is { } why ? $". {why}" : ""),
        };
    }

    /// <summary>"today, 14:30", "on 3 Dec, 09:00"; "soon" for what is due.</summary>
    public static string Soon(DateTime? due, Wording say) => due switch
    {
        null => "soon",
        { } at when at <= say.Now.AddMinutes(1) => "soon",
        { } at => "on " + say.Ago(at),
    };

    /// <summary>"at once", "after 3 days".</summary>
    public static string After(double days) => days switch
    {
        0 => "at once",
        1 => "after 1 day",
        _ => $"after {days:0.##} days",
    };

    public static string Reason(SuppressionReason reason) => reason switch
    {
        SuppressionReason.Unsubscribed => "Unsubscribed",
        SuppressionReason.Complained => "Reported spam",
        SuppressionReason.Bounced => "Does not exist",
        SuppressionReason.Paused => "Paused",
        _ => "Added by hand",
    };

    public static string Security(LineSecurity security) => security switch
    {
        LineSecurity.StartTls => "STARTTLS (usual, port 587)",
        LineSecurity.Tls => "TLS (port 465)",
        _ => "None (only in your own network)",
    };

    public static string Condition(ConditionKind kind) => kind switch
    {
        ConditionKind.Grade => "the grade",
        ConditionKind.Intent => "the strongest intent",
        ConditionKind.Clicked => "a click on a link",
        _ => "the deal's stage in the CRM",
    };

    /// <summary>"12% (8–17%)": a share and how far it can be trusted.</summary>
    public static string Share(ShareEstimate share, Wording say) => share.Of == 0
        ? "–"
        : $"{say.Percent(share.Hits, share.Of)} ({say.Number(share.Low * 100)}–{say.Number(share.High * 100)}%)";

    /// <summary>What the figures of results mean.</summary>
    public const string Ranges = "In brackets and drawn as a line: the range that the true share lies in with 95% confidence. An answer counts for the last mail that "
        + "had left before it. “With interest” are answers about buying, prices, a demo or how something works, and meetings that were booked.";

    /// <summary>“B gets more answers; 97% sure.”</summary>
    /// <param name="names">Of the wordings, in the order of the comparison.</param>
    public static string Verdict(ComparisonVerdict verdict, IReadOnlyList<string> names, Wording say)
    {
        var sure = verdict.Chance >= 0.995 ? "more than 99% sure" : $"{say.Number(Math.Floor(verdict.Chance * 100))}% sure";
        var more = $"{say.Number(verdict.More)} more mails each";
        return verdict.State switch
        {
            ComparisonState.Settled => $"{names[verdict.Best]} gets more answers; {sure}.",
            ComparisonState.Ahead => $"{names[verdict.Best]} seems to get more answers; {sure}. About {more} would settle it.",
            ComparisonState.Alike => $"{(names.Count == 2 ? $"{names[0]} and {names[1]}" : "All")} are answered about equally often. Keep the one you like.",
            _ => $"Too early to tell: about {more}.",
        };
    }
}
