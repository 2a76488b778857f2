namespace LeadGen.Infrastructure.Outbox;

/// <summary>Events that others may hear of.</summary>
public static class LeadTopics
{
    public const string Created = "lead.created";
    public const string Scored = "lead.scored";
    public const string GradeChanged = "lead.grade_changed";
    public const string Deleted = "lead.deleted";
    public const string OutcomeRecorded = "outcome.recorded";
    public const string ReplyReceived = "reply.received";

    /// <summary>Of a test send; nobody subscribes to it.</summary>
    public const string Test = "test.ping";

    public static readonly IReadOnlyList<string> All = [Created, Scored, GradeChanged, OutcomeRecorded, ReplyReceived, Deleted];
}
