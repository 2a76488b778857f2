using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Matching;

/// <summary>The profile that every new tenant begins with: companies of middle size, people who decide.</summary>
public static class StarterIcp
{
    /// <summary>Published as version 1. No Must: a thin lead gets a low score, not none.</summary>
    public static Icp Create(Guid id) => new()
    {
        Id = id,
        Name = "Mid-sized companies",
        Version = 1,
        Description = "A company that sells to other businesses, with its own operations, sales or engineering team. "
            + "It grows, works with software every day and looks for better tools to save time and cost. "
            + "The person leads a team or a department and decides on budget and suppliers.",
        Criteria =
        [
            new() { Kind = CriterionKind.Seniority, Min = (int)Seniority.Manager, Weight = 30 },
            new() { Kind = CriterionKind.EmployeeCount, Min = 20, Max = 5_000, Weight = 30 },
            new() { Kind = CriterionKind.Known, Values = ["company"], Weight = 15 },
            new() { Kind = CriterionKind.Description, Weight = 25 },
        ],
    };
}
