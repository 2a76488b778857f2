using LeadGen.Pipeline.Matching;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Matching;

public class IcpRulesTests
{
    private static readonly Icp Good = new()
    {
        Id = Guid.Empty,
        Name = "Good",
        Description = "Logistics companies",
        Criteria =
        [
            new() { Kind = CriterionKind.EmployeeCount, Min = 10, Max = 100 },
            new() { Kind = CriterionKind.Country, Values = ["DACH", "nl"] },
            new() { Kind = CriterionKind.Description },
        ],
    };

    [Fact]
    public void A_good_profile_has_no_problems() => IcpRules.Check(Good).ShouldBeEmpty();

    public static TheoryData<string, Icp> Bad => new()
    {
        { "name", Good with { Name = " " } },
        { "name", Good with { Name = new string('x', 121) } },
        { "description", Good with { Description = new string('x', 5_001) } },
        { "description", Good with { Description = "" } },
        { "criteria", Good with { Criteria = [.. Enumerable.Repeat(Good.Criteria[0], 101)] } },
        { "criteria[0].min", With(new() { Kind = CriterionKind.EmployeeCount, Min = 5, Max = 1 }) },
        { "criteria[0].min", With(new() { Kind = CriterionKind.EmployeeCount }) },
        { "criteria[0].min", With(new() { Kind = CriterionKind.EmployeeCount, Min = double.NaN }) },
        { "criteria[0].max", With(new() { Kind = CriterionKind.EmployeeCount, Max = -1 }) },
        { "criteria[0].min", With(new() { Kind = CriterionKind.Tag, Values = ["a"], Min = 1 }) },
        { "criteria[0].min", With(new() { Kind = CriterionKind.Seniority, Min = 99 }) },
        { "criteria[0].weight", With(new() { Kind = CriterionKind.Tag, Values = ["a"], Weight = 101 }) },
        { "criteria[0].weight", With(new() { Kind = CriterionKind.Tag, Values = ["a"], Weight = -1 }) },
        { "criteria[0].weight", With(new() { Kind = CriterionKind.Tag, Values = ["a"], Weight = double.NaN }) },
        { "criteria[0].values", With(new() { Kind = CriterionKind.Tag }) },
        { "criteria[0].values", With(new() { Kind = CriterionKind.Keyword, Values = [" "] }) },
        { "criteria[0].values", With(new() { Kind = CriterionKind.Country, Values = ["Atlantis"] }) },
        { "criteria[0].values", With(new() { Kind = CriterionKind.Department, Values = ["Wizardry"] }) },
        { "criteria[0].values", With(new() { Kind = CriterionKind.Seniority, Values = ["Wizard"] }) },
        { "criteria[0].values", With(new() { Kind = CriterionKind.Known, Values = ["shoeSize"] }) },
        { "criteria[0].kind", With(new() { Kind = (CriterionKind)99 }) },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_problem_names_its_field_and_a_remedy(string field, Icp icp)
    {
        var problem = IcpRules.Check(icp).ShouldHaveSingleItem();
        problem.Field.ShouldBe(field);
        problem.Reason.ShouldEndWith(".");
    }

    private static Icp With(IcpCriterion criterion) => Good with { Criteria = [criterion] };
}
