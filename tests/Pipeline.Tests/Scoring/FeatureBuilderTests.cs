using LeadGen.Pipeline.Feedback;
using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Matching;
using LeadGen.Pipeline.Scoring;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Scoring;

public class FeatureBuilderTests
{
    private static readonly DateTime Now = Histories.Now;

    private static Lead NewLead() => new() { Id = Guid.Empty, IdentityKey = "ann@firm.example", Email = "ann@firm.example", CreatedAt = Now.AddDays(-10) };

    private static IReadOnlyDictionary<string, FeatureValue> Build(Lead lead, params IntentSignal[] intents) =>
        FeatureBuilder.Build(lead, null, intents, Engagement.None, Now).Values;

    [Fact]
    public void Never_shows_the_model_who_the_person_is_or_how_it_ended()
    {
        var lead = NewLead();
        (lead.FirstName, lead.LastName, lead.FullName, lead.Phone, lead.City) = ("Ann", "Secretname", "Ann Secretname", "+31201234567", "Secrettown");
        (lead.Message, lead.Notes, lead.ExternalId, lead.LinkedInUrl) = ("Secretmessage", "Secretnotes", "Secretid", "https://secret.example");
        (lead.Outcome, lead.OutcomeAt) = (Outcome.Won, Now);
        lead.Custom["second address"] = "secret@mail.example";
        lead.Custom["mobile"] = "+49 170 1234567";
        lead.Custom["remark"] = "secret " + new string('x', 100);
        var values = Build(lead);
        values.Values.Select(value => value.Word ?? "").ShouldAllBe(word => !word.Contains("secret", StringComparison.OrdinalIgnoreCase) && !word.Contains('@'));
        values.Keys.ShouldNotContain(name => name.Contains("outcome", StringComparison.OrdinalIgnoreCase) || name.StartsWith("custom.", StringComparison.Ordinal));
    }

    [Fact]
    public void Intents_fade_by_their_half_life()
    {
        var values = Build(NewLead(), new IntentSignal(IntentKind.PricingInquiry, 0.8, Now.AddDays(-30), "price", "message"));
        values["intent.PricingInquiry"].Number!.Value.ShouldBe(0.4, 1e-9);
        values["intent.DemoRequest"].Number.ShouldBe(0);
        Build(NewLead(), new IntentSignal(IntentKind.Unsubscribe, 0.8, Now.AddDays(-900), "stop", "reply"))["intent.Unsubscribe"].Number.ShouldBe(0.8);
    }

    [Fact]
    public void What_was_written_after_the_outcome_is_not_known()
    {
        var lead = NewLead();
        (lead.Outcome, lead.OutcomeAt) = (Outcome.Won, Now.AddDays(-5));
        Build(lead, new IntentSignal(IntentKind.PurchaseReady, 0.9, Now.AddDays(-4), "thanks for the contract", "reply"))["intent.PurchaseReady"].Number.ShouldBe(0);
        FeatureBuilder.AsOf(lead, Now).ShouldBe(Now.AddDays(-5));
    }

    [Fact]
    public void A_failed_must_stands_beside_the_match()
    {
        var failed = new IcpMatch(Guid.Empty, 1, 0, [new CriterionMatch("Country", CriterionRequirement.Must, CriterionOutcome.NotMet, 0, 0, "US")]);
        var values = FeatureBuilder.Build(NewLead(), failed, [], Engagement.None, Now).Values;
        values["icpExcluded"].Number.ShouldBe(1);
        values["icpMatch"].Number.ShouldBe(0);
    }

    [Fact]
    public void Unknown_is_missing_and_not_a_word()
    {
        var values = Build(NewLead());
        values.Keys.ShouldNotContain("seniority");
        values.Keys.ShouldNotContain("employeeCount");
        values.Keys.ShouldNotContain("icpMatch");
        values["freeMail"].Number.ShouldBe(0);
        values["hasPhone"].Number.ShouldBe(0);
    }

    [Theory]
    [InlineData("1234.5", 1234.5)]
    [InlineData("1,234.5", 1234.5)]
    [InlineData("1.234,5", 1234.5)]
    [InlineData("1.234.567", 1234567)]
    [InlineData("12,5", 12.5)]
    [InlineData("1,234", 1234)]
    [InlineData("93.994", 93.994)]
    [InlineData("-36.4", -36.4)]
    [InlineData("12 500", 12500)]
    [InlineData("€ 5.000,00", 5000)]
    [InlineData("15 %", 15)]
    [InlineData("0", 0)]
    [InlineData("0.5", 0.5)]
    [InlineData("1e3", 1000)]
    public void Reads_numbers_of_both_writings(string text, double number) => FeatureText.Read(text)!.Value.Number!.Value.ShouldBe(number, 1e-9);

    [Theory]
    [InlineData("01234", "01234")]
    [InlineData("12.05.2024", "12.05.2024")]
    [InlineData("2024-05-01", "2024-05-01")]
    [InlineData("  Blue   Collar ", "blue collar")]
    [InlineData("10-49", "10-49")]
    public void Leaves_other_texts_as_words(string text, string word) => FeatureText.Read(text)!.Value.Word.ShouldBe(word);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("n/a")]
    [InlineData(null)]
    public void Reads_nothing_from_nothing(string? text) => FeatureText.Read(text).ShouldBeNull();
}
