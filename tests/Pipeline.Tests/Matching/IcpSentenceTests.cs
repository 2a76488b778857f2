using CsCheck;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Matching;

public sealed class IcpSentenceTests
{
    /// <summary>A sentence, and all that should be read from it but the description: one line a criterion, in the order of the draft.</summary>
    [Theory]
    [InlineData(
        "Manufacturers and wholesalers in DACH with 50 to 500 employees, we talk to heads of logistics or operations",
        "Should Industry Manufacturing, Wholesale", "Should EmployeeCount 50-500", "Should Country DACH", "Should JobTitle Head of logistics, Head of operations", "Should Seniority 5-", "Should Department Logistics, Operations")]
    [InlineData("B2B SaaS companies in the US and Canada, 20-200 people, CTOs or VPs of Engineering", "Should Industry Software", "Should EmployeeCount 20-200", "Should Country United States, Canada", "Should JobTitle CTO, VP of engineering", "Should Seniority 7-", "Should Department Engineering")]
    [InlineData("German food manufacturers with more than 200 employees that use SAP", "Should Industry Food and beverage", "Should EmployeeCount 200-", "Should Country Germany", "Should Technology SAP")]
    [InlineData("Online shops on Shopify in the UK, fewer than 50 people, no agencies", "Should Industry E-commerce", "Should EmployeeCount -50", "Should Country United Kingdom", "Should Technology Shopify", "MustNot Industry Marketing agencies")]
    [InlineData("Mid-sized logistics providers in the Nordics and Benelux whose warehouse managers still plan on paper", "Should Industry Logistics", "Should EmployeeCount 50-1000", "Should Country Nordics, Benelux", "Should JobTitle Warehouse manager", "Should Seniority 4-", "Should Department Logistics")]
    [InlineData("Hospitals and clinics in France, Spain and Italy", "Should Industry Healthcare", "Should Country France, Spain, Italy")]
    [InlineData("We sell to decision makers in banks and insurance companies across Europe, but not in Russia", "Should Industry Banking, Insurance", "Should Country Europe", "Should Seniority 5-", "MustNot Country Russia")]
    [InlineData("Startups with 10+ employees whose founders look for \"go to market\" help", "Should EmployeeCount 10-", "Should JobTitle Founder", "Should Seniority 9-", "Should Keyword go to market")]
    [InlineData("Maschinenbauer und Großhändler in Österreich mit mindestens 100 Mitarbeitern, Geschäftsführer oder Logistikleiter", "Should Industry Manufacturing, Wholesale", "Should EmployeeCount 100-", "Should Country Austria", "Should JobTitle Managing director, Logistikleiter", "Should Seniority 5-", "Should Department Logistics")]
    [InlineData("Construction companies in Texas", "Should Industry Construction")]
    [InlineData("Only companies in Germany, large enterprises, IT and procurement directors", "Should EmployeeCount 1000-", "Must Country Germany", "Should JobTitle IT director, Procurement director", "Should Seniority 6-", "Should Department InformationTechnology, Procurement")]
    [InlineData("Sales teams of telecom companies that run Salesforce or HubSpot", "Should Industry Telecommunications", "Should Department Sales", "Should Technology Salesforce, HubSpot")]
    [InlineData("Retailers with about 300 employees in Southeast Asia", "Should Industry Retail", "Should EmployeeCount 150-600", "Should Country Southeast Asia")]
    [InlineData("Law firms and consultancies, up to 100 people, in the United States", "Should Industry Law firms, Consulting", "Should EmployeeCount -100", "Should Country United States")]
    [InlineData("It is us who can help no matter what they do", "")]
    [InlineData("Wholesale and retail, except universities and charities, ideally in Poland", "Should Industry Wholesale, Retail", "Should Country Poland", "MustNot Industry Education, Nonprofit")]
    [InlineData("Packaging firms between 100 and 1,000 employees using Plentymarkets", "Should Industry Packaging", "Should EmployeeCount 100-1000", "Should Technology Plentymarkets")]
    [InlineData("PME industrielles en France", "Should EmployeeCount 10-250", "Should Country France")]
    [InlineData("People who run procurement at car manufacturers, EMEA", "Should Industry Automotive", "Should Country EMEA", "Should Department Procurement")]
    [InlineData("SMEs and scale-ups from Ireland, CFOs and CEOs", "Should EmployeeCount 10-500", "Should Country Ireland", "Should JobTitle CFO, CEO", "Should Seniority 8-", "Should Department Finance")]
    public void A_sentence_becomes_criteria(string sentence, params string[] expected)
    {
        var draft = IcpSentence.Read(sentence, Guid.Empty);

        draft.Description.ShouldBe(sentence);
        draft.Criteria[^1].Kind.ShouldBe(CriterionKind.Description);
        draft.Criteria.SkipLast(1).Select(Say).ShouldBe(expected.Where(e => e.Length > 0), ignoreOrder: true);
        IcpRules.Check(draft).ShouldBeEmpty();
    }

    [Fact]
    public void The_draft_is_named_after_what_was_understood()
    {
        IcpSentence.Read("Dutch wholesalers, no agencies", Guid.Empty).Name.ShouldBe("Wholesale in Netherlands");
        IcpSentence.Read("People with a plan", Guid.Empty).Name.ShouldBe("People with a plan");
    }

    [Fact]
    public void A_lead_like_the_sentence_matches_the_draft_and_another_does_not()
    {
        var icp = new PreparedIcp(IcpSentence.Read("German manufacturers with 50 to 500 employees, heads of logistics, no agencies", Guid.Empty), null);
        var good = new Lead { Id = Guid.NewGuid(), IdentityKey = "a", Industry = "Manufacturing", Country = "DE", EmployeeCount = 200, JobTitle = "Head of Logistics", Seniority = Seniority.Head, Department = Department.Logistics };
        var bad = new Lead { Id = Guid.NewGuid(), IdentityKey = "b", Industry = "Marketing agencies", Country = "DE", EmployeeCount = 200, JobTitle = "Head of Logistics", Seniority = Seniority.Head, Department = Department.Logistics };

        Score(good, icp).ShouldBeGreaterThan(60);
        Score(bad, icp).ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("!!! ,,, ...")]
    [InlineData("“")]
    [InlineData("0 employees - 99999999999999999999 people")]
    public void Odd_texts_are_read_without_harm(string text) => IcpSentence.Read(text, Guid.Empty).Criteria.Count.ShouldBeLessThanOrEqualTo(2);

    [Fact]
    public void Any_text_gives_a_draft_that_can_be_saved() => Gen.String[1, 400].Where(t => !string.IsNullOrWhiteSpace(t)).Sample(text =>
        IcpRules.Check(IcpSentence.Read(text, Guid.Empty)).ShouldBeEmpty());

    private static double Score(Lead lead, PreparedIcp icp) => IcpMatcher.Match(lead, TextPreprocessor.Read(lead), null, icp).Score;

    private static string Say(IcpCriterion c) =>
        $"{c.Requirement} {c.Kind} {(c.Kind is CriterionKind.EmployeeCount or CriterionKind.Seniority ? $"{c.Min}-{c.Max}" : string.Join(", ", c.Values))}";
}
