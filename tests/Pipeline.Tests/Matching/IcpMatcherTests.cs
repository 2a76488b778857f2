using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Pipeline.Tests.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Matching;

public class IcpMatcherTests
{
    [Theory]
    [InlineData("Logistics & Supply chain", "Logistics", CriterionOutcome.Met)]
    [InlineData("Software", "B2B SaaS", CriterionOutcome.Met)]
    [InlineData("Computer Software", "SaaS", CriterionOutcome.Met)]
    [InlineData("Logistik", "Logistics", CriterionOutcome.Met)]
    [InlineData("Hospital & Health Care", "Healthcare", CriterionOutcome.Met)]
    [InlineData("Transportation/Trucking/Railroad", "logistics", CriterionOutcome.Met)]
    [InlineData("SANTÉ", "Healthcare", CriterionOutcome.Met)]
    [InlineData("Fintech", "Financial Services", CriterionOutcome.Met)]
    [InlineData("Food technology", "Software", CriterionOutcome.NotMet)]
    [InlineData("Waste water treatment", "Waste recycling", CriterionOutcome.Partly)]
    [InlineData("Agriculture", "Software", CriterionOutcome.NotMet)]
    [InlineData("Legal services", "Financial services", CriterionOutcome.NotMet)]
    [InlineData(null, "Software", CriterionOutcome.Unknown)]
    public void Industry(string? industry, string wanted, CriterionOutcome outcome) =>
        One(CriterionKind.Industry, [wanted], l => l.Industry = industry).Outcome.ShouldBe(outcome);

    [Theory]
    [InlineData(640, 150, 2000, CriterionOutcome.Met)]
    [InlineData(150, 150, 2000, CriterionOutcome.Met)]
    [InlineData(2000, 150, 2000, CriterionOutcome.Met)]
    [InlineData(100, 150, 2000, CriterionOutcome.Partly)]
    [InlineData(70, 150, 2000, CriterionOutcome.NotMet)]
    [InlineData(5000, 150, 2000, CriterionOutcome.NotMet)]
    [InlineData(null, 150, 2000, CriterionOutcome.Unknown)]
    public void Employees(int? count, int min, int max, CriterionOutcome outcome) =>
        One(new() { Kind = CriterionKind.EmployeeCount, Min = min, Max = max }, l => l.EmployeeCount = count).Outcome.ShouldBe(outcome);

    [Theory]
    [InlineData("We are 640 people in two places", CriterionOutcome.Met, "640 (in the message)")]
    [InlineData("Wir haben 50-200 Mitarbeiter", CriterionOutcome.Partly, "50 to 200 (in the message)")]
    [InlineData("We need 640 seats", CriterionOutcome.Unknown, null)]
    [InlineData("A team of 640", CriterionOutcome.Unknown, null)]
    public void Employees_named_in_the_text_count_where_the_field_is_empty(string message, CriterionOutcome outcome, string? found)
    {
        var line = One(new() { Kind = CriterionKind.EmployeeCount, Min = 150, Max = 2000 }, l => l.Message = message);
        (line.Outcome, line.Found).ShouldBe((outcome, found));
    }

    [Fact]
    public void A_must_range_has_no_margin() =>
        Match(new IcpCriterion { Kind = CriterionKind.EmployeeCount, Min = 150, Requirement = CriterionRequirement.Must }, l => l.EmployeeCount = 149).Score.ShouldBe(0);

    [Theory]
    [InlineData("NL", "Benelux", CriterionOutcome.Met)]
    [InlineData("The Netherlands", "EU", CriterionOutcome.Met)]
    [InlineData("CH", "EU", CriterionOutcome.NotMet)]
    [InlineData("CH", "Europe", CriterionOutcome.Met)]
    [InlineData("Österreich", "DACH", CriterionOutcome.Met)]
    [InlineData("SE", "Nordics", CriterionOutcome.Met)]
    [InlineData("US", "North America", CriterionOutcome.Met)]
    [InlineData("BR", "LATAM", CriterionOutcome.Met)]
    [InlineData("SG", "APAC", CriterionOutcome.Met)]
    [InlineData("Germany", "DE", CriterionOutcome.Met)]
    [InlineData("FR", "Germany", CriterionOutcome.NotMet)]
    [InlineData(null, "Germany", CriterionOutcome.Unknown)]
    [InlineData("Atlantis", "Germany", CriterionOutcome.Unknown)]
    public void Country(string? country, string wanted, CriterionOutcome outcome) =>
        One(CriterionKind.Country, [wanted], l => l.Country = country).Outcome.ShouldBe(outcome);

    [Theory]
    [InlineData("Head of Warehouse Operations", "Head of Operations", CriterionOutcome.Met)]
    [InlineData("VP Ops", "Vice President Operations", CriterionOutcome.Met)]
    [InlineData("Operations Director", "Operations Manager", CriterionOutcome.Partly)]
    [InlineData("Sales Manager", "Operations Manager", CriterionOutcome.NotMet)]
    [InlineData("Geschäftsführer", "geschaftsfuhrer", CriterionOutcome.Met)]
    [InlineData(null, "Operations", CriterionOutcome.Unknown)]
    public void Title(string? title, string wanted, CriterionOutcome outcome) =>
        One(CriterionKind.JobTitle, [wanted], l => l.JobTitle = title).Outcome.ShouldBe(outcome);

    [Theory]
    [InlineData("CTO", CriterionOutcome.Met)]
    [InlineData("Head of Sales", CriterionOutcome.Met)]
    [InlineData("Sales Manager", CriterionOutcome.Partly)]
    [InlineData("Intern", CriterionOutcome.NotMet)]
    [InlineData("Wizard", CriterionOutcome.Unknown)]
    public void Level_from_the_title(string title, CriterionOutcome outcome)
    {
        One(new() { Kind = CriterionKind.Seniority, Min = (int)Seniority.Head }, l => l.JobTitle = title).Outcome.ShouldBe(outcome);
        One(CriterionKind.Seniority, ["Head or above"], l => l.JobTitle = title).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public void Level_of_the_lead_goes_before_its_title() =>
        One(CriterionKind.Seniority, ["VicePresident", "C-level"], l => (l.Seniority, l.JobTitle) = (Seniority.CLevel, "Intern")).Found.ShouldBe("C-level");

    [Theory]
    [InlineData("HR", "Head of Human Resources", CriterionOutcome.Met)]
    [InlineData("Information technology", "CIO", CriterionOutcome.Met)]
    [InlineData("Logistics", "Sales Manager", CriterionOutcome.NotMet)]
    [InlineData("Logistics", "Wizard", CriterionOutcome.Unknown)]
    public void Departments(string wanted, string title, CriterionOutcome outcome) =>
        One(CriterionKind.Department, [wanted], l => l.JobTitle = title).Outcome.ShouldBe(outcome);

    [Theory]
    [InlineData("SAP", "SAP S/4HANA;Excel", null, CriterionOutcome.Met)]
    [InlineData("sap", "", "We run SAP today", CriterionOutcome.Met)]
    [InlineData("SAP", "", "We disappeared", CriterionOutcome.Unknown)]
    [InlineData("C", "C++", null, CriterionOutcome.NotMet)]
    [InlineData("C++", "C++", null, CriterionOutcome.Met)]
    [InlineData(".NET", ".NET", null, CriterionOutcome.Met)]
    [InlineData("Oracle", "SAP", null, CriterionOutcome.NotMet)]
    public void Technology(string wanted, string technologies, string? message, CriterionOutcome outcome) =>
        One(CriterionKind.Technology, [wanted], l =>
        {
            l.Technologies = [.. technologies.Split(';', StringSplitOptions.RemoveEmptyEntries)];
            l.Message = message;
        }).Outcome.ShouldBe(outcome);

    [Theory]
    [InlineData("art", "Let us start", CriterionOutcome.NotMet)]
    [InlineData("art", "State of the art.", CriterionOutcome.Met)]
    [InlineData("café", "Our CAFE needs it", CriterionOutcome.Met)]
    [InlineData("supply chain", "supply-chain software", CriterionOutcome.Met)]
    [InlineData("warehouse", "two warehouses", CriterionOutcome.Met)]
    [InlineData("go live", "a\ngo   live date", CriterionOutcome.Met)]
    [InlineData("demo", "", CriterionOutcome.Unknown)]
    public void Keyword(string wanted, string message, CriterionOutcome outcome) =>
        One(CriterionKind.Keyword, [wanted], l => l.Message = message).Outcome.ShouldBe(outcome);

    [Fact]
    public void Keywords_are_found_in_custom_values_too() =>
        One(CriterionKind.Keyword, ["WMS"], l => l.Custom["stack"] = "wms, tms").Outcome.ShouldBe(CriterionOutcome.Met);

    [Fact]
    public void Tags_are_compared_without_case()
    {
        One(CriterionKind.Tag, ["vip"], l => l.Tags = ["VIP", "x"]).Outcome.ShouldBe(CriterionOutcome.Met);
        One(CriterionKind.Tag, ["vip"], _ => { }).Outcome.ShouldBe(CriterionOutcome.NotMet);
    }

    [Fact]
    public void Known_fields_may_be_there_in_part()
    {
        One(CriterionKind.Known, ["company", "phone"], l => (l.CompanyDomain, l.Phone) = ("x.example", "1")).Outcome.ShouldBe(CriterionOutcome.Met);
        One(CriterionKind.Known, ["company", "phone"], l => l.CompanyName = "X").Outcome.ShouldBe(CriterionOutcome.Partly);
        One(CriterionKind.Known, ["custom.plan"], _ => { }).Outcome.ShouldBe(CriterionOutcome.NotMet);
    }

    [Theory]
    [InlineData(0.70, 100, "very close", CriterionOutcome.Met)]
    [InlineData(0.56, 70, "close", CriterionOutcome.Met)]
    [InlineData(0.50, 50, "somewhat close", CriterionOutcome.Partly)]
    [InlineData(0.30, 0, "not alike", CriterionOutcome.NotMet)]
    public void Description(double cosine, double points, string found, CriterionOutcome outcome)
    {
        var icp = new PreparedIcp(Icp(new IcpCriterion { Kind = CriterionKind.Description }), new LeadVector(new float[] { 1, 0 }, "use-lite-1"));
        var vector = new LeadVector(new[] { (float)cosine, (float)Math.Sqrt(1 - (cosine * cosine)) }, "use-lite-1");
        var match = IcpMatcher.Match(LeadBuilder.Lead(), TextPreprocessor.Read(LeadBuilder.Lead()), vector, icp);
        match.Score.ShouldBe(points, 1e-4);
        (match.Criteria[0].Found, match.Criteria[0].Outcome).ShouldBe((found, outcome));
    }

    [Fact]
    public void Vectors_of_two_encoders_are_never_compared()
    {
        var icp = new PreparedIcp(Icp(new IcpCriterion { Kind = CriterionKind.Description }), new LeadVector(new float[] { 1, 0 }, "use-lite-1"));
        IcpMatcher.Match(LeadBuilder.Lead(), TextPreprocessor.Read(LeadBuilder.Lead()), new LeadVector(new float[] { 1, 0 }, "other-1"), icp)
            .Criteria[0].Outcome.ShouldBe(CriterionOutcome.Unknown);
    }

    [Fact]
    public void Must_and_must_not_rule_over_points()
    {
        IcpCriterion should = new() { Kind = CriterionKind.Tag, Values = ["a"] };
        IcpCriterion must = new() { Kind = CriterionKind.Country, Values = ["DE"], Requirement = CriterionRequirement.Must };
        IcpCriterion not = new() { Kind = CriterionKind.Industry, Values = ["Gambling"], Requirement = CriterionRequirement.MustNot };
        Match([should, must, not], l => (l.Tags, l.Country) = (["a"], "DE")).Score.ShouldBe(100);
        Match([should, must, not], l => (l.Tags, l.Country) = (["a"], "FR")).Score.ShouldBe(0);
        Match([should, must, not], l => l.Tags = ["a"]).Score.ShouldBe(50);
        var excluded = Match([should, must, not], l => (l.Tags, l.Country, l.Industry) = (["a"], "DE", "Gambling"));
        excluded.Score.ShouldBe(0);
        excluded.Criteria[2].Outcome.ShouldBe(CriterionOutcome.NotMet);
        Match([must], l => l.Country = "DE").Score.ShouldBe(100);
        Match([must], _ => { }).Score.ShouldBe(50);
        Match(Array.Empty<IcpCriterion>(), _ => { }).Score.ShouldBe(100);
    }

    [Fact]
    public void Lines_read_in_plain_words()
    {
        CriterionNames.Of(new() { Kind = CriterionKind.EmployeeCount, Min = 150, Max = 2000 }).ShouldBe("150 to 2,000 employees");
        CriterionNames.Of(new() { Kind = CriterionKind.Country, Values = ["de", "Österreich", "benelux"] }).ShouldBe("Germany, Austria, Benelux");
        CriterionNames.Of(new() { Kind = CriterionKind.Seniority, Min = (int)Seniority.Head }).ShouldBe("Head or above");
        CriterionNames.Of(new() { Kind = CriterionKind.Description }).ShouldBe("Reads like the description");
        CriterionNames.Of(new() { Kind = CriterionKind.Industry, Values = ["Gambling"], Requirement = CriterionRequirement.MustNot }).ShouldBe("Not: Gambling");
        CriterionNames.Of(new() { Kind = CriterionKind.Known, Values = ["company"] }).ShouldBe("Company known");
        CriterionNames.Of(new() { Kind = CriterionKind.Tag, Name = "Important", Values = ["a"] }).ShouldBe("Important");
        One(new() { Kind = CriterionKind.EmployeeCount, Min = 1 }, l => l.EmployeeCount = 640).Found.ShouldBe("640");
        One(CriterionKind.Country, ["Benelux"], l => l.Country = "NL").Found.ShouldBe("Netherlands");
    }

    internal static IcpMatch Match(IReadOnlyList<IcpCriterion> criteria, Action<Lead> set)
    {
        var lead = LeadBuilder.Lead();
        set(lead);
        return IcpMatcher.Match(lead, TextPreprocessor.Read(lead), null, new PreparedIcp(Icp([.. criteria]), null));
    }

    private static IcpMatch Match(IcpCriterion criterion, Action<Lead> set) => Match([criterion], set);

    private static CriterionMatch One(IcpCriterion criterion, Action<Lead> set) => Match(criterion, set).Criteria.Single();

    private static CriterionMatch One(CriterionKind kind, string[] values, Action<Lead> set) => One(new IcpCriterion { Kind = kind, Values = values }, set);

    private static Icp Icp(params IcpCriterion[] criteria) => new() { Id = Guid.Empty, Name = "Test", Version = 3, Criteria = criteria };
}
