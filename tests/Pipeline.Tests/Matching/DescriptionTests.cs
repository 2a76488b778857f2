using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Preprocessing;
using LeadGen.Pipeline.Scoring;
using LeadGen.Pipeline.Tests.Embedding;
using LeadGen.Pipeline.Tests.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Matching;

public class DescriptionTests
{
    private static readonly Icp Logistics = new()
    {
        Id = Guid.Empty,
        Name = "Logistics",
        Description = "Logistics and transport companies that run warehouses, fleets and deliveries and want to automate their operations.",
        Criteria = [new() { Kind = CriterionKind.Description }],
    };

    [Fact]
    public async Task A_company_of_the_trade_reads_like_the_description_and_another_does_not()
    {
        var encoder = new LeadEncoder(Encoders.UseLite);
        var icp = new PreparedIcp(Logistics, await encoder.EncodeAsync(Logistics.Description));
        var near = await MatchAsync(encoder, icp, "Head of Operations", "Regional freight carrier with forty trucks and two warehouses");
        var far = await MatchAsync(encoder, icp, "Music teacher", "Singing and piano lessons for children at home");
        near.Criteria[0].Outcome.ShouldBe(CriterionOutcome.Met);
        far.Score.ShouldBeLessThan(25);
    }

    [Fact]
    public void A_must_not_that_applies_is_an_exclusion_to_the_model_and_one_that_does_not_is_none()
    {
        IcpCriterion not = new() { Kind = CriterionKind.Industry, Values = ["Gambling"], Requirement = CriterionRequirement.MustNot };
        Excluded("Gambling").ShouldBe(1);
        Excluded("Software").ShouldBe(0);

        double? Excluded(string industry)
        {
            var lead = LeadBuilder.Lead();
            lead.Industry = industry;
            var match = IcpMatcher.Match(lead, TextPreprocessor.Read(lead), null, new PreparedIcp(Logistics with { Criteria = [not] }, null));
            return FeatureBuilder.Build(lead, match, [], Engagement.None, LeadBuilder.Created).Values[FeatureNames.IcpExcluded].Number;
        }
    }

    private static async Task<IcpMatch> MatchAsync(LeadEncoder encoder, PreparedIcp icp, string title, string about)
    {
        var lead = LeadBuilder.Lead();
        lead.JobTitle = title;
        lead.Custom["about"] = about;
        var text = TextPreprocessor.Read(lead);
        var words = await encoder.EncodeAsync([(lead, text)]);
        return IcpMatcher.Match(lead, text, words[0].Lead, icp);
    }
}
