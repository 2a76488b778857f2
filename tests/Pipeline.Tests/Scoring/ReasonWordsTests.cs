using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class ReasonWordsTests
{
    private static string Say(string feature, string? value) => ReasonWords.Say(new ScoreContribution(feature, value, 1, 1));

    [Theory]
    [InlineData("icpMatch", "90", "Fits your profile, 90 of 100")]
    [InlineData("icpExcluded", "1", "Fails a must of your profile")]
    [InlineData("hasPhone", "0", "No phone number")]
    [InlineData("seniority", "CLevel", "Sits in top management")]
    [InlineData("seniority", null, "Level of the job not known")]
    [InlineData("department", "InformationTechnology", "Works in IT")]
    [InlineData("department", "CustomerService", "Works in customer service")]
    [InlineData("employeeCount", "12000", "12,000 employees")]
    [InlineData("country", "nl", "Country: NL")]
    [InlineData("source", "2024", "Came through 2024")]
    [InlineData("engagement.replies", "0.8", "Replied to us")]
    [InlineData("custom.job", "retired", "Job: retired")]
    [InlineData("custom.nr_employed", "5191", "Nr employed: 5191")]
    [InlineData("custom.job", null, "Job: not known")]
    public void Speaks_plainly(string feature, string? value, string sentence) => Say(feature, value).ShouldBe(sentence);

    [Fact]
    public void Says_when_the_words_were_written()
    {
        IntentSignal[] signals = [new(IntentKind.PricingInquiry, 0.9, Histories.Now.AddDays(-3), "price", "message")];
        ReasonWords.Say(new ScoreContribution("intent.PricingInquiry", "0.84", 1, 1), signals, Histories.Now).ShouldBe("Asked for pricing 3 days ago");
    }

    [Fact]
    public void Shows_no_name_out_of_the_code()
    {
        foreach (var kind in Enum.GetValues<IntentKind>().Where(kind => kind != IntentKind.Other))
        {
            var said = new[] { "0", "0.2", "0.9" }.Select(strength => Say("intent." + kind, strength)).ToList();
            said.ShouldBeUnique();
            said.ShouldAllBe(sentence => !sentence.Contains("intent", StringComparison.OrdinalIgnoreCase));
        }

        foreach (var level in Enum.GetValues<Seniority>().Where(level => level != Seniority.Unknown))
            Say("seniority", level.ToString()).ShouldNotContain("Level");
        foreach (var field in StarterModel.Create(Histories.Now).Fields)
        {
            Say(field.Name, "1").ShouldNotContain(".");
            Say(field.Name, null).ShouldNotContain(".");
        }
    }
}
