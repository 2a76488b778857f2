using LeadGen.Infrastructure.Outreach.Sequences;
using LeadGen.Pipeline.Outreach;

namespace LeadGen.Portal.Api;

/// <param name="Plan">Steps, window, rule; see the description of an answer.</param>
/// <param name="Start">Let it run at once.</param>
public sealed record SequenceInput(string? Name = null, Guid? SenderId = null, SequencePlan? Plan = null, bool Start = false);

/// <summary>Sequences.</summary>
public sealed record SequenceList(IReadOnlyList<SequenceBody> Items);

/// <param name="Reason">Why it is paused, in plain words.</param>
/// <param name="OnTheWay">Leads that are between its steps now.</param>
public sealed record SequenceBody(
    Guid Id, string Name, SequenceState State, string? Reason, Guid? SenderId, SequencePlan Plan, int Enrolled, int OnTheWay, int Sent, int Replied, DateTime CreatedAt)
{
    /// <summary>By step and variant; only where one sequence is asked for.</summary>
    public IReadOnlyList<StepBody>? Results { get; init; }

    internal static SequenceBody Of(Sequence row, SequenceGlance? glance) => new(
        row.Id, row.Name, row.State, row.StateReason, row.SenderId, row.Plan, glance?.Enrolled ?? 0, glance?.OnTheWay ?? 0, glance?.Sent ?? 0, glance?.Replied ?? 0, row.CreatedAt);
}

/// <param name="Step">From 0.</param>
public sealed record StepBody(int Step, string Variant, int Sent, int Clicked, int Replied, int Bounced, int Unsubscribed)
{
    internal static StepBody Of(StepResult result) => new(
        result.Step, result.Variant, result.Counts.Sent, result.Counts.Clicked.Hits, result.Counts.Replied.Hits, result.Counts.Bounced.Hits, result.Counts.Left.Hits);
}

/// <param name="LeadIds">1 to 1,000.</param>
public sealed record EnrollInput(IReadOnlyList<Guid>? LeadIds = null);

/// <param name="Refused">With the reason of each, in plain words.</param>
public sealed record EnrollBody(IReadOnlyList<EnrolledLead> Enrolled, IReadOnlyList<RefusedLead> Refused);

/// <param name="DueAt">When its first step is due.</param>
public sealed record EnrolledLead(Guid LeadId, DateTime? DueAt);

/// <param name="Reason">In plain words.</param>
public sealed record RefusedLead(Guid LeadId, string Reason);

/// <summary>Mails.</summary>
public sealed record MessageList(IReadOnlyList<MessageBody> Items);

/// <param name="Step">From 0; null for one that a person wrote.</param>
public sealed record MessageBody(
    Guid Id, Guid LeadId, string To, string Subject, OutreachState State, string? Reason, Guid? SequenceId, int? Step, string? Variant, DateTime DueAt, DateTime? SentAt, DateTime CreatedAt);

/// <param name="Emails">1 to 1,000.</param>
public sealed record SuppressInput(IReadOnlyList<string>? Emails = null);

/// <summary>Addresses that get no mail.</summary>
public sealed record SuppressionBodies(IReadOnlyList<SuppressionBody> Items);

/// <param name="Email">Null once the person was erased.</param>
/// <param name="Until">When a pause ends; null for good.</param>
public sealed record SuppressionBody(string? Email, SuppressionReason Reason, DateTime At, DateTime? Until);

/// <param name="Known">Were on the list already.</param>
/// <param name="Wrong">Texts that are no address.</param>
public sealed record SuppressedBody(int Added, int Known, IReadOnlyList<string> Wrong);
