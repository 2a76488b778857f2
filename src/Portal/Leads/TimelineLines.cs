using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Outreach;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Leads;

/// <summary>What happened to a lead, as a line with its actor and reason.</summary>
public sealed class TimelineLines(Wording say, MemberNames names)
{
    public TimelineLine Of(TimelineEntry entry) => entry switch
    {
        Scored { PreviousValue: { } before } s => new(
            "trend",
            s.Value > before ? "pine" : null,
            (say.Number(before) == say.Number(s.Value)
                ? $"Score stayed at {say.Number(s.Value)}"
                : $"Score {(s.Value > before ? "rose" : "fell")} from {say.Number(before)} to {say.Number(s.Value)}")
                + (s.PreviousGrade == s.Grade ? "" : $", grade from {s.PreviousGrade} to {s.Grade}"),
            $"{Because(s)}. Model version {s.ModelVersion}{(s.IcpVersion is { } icp ? $", profile version {icp}" : "")}"),
        Scored s => new(
            "trend", "pine", $"First score {say.Number(s.Value)}, grade {s.Grade}",
            $"Model version {s.ModelVersion}{(s.IcpVersion is { } icp ? $", profile version {icp}" : "")}"),
        IntentRead i when i.Kind != IntentKind.Other => new(
            "intent", "pine", $"Read: {Wording.Intent(i.Kind)}", $"{say.Number(i.Strength * 100)} % sure, in the {i.Source}", i.Evidence),
        IntentRead i => new("intent", null, "Read a text", $"In the {i.Source}; no intent found"),
        FeedbackCame f => new("reply", Tone(f.Kind), Came(f.Kind), f.Url, f.Text),
        MailLeft m => new("mail", m.State == OutreachState.Sent ? "pine" : "warns", MailWords.Left(m), m.State == OutreachState.Sent ? MailWords.Step(m.Step) : m.Why),
        MailCame m => new("mail", m.Bounce == BounceKind.AboutSender ? "warns" : null, m.Kind == MailKind.AutoReply ? "An automatic answer came" : "A mail could not be delivered", m.Why, m.Words.Length > 0 ? m.Words : null),
        LeadCreated c => new("plus", null, "Lead came in", By(c.Actor, c.ImportFile)),
        FieldsChanged { Changes: [{ Field: FieldWords.Score }] } c => FieldWords.Judged(c.Changes[0], c.Actor == "system" ? "LeadGen, because its time was over" : By(c.Actor, null), say),
        FieldsChanged c when FieldWords.IsIntent(c.Changes[0].Field) => new("intent", "pine", FieldWords.Corrected(c), $"Said {By(c.Actor, null)}"),
        FieldsChanged c when c.Changes.FirstOrDefault(x => x.Field == FieldWords.Merged) is { } merge => new("merge", "pine", $"Merged with {merge.New}", By(c.Actor, null)),
        FieldsChanged { Changes: [{ Field: "deleted" }] } c => new("undo", null, "Brought back", By(c.Actor, null)),
        FieldsChanged c => new("pencil", null, FieldWords.Changed(c), By(c.Actor, c.ImportFile)),
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.GetType().Name, "The timeline has a kind of entry that has no words."),
    };

    /// <summary>Who or what, by the name that stands in history.</summary>
    public string By(string actor, string? file) => actor switch
    {
        _ when file is not null => $"Import of {file}",
        "import" => "Import",
        "system" => "LeadGen",
        "mailbox" => "What they answered",
        "outreach" => "Outreach",
        _ when actor.StartsWith("api:", StringComparison.Ordinal) => $"API key {actor[4..]}",
        _ when actor.StartsWith("crm:", StringComparison.Ordinal) => $"From {actor[4..]}",
        _ when actor.StartsWith("form:", StringComparison.Ordinal) => $"Form “{actor[5..]}”",
        _ when actor.StartsWith("member:", StringComparison.Ordinal) => names.Of(actor[7..]),
        _ => actor,
    };

    /// <summary>A field's text as people read it; null when it is empty.</summary>
    public string? Value(string field, string? text) => field == LeadEdits.Owner && text is not null ? names.Of(text) : FieldWords.Value(field, text);

    private static string Because(Scored score) => (score.Cause, score.Reason) switch
    {
        (FeedbackCame f, _) => $"Because of this: {char.ToLowerInvariant(Came(f.Kind)[0])}{Came(f.Kind)[1..]}",
        (FieldsChanged c, _) when FieldWords.IsIntent(c.Changes[0].Field) => "Because an intent was corrected",
        (FieldsChanged c, _) when c.Changes.Any(x => x.Field == FieldWords.Merged) => "Because two leads were merged",
        (FieldsChanged { Changes: [{ Field: FieldWords.Score or LeadEdits.Owner }] }, ScoreReason.LeadChanged) => "Because the lead changed",
        (FieldsChanged c, _) => $"Because {FieldWords.List(c)} changed",
        (_, ScoreReason.LeadChanged) => "Because the lead changed",
        (_, ScoreReason.ProfileOrModelChanged) => "Because the profile or model changed",
        (_, ScoreReason.Feedback) => "Because of what the lead did",
        _ => "First score",
    };

    private static string? Tone(FeedbackKind kind) => kind switch
    {
        FeedbackKind.Replied or FeedbackKind.MeetingBooked or FeedbackKind.Won or FeedbackKind.MarkedGood or FeedbackKind.FormSubmitted => "pine",
        FeedbackKind.Bounced or FeedbackKind.Complained or FeedbackKind.Unsubscribed => "warns",
        _ => null,
    };

    private static string Came(FeedbackKind kind) => kind switch
    {
        FeedbackKind.Visited => "Visited the website",
        FeedbackKind.FormSubmitted => "Sent a form",
        FeedbackKind.Opened => "Opened a mail (estimated)",
        FeedbackKind.Clicked => "Clicked a link",
        FeedbackKind.Replied => "Replied",
        FeedbackKind.MeetingBooked => "Booked a meeting",
        FeedbackKind.Bounced => "A mail came back",
        FeedbackKind.Complained => "Complained about a mail",
        FeedbackKind.Unsubscribed => "Unsubscribed",
        FeedbackKind.Won => "Deal won",
        FeedbackKind.Lost => "Deal lost",
        FeedbackKind.MarkedGood => "Marked as a good lead",
        _ => "Marked as a bad lead",
    };
}

/// <summary>Mails of ours in the timeline.</summary>
internal static class MailWords
{
    public static string Left(MailLeft mail) => mail.State switch
    {
        OutreachState.Sent => $"Mail sent: {mail.Subject}",
        OutreachState.Failed => $"Mail did not arrive: {mail.Subject}",
        OutreachState.Sending => $"Mail is leaving: {mail.Subject}",
        _ => $"Mail may have left: {mail.Subject}",
    };

    public static string? Step(int? step) => step is { } number ? $"Step {number + 1} of its sequence" : null;
}

/// <summary>A line of the timeline.</summary>
/// <param name="Tone">Colour of its mark; null = quiet.</param>
/// <param name="By">Who or why.</param>
/// <param name="Quote">Words of the lead.</param>
public sealed record TimelineLine(string Icon, string? Tone, string Text, string? By, string? Quote = null);
