namespace LeadGen.Pipeline.Outreach;

/// <summary>What a condition looks at, as of now.</summary>
/// <param name="Grade">Name of the lead's grade; null before its first score.</param>
/// <param name="Intent">Name of its strongest intent, or null.</param>
/// <param name="Clicked">The person clicked a link of this sequence.</param>
/// <param name="CrmStages">Stages of the lead's deals in CRMs.</param>
public sealed record StepFacts(string? Grade, string? Intent, bool Clicked, IReadOnlyCollection<string> CrmStages);

/// <summary>Decides whether a step happens for a lead.</summary>
public static class StepConditions
{
    /// <returns>True when all conditions hold; a step of which one does not is skipped.</returns>
    public static bool Hold(SequenceStep step, StepFacts facts) => step.Conditions.All(c => Holds(c, facts));

    private static bool Holds(StepCondition condition, StepFacts facts) => condition.Not != condition.Kind switch
    {
        ConditionKind.Grade => facts.Grade is { } grade && Names(condition, grade),
        ConditionKind.Intent => facts.Intent is { } intent && Names(condition, intent),
        ConditionKind.Clicked => facts.Clicked,
        _ => facts.CrmStages.Any(s => Names(condition, s)),
    };

    private static bool Names(StepCondition condition, string value) => condition.Values.Contains(value, StringComparer.OrdinalIgnoreCase);
}
