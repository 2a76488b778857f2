using LeadGen.Pipeline.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Preprocessing;

public class TextPreprocessorTests
{
    [Theory]
    [InlineData("Hi, could you send us a quote for 50 seats? We want to go live by December.", "en")]
    [InlineData("Guten Tag, wir möchten gerne ein Angebot für 50 Plätze erhalten.", "de")]
    [InlineData("Bonjour, pouvez-vous nous envoyer un devis pour 50 utilisateurs ?", "fr")]
    [InlineData("Hola, nos gustaría ver una demo del producto la próxima semana.", "es")]
    [InlineData("Vorremmo ricevere un preventivo per 50 utenti.", "it")]
    [InlineData("Graag ontvangen wij een offerte voor 50 gebruikers.", "nl")]
    [InlineData("Gostaríamos de receber uma cotação para 50 usuários.", "pt")]
    [InlineData("SAP integration needed asap", "en")]
    [InlineData("Was kostet die Lösung?", "de")]
    [InlineData("Preis?", null)]
    [InlineData("Demo please", null)]
    [InlineData("", null)]
    [InlineData("Здравствуйте, пришлите нам прайс", null)]
    [InlineData("お見積もりをお願い いたします 今週 中に", null)]
    public void Language_is_told_when_there_are_words_enough(string message, string? language) =>
        TextPreprocessor.Read(LeadBuilder.Lead(message)).Language.ShouldBe(language);

    [Fact]
    public void Notes_tell_the_language_when_there_is_no_message()
    {
        var lead = LeadBuilder.Lead();
        lead.Notes = "Wir haben mit dem Kunden gesprochen und er ist nicht sicher.";
        TextPreprocessor.Read(lead).Language.ShouldBe("de");
    }

    [Fact]
    public void A_lead_without_words_gives_empty_texts()
    {
        var text = TextPreprocessor.Read(LeadBuilder.Lead());
        (text.Message, text.Notes, text.Profile, text.Language).ShouldBe(("", "", "", null));
        text.Sentences.ShouldBeEmpty();
        text.Entities.ShouldBeEmpty();
    }

    [Fact]
    public void Profile_names_job_and_trade_but_no_person()
    {
        var lead = LeadBuilder.Lead();
        lead.FirstName = "Anna";
        lead.LastName = "Smith";
        lead.FullName = "Anna Smith";
        lead.Email = "anna@nordwind.example";
        lead.JobTitle = "Head of Warehouse Operations - Anna Smith";
        lead.CompanyName = "Nordwind Foods";
        lead.Industry = "Food wholesale";
        lead.Technologies = ["SAP"];
        lead.Custom["about"] = "Delivers fresh food to restaurants, ask Anna or anna@nordwind.example, +31 20 794 0800, www.nordwind.example";
        lead.Custom["plan"] = "gold";
        var profile = TextPreprocessor.Read(lead).Profile;
        profile.ShouldStartWith("Head of Warehouse Operations, Logistics, Food wholesale, Delivers fresh food to restaurants");
        profile.ShouldEndWith("SAP");
        foreach (var personal in new[] { "Anna", "Smith", "@", "794", "www", "gold", "Nordwind" })
            profile.ShouldNotContain(personal);
    }

    [Fact]
    public void A_company_of_unknown_trade_is_told_by_its_name()
    {
        var lead = LeadBuilder.Lead();
        lead.CompanyName = "Rotterdam Cold Storage";
        TextPreprocessor.Read(lead).Profile.ShouldBe("Rotterdam Cold Storage");
    }

    [Fact]
    public void A_company_that_bears_the_name_of_the_person_stays_out_of_the_profile()
    {
        var lead = LeadBuilder.Lead();
        lead.FullName = "Anna Smith";
        lead.CompanyName = "Anna Smith Consulting";
        lead.JobTitle = "Owner";
        TextPreprocessor.Read(lead).Profile.ShouldStartWith("Owner");
        TextPreprocessor.Read(lead).Profile.ShouldNotContain("Anna");
    }

    [Theory]
    [InlineData("Mail anna@x.example or call +31 20 794 0800.", "Mail [email] or call [phone].")]
    [InlineData("See https://x.example/a?b=c, www.y.example and nordwind.com!", "See [link], [link] and [link]!")]
    [InlineData("(020) 794 0800 until 2026-12-15 for 50 000 000 EUR", "[phone] until 2026-12-15 for 50 000 000 EUR")]
    [InlineData("Anna here, Annapolis office", "[name] here, Annapolis office")]
    [InlineData("We use Node.js and 1.5 FTE, e.g. SAP", "We use Node.js and 1.5 FTE, e.g. SAP")]
    public void Model_text_has_no_addresses_numbers_or_names(string text, string expected)
    {
        var lead = LeadBuilder.Lead();
        lead.FirstName = "Anna";
        ModelText.Mask(text, lead).ShouldBe(expected);
    }

    [Fact]
    public async Task All_threads_read_alike()
    {
        var lead = LeadBuilder.Lead("Guten Tag, wir sind 140 Mitarbeiter und brauchen bis Ende März ein Angebot, Budget 50.000 EUR.", "DE");
        var expected = TextPreprocessor.Read(lead);
        var texts = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => TextPreprocessor.Read(lead))));
        foreach (var text in texts)
            (text.Language, text.Message, text.Entities.Count).ShouldBe((expected.Language, expected.Message, expected.Entities.Count));
    }
}
