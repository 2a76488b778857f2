using LeadGen.Infrastructure.Data.Tenants;
using LeadGen.Infrastructure.Outbox;
using LeadGen.Portal.Shell;

namespace LeadGen.Portal.Deliveries;

/// <summary>What is said of a delivery.</summary>
internal static class DeliveryWords
{
    public static string Topic(string topic) => topic switch
    {
        LeadTopics.Created => "Lead came in",
        LeadTopics.Scored => "Lead scored",
        LeadTopics.GradeChanged => "Grade changed",
        LeadTopics.OutcomeRecorded => "Deal won or lost",
        LeadTopics.ReplyReceived => "Reply received",
        LeadTopics.Deleted => "Lead deleted",
        AdminNotices.Topic => "Notice to admins",
        _ when topic.StartsWith("mail.", StringComparison.Ordinal) => "Letter",
        _ when topic.StartsWith("crm.", StringComparison.Ordinal) => "Lead to the CRM",
        _ => topic,
    };

    /// <summary>For choosing: the event in one sentence.</summary>
    public static string About(string topic) => topic switch
    {
        LeadTopics.Created => "by file, form or API",
        LeadTopics.Scored => "for the first time or anew",
        LeadTopics.GradeChanged => "up or down, with the one before",
        LeadTopics.OutcomeRecorded => "by you, a file or the CRM",
        LeadTopics.ReplyReceived => "to something you sent",
        LeadTopics.Deleted => "its id, nothing about the person",
        _ => "",
    };

    public static string State(DeliveryRow row) => row.Message switch
    {
        { State: OutboxState.Delivered } => "Delivered",
        { State: OutboxState.Dead } => "Given up",
        { State: OutboxState.Dropped } => "Not wanted",
        _ when row.IsHeld => "On hold",
        { ClaimToken: not null } => "On its way",
        { Attempts: > 0 } => "Trying again",
        _ => "Waiting",
    };

    public static string Dot(DeliveryRow row) => row.Message.State switch
    {
        OutboxState.Delivered => "",
        OutboxState.Dead => "red",
        OutboxState.Dropped => "grey",
        _ when row.Message.Attempts > 0 || row.IsHeld => "warns",
        _ => "grey",
    };

    /// <summary>The same states as filters.</summary>
    public static string State(OutboxState state) => state switch
    {
        OutboxState.Waiting => "Waiting",
        OutboxState.Delivered => "Delivered",
        OutboxState.Dead => "Given up",
        _ => "Not wanted",
    };

    /// <summary>When something ahead is: "in 5 min".</summary>
    public static string In(DateTime utc, Wording say) => (utc - say.Now) switch
    {
        { TotalSeconds: < 2 } => "now",
        { TotalSeconds: < 60 } span => $"in {span.Seconds} s",
        { TotalMinutes: < 60 } span => $"in {(int)span.TotalMinutes} min",
        { TotalHours: < 48 } span => $"in {(int)Math.Round(span.TotalHours)} h",
        _ => say.Date(utc),
    };

    public static string Took(int milliseconds, Wording say) =>
        milliseconds < 1_000 ? $"{say.Number(milliseconds)} ms" : $"{say.Number(milliseconds / 1_000.0, 1)} s";
}
