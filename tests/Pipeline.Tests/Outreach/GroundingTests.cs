using LeadGen.Pipeline.Embedding;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Outreach;
using LeadGen.Pipeline.Outreach.Grounding;
using LeadGen.Pipeline.Tests.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Outreach;

public class GroundingTests
{
    private const string Sap = "The connector for SAP S/4HANA is installed in 15 working days by two engineers. Orders and stock stay in step within five seconds.";
    private const string Price = "One user costs 39 euros a month with hosting and support included. From 100 users on there is a discount of 15 percent.";

    private static readonly MailGrounding Grounding = new(new LeadEncoder(Encoders.UseLite));

    [Theory]
    [InlineData("The SAP S/4HANA connector is installed by two engineers in 15 working days.", "K1")]
    [InlineData("Hosting and support are included in the 39 euros a month that one user costs.", "K2")]
    [InlineData("With SAP S/4HANA, orders and stock stay in step within five seconds.", "K1")]
    [InlineData("Would a call of fifteen minutes next week be worth your time?", "T1")]
    public async Task What_its_source_says_stands_in_other_words_too(string sentence, string source) =>
        (await CheckAsync(sentence, source)).ShouldBe(null);

    [Theory]
    [InlineData("The connector for SAP S/4HANA is installed in 5 working days.", "K1", "5")]
    [InlineData("The connector for SAP S/4HANA is installed in fifteen hours.", "K1", "fifteen")]
    [InlineData("One user costs 15 euros a month.", "K2", "15")]
    [InlineData("One user costs 39 euros a month.", "K1", "39")]
    [InlineData("The connector for Oracle is installed by two engineers.", "K1", "Oracle")]
    [InlineData("The connector for SAP S/4HANA is installed in 15 working days from Monday on.", "K1", "monday")]
    [InlineData("The connector for SAP S/4HANA is free and installed in 15 working days.", "K1", "free")]
    [InlineData("The SAP S/4HANA connector is guaranteed within 15 working days.", "K1", "guaranteed")]
    [InlineData("See https://fern.test/sap for the SAP S/4HANA connector.", "K1", "address")]
    [InlineData("Write to sales@fern.test about the SAP S/4HANA connector.", "K1", "address")]
    [InlineData("The connector for SAP S/4HANA is not installed in 15 working days.", "K1", "opposite")]
    [InlineData("Hosting and support are included in the price.", "K1", "say")]
    [InlineData("Hosting and support are included in the price.", "K9", "none")]
    [InlineData("Hosting and support are included in the zanzibarcanary.", "K2", "zanzibarcanary")]
    [InlineData("Your warehouse team should pay the open order now.", "K1", "something else")]
    public async Task What_its_source_does_not_say_goes(string sentence, string source, string why) =>
        (await CheckAsync(sentence, source)).ShouldNotBeNull().ShouldContain(why, Case.Insensitive);

    [Fact]
    public async Task A_refused_sentence_gives_way_to_the_templates_own_and_a_mail_keeps_its_question()
    {
        var material = Material();
        var result = await Grounding.CheckAsync(
            new ModelDraft("Save 99 percent", [("It costs 1 euro.", ["T1"]), ("The SAP S/4HANA connector is installed in 15 working days.", ["K1"]), ("Globex loves it.", ["K1"])]), material, Ct);
        result.ShouldNotBeNull();
        result.Value.Subject.ShouldBe("A question about Hill");
        result.Value.Sentences.Select(s => s.Text).ShouldBe(["Would a call of fifteen minutes next week be worth your time?", "The SAP S/4HANA connector is installed in 15 working days."]);
        var mail = GroundedMail.Of(Mail(), material, result.Value.Subject, result.Value.Sentences);
        mail.Text.ShouldBe("Hello Ann,\n\nThe SAP S/4HANA connector is installed in 15 working days.\n\nBook: https://fern.test/book\n\nWould a call of fifteen minutes next week be worth your time?\n\nKind regards\nAda");
        mail.Html!.ShouldContain("<a href=\"https://fern.test/book\">https://fern.test/book</a>");
        mail.Sentences.Single(s => s.Text.StartsWith("The SAP", StringComparison.Ordinal)).Sources.ShouldHaveSingleItem().Quote.ShouldBe("The connector for SAP S/4HANA is installed in 15 working days by two engineers.");
        (await Grounding.CheckAsync(new ModelDraft("x", [("Globex loves it.", ["K1"])]), material, Ct)).ShouldBeNull("nothing of the model's is left");
    }

    [Theory]
    [InlineData("{\"subject\":\"a\",\"sentences\":[{\"text\":\"b\",\"sources\":[\"K1\"]}]}", true)]
    [InlineData("```json\n{\"subject\":\"a\",\"sentences\":[{\"text\":\"b\",\"sources\":[]}]}\n```", true)]
    [InlineData("{\"subject\":\"a\",\"to\":\"x@y.z\",\"sentences\":[{\"text\":\"b\",\"sources\":[]}]}", false)]
    [InlineData("{\"subject\":\"a\",\"sentences\":[{\"text\":\"b\",\"sources\":[],\"html\":\"<b>\"}]}", false)]
    [InlineData("{\"subject\":\"a\",\"sentences\":[]}", false)]
    [InlineData("{\"subject\":\"\",\"sentences\":[{\"text\":\"b\",\"sources\":[]}]}", false)]
    [InlineData("{\"subject\":\"a\",\"sentences\":[{\"text\":1,\"sources\":[]}]}", false)]
    [InlineData("[[[[[[[[[[[[[[", false)]
    [InlineData("I'm sorry, but I can't help with that.", false)]
    [InlineData(null, false)]
    public void An_answer_of_another_form_is_none(string? answer, bool read) => (ModelDraft.Parse(answer) is not null).ShouldBe(read);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<string?> CheckAsync(string sentence, string source)
    {
        var result = await Grounding.CheckAsync(
            new ModelDraft("A question about Hill", [("The connector for SAP S/4HANA is installed in 15 working days by two engineers.", ["K1"]), (sentence, ["T1", source])]), Material(), Ct);
        var checkedOne = result!.Value.Sentences.Single(s => s.Text == sentence || s.Refused is not null);
        return checkedOne.Refused;
    }

    private static ComposedMail Mail() => new(
        Guid.Empty, 1, "A", "A question about Hill",
        "Hello Ann,\n\nWould a call of fifteen minutes next week be worth your time?\n\nBook: https://fern.test/book\n\nKind regards\nAda", "<p></p>", []);

    private static WritingMaterial Material() => WritingMaterial.Of(
        Mail(),
        "Start a conversation",
        new Lead { Id = Guid.Empty, IdentityKey = "x", FirstName = "Ann", CompanyName = "Hill", Industry = "Wholesale" },
        [new("k-sap", "ERP", Sap, 0.6), new("k-price", "Prices", Price, 0.5)]);
}
