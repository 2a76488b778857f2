using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Pipeline.Outreach;

/// <summary>What a template may be. Problems name their field: <c>name</c>, <c>variants[0].subject</c>, <c>variants[0].blocks[2]</c>.</summary>
public static class TemplateRules
{
    public const int LongestName = 80;
    public const int LongestGoal = 500;
    public const int MostVariants = 4;
    public const int MostBlocks = 60;

    /// <summary>Keeps a draft from being saved: sizes alone, since a draft may be unfinished.</summary>
    public static IReadOnlyList<FieldProblem> CheckDraft(TemplateContent content)
    {
        var problems = new List<FieldProblem>();
        if (string.IsNullOrWhiteSpace(content.Name) || content.Name.Length > LongestName)
            problems.Add(new("name", $"Give the template a name of 1 to {LongestName} characters."));
        if (content.Goal.Length > LongestGoal)
            problems.Add(new("goal", $"The goal has at most {LongestGoal} characters."));
        if (content.Variants.Count is 0 or > MostVariants)
            problems.Add(new("variants", $"A template has 1 to {MostVariants} variants."));
        if (content.Variants.Select(v => v.Name).Distinct(StringComparer.Ordinal).Count() != content.Variants.Count
            || content.Variants.Any(v => v.Name.Length is 0 or > 20))
            problems.Add(new("variants", "Each variant has a name of its own, at most 20 characters."));
        for (var i = 0; i < content.Variants.Count; i++)
        {
            var variant = content.Variants[i];
            if (variant.Subject.Length > CompiledTemplate.LongestSubject)
                problems.Add(new($"variants[{i}].subject", $"A subject has at most {CompiledTemplate.LongestSubject} characters."));
            if (variant.Blocks.Count > MostBlocks)
                problems.Add(new($"variants[{i}].blocks", $"A mail has at most {MostBlocks} blocks."));
            if (variant.Html.Length > CompiledTemplate.LongestBody || variant.Text.Length > CompiledTemplate.LongestBody
                || variant.Blocks.Sum(b => (long)b.Text.Length + b.Url.Length) > CompiledTemplate.LongestBody)
                problems.Add(new($"variants[{i}].body", $"A body has at most {CompiledTemplate.LongestBody:N0} characters."));
        }

        return problems;
    }

    /// <summary>Keeps a template from being published: it must be whole and readable.</summary>
    public static IReadOnlyList<FieldProblem> CheckLive(TemplateContent content)
    {
        if (CheckDraft(content) is { Count: > 0 } sizes)
            return sizes;
        var problems = new List<FieldProblem>();
        for (var i = 0; i < content.Variants.Count; i++)
        {
            var variant = content.Variants[i];
            if (string.IsNullOrWhiteSpace(variant.Subject))
                problems.Add(new($"variants[{i}].subject", $"Variant {variant.Name} has no subject."));
            if (variant.Kind == BodyKind.Blocks ? !variant.Blocks.Any(HasWords) : string.IsNullOrWhiteSpace(variant.Html))
                problems.Add(new($"variants[{i}].body", $"Variant {variant.Name} has no words."));
            problems.AddRange(CompiledTemplate.Of(variant).Problems.Select(p => new FieldProblem($"variants[{i}].body", p)));
        }

        return problems;
    }

    private static bool HasWords(TemplateBlock block) => block.Kind is not (BlockKind.Divider or BlockKind.Fact) && !string.IsNullOrWhiteSpace(block.Text);
}
