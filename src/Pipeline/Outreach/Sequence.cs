namespace LeadGen.Pipeline.Outreach;

/// <summary>Steps in time that a lead is led through: mails and tasks for people, until the lead answers or the steps end.</summary>
public sealed class Sequence
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }
    public SequenceState State { get; set; } = SequenceState.Draft;

    /// <summary>Why it is paused, in plain words.</summary>
    public string? StateReason { get; set; }

    /// <summary>See <see cref="Sender.RatesSince"/>.</summary>
    public DateTime? RatesSince { get; set; }

    /// <summary>Who sends it.</summary>
    public Guid? SenderId { get; set; }

    public SequencePlan Plan { get; set; } = new();
    public required DateTime CreatedAt { get; init; }
    public required DateTime ChangedAt { get; set; }
    public required string CreatedBy { get; init; }

    /// <summary>Rises with every save; a save that names an older one is refused.</summary>
    public int Revision { get; set; } = 1;
}

public enum SequenceState
{
    Draft,
    Active,

    /// <summary>By a person, or by the system when too many bounce or complain: nothing leaves, nobody is enrolled by rule.</summary>
    Paused,

    /// <summary>Put away; its results stay.</summary>
    Archived,
}

/// <summary>What a sequence does.</summary>
public sealed record SequencePlan
{
    public IReadOnlyList<SequenceStep> Steps { get; init; } = [];
    public SendingWindow Window { get; init; } = new();

    /// <summary>Mails wait for a person's yes.</summary>
    public bool NeedsApproval { get; init; } = true;

    /// <summary>An answer of one person stops the sequence for the whole company.</summary>
    public bool StopsCompany { get; init; } = true;

    /// <summary>Leads that are enrolled by themselves; null for by hand only.</summary>
    public EnrollmentRule? Rule { get; init; }

    /// <summary>What its mails are about, of the tenant's <see cref="MailTopic"/>s: who refuses that topic gets none of them. Null for none.</summary>
    public Guid? TopicId { get; init; }

    /// <summary>Most mails of this sequence a day.</summary>
    public int DailyCap { get; init; } = 100;
}

/// <summary>One step.</summary>
public sealed record SequenceStep
{
    public required StepKind Kind { get; init; }

    /// <summary>Days after the step before; 0 for at once (in the window).</summary>
    public double AfterDays { get; init; }

    /// <summary>For mails.</summary>
    public Guid? TemplateId { get; init; }

    /// <summary>For mails: follows the mail before in its thread.</summary>
    public bool InThread { get; init; }

    /// <summary>For tasks: what the person is to do.</summary>
    public string? Task { get; init; }

    /// <summary>All must hold, else the step is skipped. Opens are no condition: mail programs open by themselves.</summary>
    public IReadOnlyList<StepCondition> Conditions { get; init; } = [];
}

public enum StepKind
{
    Mail,

    /// <summary>A person calls, visits, writes elsewhere; the sequence goes on when they say that it is done.</summary>
    Task,
}

/// <param name="Kind">What is looked at.</param>
/// <param name="Values">Grades, intents or stages, by name; empty for <see cref="ConditionKind.Clicked"/>.</param>
/// <param name="Not">Must not hold.</param>
public sealed record StepCondition(ConditionKind Kind, IReadOnlyList<string> Values, bool Not = false);

public enum ConditionKind
{
    Grade,
    Intent,
    Clicked,

    /// <summary>Stage of the deal in a CRM.</summary>
    CrmStage,
}

/// <summary>When mails may leave, in the lead's own time zone.</summary>
public sealed record SendingWindow
{
    /// <summary>0 (Sunday) to 6.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    public TimeOnly From { get; init; } = new(8, 30);
    public TimeOnly Until { get; init; } = new(17, 0);
}

/// <summary>Leads that a sequence takes in by itself.</summary>
/// <param name="Grades">Any of these; empty for all.</param>
/// <param name="Intents">Strongest intent is any of these; empty for all.</param>
/// <param name="NeedsConsent">Only leads that agreed to be written to.</param>
public sealed record EnrollmentRule(IReadOnlyList<string> Grades, IReadOnlyList<string> Intents, bool NeedsConsent);

/// <summary>A lead on its way through a sequence; once in a sequence, whatever became of it.</summary>
public sealed class Enrollment
{
    public required Guid Id { get; init; }
    public required Guid SequenceId { get; init; }
    public required Guid LeadId { get; init; }
    public EnrollmentState State { get; set; } = EnrollmentState.Active;

    /// <summary>Why it stopped or waits, in plain words.</summary>
    public string? StateReason { get; set; }

    /// <summary>The step that comes next, from 0.</summary>
    public int Step { get; set; }

    /// <summary>When the next step is due, UTC; null while it waits for a person or is over.</summary>
    public DateTime? DueAt { get; set; }

    public Guid? ClaimToken { get; set; }
    public DateTime? ClaimedUntil { get; set; }

    /// <summary>See <see cref="Leads.LeadChange.Actor"/>.</summary>
    public required string EnrolledBy { get; init; }

    public required DateTime EnrolledAt { get; init; }
    public DateTime? EndedAt { get; set; }
}

public enum EnrollmentState
{
    /// <summary>Its next step is due at <see cref="Enrollment.DueAt"/>.</summary>
    Active,

    /// <summary>A mail must be approved or leave, or a task be done, first.</summary>
    Waiting,

    /// <summary>Put off until <see cref="Enrollment.DueAt"/>, as the lead asked.</summary>
    Snoozed,

    /// <summary>All steps are through.</summary>
    Finished,

    /// <summary>Ended before its last step.</summary>
    Stopped,
}
