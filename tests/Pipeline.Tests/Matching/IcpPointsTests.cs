using CsCheck;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Tests.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Matching;

public class IcpPointsTests
{
    private static readonly Gen<IcpCriterion> Criterion =
        from kind in Pick.One(CriterionKind.Industry, CriterionKind.EmployeeCount, CriterionKind.Country, CriterionKind.Seniority, CriterionKind.Tag, CriterionKind.Keyword, CriterionKind.Known)
        from requirement in Pick.One(CriterionRequirement.Should, CriterionRequirement.Should, CriterionRequirement.Must, CriterionRequirement.MustNot)
        from weight in Gen.Double[0, 100]
        select new IcpCriterion
        {
            Kind = kind,
            Requirement = requirement,
            Weight = weight,
            Values = kind switch
            {
                CriterionKind.Industry => ["Software"],
                CriterionKind.Country => ["DACH"],
                CriterionKind.Seniority => ["Head or above"],
                CriterionKind.Known => ["company", "phone"],
                _ => ["alpha"],
            },
            Min = kind == CriterionKind.EmployeeCount ? 50 : null,
            Max = kind == CriterionKind.EmployeeCount ? 500 : null,
        };

    private static readonly Gen<(string? Industry, int? Employees, string? Country, Seniority Level, bool Tag, string? Phone)> Facts =
        Gen.Select(
            Pick.One(null, "SaaS", "Farming"),
            Pick.One<int?>(null, 3, 30, 100, 900, 9000),
            Pick.One(null, "DE", "US", "Atlantis"),
            Gen.Enum<Seniority>(),
            Gen.Bool,
            Pick.One(null, "1"));

    [Fact]
    public void Points_sum_to_the_score_when_every_must_is_met() =>
        Gen.Select(Criterion.List[0, 12], Facts).Sample((criteria, facts) =>
        {
            var match = IcpMatcherTests.Match(criteria, lead =>
            {
                (lead.Industry, lead.EmployeeCount, lead.Country, lead.Seniority, lead.Phone) = (facts.Industry, facts.Employees, facts.Country, facts.Level, facts.Phone);
                lead.Tags = facts.Tag ? ["alpha"] : [];
            });
            match.Score.ShouldBeInRange(0, 100);
            match.Criteria.Count.ShouldBe(criteria.Count);
            foreach (var line in match.Criteria)
            {
                line.Points.ShouldBeInRange(0, line.MaxPoints + 1e-9);
                if (line.Outcome is CriterionOutcome.Unknown or CriterionOutcome.NotMet)
                    line.Points.ShouldBe(0);
                if (line.Requirement != CriterionRequirement.Should)
                    line.MaxPoints.ShouldBe(0);
            }

            var possible = match.Criteria.Sum(l => l.MaxPoints);
            if (possible > 0)
                possible.ShouldBe(100, 1e-6);
            var excluded = match.Criteria.Any(l => l.Requirement != CriterionRequirement.Should && l.Outcome == CriterionOutcome.NotMet);
            var halvings = match.Criteria.Count(l => l.Requirement == CriterionRequirement.Must && l.Outcome is CriterionOutcome.Unknown or CriterionOutcome.Partly && l.Requirement == CriterionRequirement.Must);
            var sum = possible > 0 ? match.Criteria.Sum(l => l.Points) : 100;
            match.Score.ShouldBe(excluded ? 0 : sum * Math.Pow(0.5, halvings), 1e-6);
        });

    [Fact]
    public void The_starter_profile_is_valid_and_spreads_leads()
    {
        var icp = StarterIcp.Create(Guid.Empty);
        IcpRules.Check(icp).ShouldBeEmpty();
        var thin = Score(icp, _ => { });
        var person = Score(icp, l => (l.JobTitle, l.CompanyName) = ("Software Engineer", "X"));
        var manager = Score(icp, l => (l.JobTitle, l.CompanyName) = ("IT Manager", "X"));
        var decider = Score(icp, l => (l.JobTitle, l.CompanyName, l.EmployeeCount) = ("COO", "X", 300));
        new[] { thin, person, manager, decider }.ShouldBeInOrder(SortDirection.Ascending);
        thin.ShouldBe(0);
        decider.ShouldBe(75);

        static double Score(Icp icp, Action<Lead> set) => IcpMatcherTests.Match(icp.Criteria, set).Score;
    }
}
