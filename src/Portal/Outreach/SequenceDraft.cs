using LeadGen.Pipeline.Outreach;

namespace LeadGen.Portal.Outreach;

/// <summary>A sequence while it is being changed on its page.</summary>
public sealed class SequenceDraft
{
    public string Name { get; set; } = "";
    public Guid? SenderId { get; set; }
    public List<StepDraft> Steps { get; } = [];
    public HashSet<DayOfWeek> Days { get; } = [];
    public TimeOnly From { get; set; }
    public TimeOnly Until { get; set; }
    public Guid? TopicId { get; set; }
    public bool NeedsApproval { get; set; }
    public bool StopsCompany { get; set; }
    public bool ByRule { get; set; }
    public HashSet<string> Grades { get; } = new(StringComparer.OrdinalIgnoreCase);
    public HashSet<string> Intents { get; } = new(StringComparer.OrdinalIgnoreCase);
    public bool NeedsConsent { get; set; }
    public int DailyCap { get; set; }
    public int Revision { get; private init; }

    public static SequenceDraft Of(Sequence sequence)
    {
        var (plan, window, rule) = (sequence.Plan, sequence.Plan.Window, sequence.Plan.Rule);
        var draft = new SequenceDraft
        {
            Name = sequence.Name,
            SenderId = sequence.SenderId,
            From = window.From,
            Until = window.Until,
            TopicId = plan.TopicId,
            NeedsApproval = plan.NeedsApproval,
            StopsCompany = plan.StopsCompany,
            ByRule = rule is not null,
            NeedsConsent = rule?.NeedsConsent ?? true,
            DailyCap = plan.DailyCap,
            Revision = sequence.Revision,
        };
        draft.Steps.AddRange(plan.Steps.Select(StepDraft.Of));
        draft.Days.UnionWith(window.Days);
        draft.Grades.UnionWith(rule?.Grades ?? ["A"]);
        draft.Intents.UnionWith(rule?.Intents ?? []);
        return draft;
    }

    public SequencePlan ToPlan() => new()
    {
        Steps = [.. Steps.Select(s => s.ToStep())],
        Window = new SendingWindow { Days = [.. Days.Order()], From = From, Until = Until },
        TopicId = TopicId,
        NeedsApproval = NeedsApproval,
        StopsCompany = StopsCompany,
        Rule = ByRule ? new EnrollmentRule([.. Grades.Order()], [.. Intents.Order()], NeedsConsent) : null,
        DailyCap = DailyCap,
    };

    public void Move(StepDraft step, int by)
    {
        var at = Steps.IndexOf(step);
        var to = at + by;
        if (at >= 0 && to >= 0 && to < Steps.Count)
        {
            (Steps[at], Steps[to]) = (Steps[to], Steps[at]);
        }
    }
}

/// <summary>A step while it is being changed.</summary>
public sealed class StepDraft
{
    /// <summary>Names the step on the page, whatever its place.</summary>
    public Guid Key { get; } = Guid.NewGuid();

    public StepKind Kind { get; set; }
    public double AfterDays { get; set; }
    public Guid? TemplateId { get; set; }
    public bool InThread { get; set; }
    public string Task { get; set; } = "";
    public List<ConditionDraft> Conditions { get; } = [];

    public static StepDraft Of(SequenceStep step)
    {
        var draft = new StepDraft { Kind = step.Kind, AfterDays = step.AfterDays, TemplateId = step.TemplateId, InThread = step.InThread, Task = step.Task ?? "" };
        draft.Conditions.AddRange(step.Conditions.Select(c => new ConditionDraft { Kind = c.Kind, Not = c.Not, Values = string.Join(", ", c.Values) }));
        return draft;
    }

    public SequenceStep ToStep() => new()
    {
        Kind = Kind,
        AfterDays = AfterDays,
        TemplateId = Kind == StepKind.Mail ? TemplateId : null,
        InThread = Kind == StepKind.Mail && InThread,
        Task = Kind == StepKind.Task ? Task.Trim() : null,
        Conditions = [.. Conditions.Select(c => new StepCondition(c.Kind, [.. c.Values.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)], c.Not))],
    };
}

/// <summary>A condition while it is being changed.</summary>
public sealed class ConditionDraft
{
    public ConditionKind Kind { get; set; }
    public bool Not { get; set; }

    /// <summary>With commas between.</summary>
    public string Values { get; set; } = "";
}
