using CsCheck;
using LeadGen.Pipeline.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Preprocessing;

public class EntityReaderTests
{
    [Theory]
    [InlineData("Our budget is €50k.", "50000 EUR")]
    [InlineData("about 50.000 EUR", "50000 EUR")]
    [InlineData("1.234,56 € im Jahr", "1234.56 EUR")]
    [InlineData("$1,234.56 a year", "1234.56 USD")]
    [InlineData("USD 1.2 million", "1200000 USD")]
    [InlineData("3 Mio. Euro", "3000000 EUR")]
    [InlineData("2,5 Millionen Euro", "2500000 EUR")]
    [InlineData("50 000 euros par an", "50000 EUR")]
    [InlineData("£20,000", "20000 GBP")]
    [InlineData("CHF 1'500", "1500 CHF")]
    [InlineData("10k$", "10000 USD")]
    [InlineData("US$ 5m", "5000000 USD")]
    [InlineData("C$300", "300 CAD")]
    [InlineData("20k-30k EUR", "20000-30000 EUR")]
    [InlineData("€20-30k", "20000-30000 EUR")]
    [InlineData("50 TEUR", "50000 EUR")]
    [InlineData("budget of 50k", "50000")]
    [InlineData("presupuesto de 20 mil euros", "20000 EUR")]
    [InlineData("5 bn USD", "5000000000 USD")]
    [InlineData("12.50 per user", null)]
    [InlineData("in room 500", null)]
    [InlineData("budget for 2027", null)]
    [InlineData("budget for 12 months", null)]
    [InlineData("SAP S/4HANA 2023", null)]
    public void Money_is_read(string text, string? value) => Values(text, TextEntityKind.Money).ShouldBe(value is null ? [] : [value]);

    [Theory]
    [InlineData("on 2026-12-15", "2026-12-15")]
    [InlineData("am 15.12.2026", "2026-12-15")]
    [InlineData("bis zum 15.12.", "2026-12-15")]
    [InlineData("12/05/2026", "2026-05-12")]
    [InlineData("12/25/2026", "2026-12-25")]
    [InlineData("05-12-2026", "2026-12-05")]
    [InlineData("5 December", "2026-12-05")]
    [InlineData("5th of December 2027", "2027-12-05")]
    [InlineData("December 5, 2027", "2027-12-05")]
    [InlineData("Dec 5th", "2026-12-05")]
    [InlineData("on 3 March", "2027-03-03")]
    [InlineData("5. Dezember", "2026-12-05")]
    [InlineData("5 de diciembre de 2026", "2026-12-05")]
    [InlineData("le 1er mars", "2027-03-01")]
    [InlineData("next Tuesday", "2026-11-24")]
    [InlineData("nächsten Dienstag", "2026-11-24")]
    [InlineData("mardi prochain", "2026-11-24")]
    [InlineData("el próximo martes", "2026-11-24")]
    [InlineData("can we meet on Friday?", "2026-11-27")]
    [InlineData("Q1 2027", "2027-01-01")]
    [InlineData("in Q1", "2027-01-01")]
    [InlineData("in Q4", "2026-10-01")]
    [InlineData("end of Q1", "2027-03-31")]
    [InlineData("H2 2027", "2027-07-01")]
    [InlineData("end of March", "2027-03-31")]
    [InlineData("by the end of the year", "2026-12-31")]
    [InlineData("Ende des Jahres", "2026-12-31")]
    [InlineData("fin de l'année", "2026-12-31")]
    [InlineData("EOY", "2026-12-31")]
    [InlineData("year-end", "2026-12-31")]
    [InlineData("mid-December", "2026-12-15")]
    [InlineData("Mitte Dezember", "2026-12-15")]
    [InlineData("mi-décembre", "2026-12-15")]
    [InlineData("early 2027", "2027-01-01")]
    [InlineData("in March", "2027-03-01")]
    [InlineData("March 2027", "2027-03-01")]
    [InlineData("next month", "2026-12-01")]
    [InlineData("nächste Woche", "2026-11-23")]
    [InlineData("la semaine prochaine", "2026-11-23")]
    [InlineData("la semana que viene", "2026-11-23")]
    [InlineData("next year", "2027-01-01")]
    [InlineData("tomorrow", "2026-11-23")]
    [InlineData("in 2 weeks", "2026-12-06")]
    [InlineData("in drei Monaten", "2027-02-22")]
    [InlineData("dans 10 jours", "2026-12-02")]
    [InlineData("we may need it", null)]
    [InlineData("they march on", null)]
    [InlineData("Guten Morgen", null)]
    [InlineData("version 1.2.3", null)]
    [InlineData("ratio 12/05", null)]
    [InlineData("on monday.com", null)]
    [InlineData("the mid market", null)]
    public void Dates_are_read_from_the_day_of_writing(string text, string? value) =>
        Values(text, TextEntityKind.Date).ShouldBe(value is null ? [] : [value]);

    [Fact]
    public void Month_comes_first_in_the_United_States() =>
        Read("12/05/2026", "US").Single().Value.ShouldBe("2026-12-05");

    [Theory]
    [InlineData("we have 140 people", "140")]
    [InlineData("a team of 12", "12")]
    [InlineData("a team of twelve", "12")]
    [InlineData("50-100 employees", "50-100")]
    [InlineData("50 to 100 employees", "50-100")]
    [InlineData("between 50 and 100 employees", "50-100")]
    [InlineData("40 seats", "40")]
    [InlineData("120 Mitarbeiter", "120")]
    [InlineData("120 Mitarbeiter:innen", "120")]
    [InlineData("1.200 Mitarbeitende", "1200")]
    [InlineData("50 employés", "50")]
    [InlineData("30 empleados", "30")]
    [InlineData("25 dipendenti", "25")]
    [InlineData("60 medewerkers", "60")]
    [InlineData("a 200-person company", "200")]
    [InlineData("140 full-time employees", "140")]
    [InlineData("500+ employees", "500")]
    [InlineData("2k users", "2000")]
    [InlineData("headcount: 75", "75")]
    [InlineData("Mitarbeiter: 75", "75")]
    [InlineData("equipo de 15 personas", "15")]
    [InlineData("20 years of staff work", null)]
    [InlineData("team of 3 weeks", null)]
    [InlineData("50 orders per day for users", null)]
    public void Head_counts_are_read(string text, string? value) => Values(text, TextEntityKind.HeadCount).ShouldBe(value is null ? [] : [value]);

    [Theory]
    [InlineData("call +31 20 794 0800", null, "+31207940800")]
    [InlineData("call 020 794 0800", "NL", "+31207940800")]
    [InlineData("Tel. 030/901820 bitte", "DE", "+4930901820")]
    [InlineData("(212) 555-2368 works", "US", "+12125552368")]
    [InlineData("0049 30 901820", null, "+4930901820")]
    [InlineData("call 020 794 0800", null, null)]
    [InlineData("order 4502839475", "DE", null)]
    [InlineData("on 2026-12-15", "DE", null)]
    [InlineData("50 000 000 EUR", "FR", null)]
    public void Phones_are_read_with_the_country_of_the_lead(string text, string? country, string? value) =>
        Read(text, country).Where(e => e.Kind == TextEntityKind.Phone).Select(e => e.Value).ShouldBe(value is null ? [] : [value]);

    [Fact]
    public void Addresses_hold_no_mentions() =>
        Read("see https://x.example/2026-12-05/50-users and a50k@x.example").ShouldBeEmpty();

    [Fact]
    public void Mentions_stand_where_they_say_in_message_and_notes()
    {
        var lead = LeadBuilder.Lead("We are 140 people, budget €50k, go-live 15 December, call +31 20 794 0800.");
        lead.Notes = "Team of 12.";
        var text = TextPreprocessor.Read(lead);
        text.Entities.Select(e => (e.Kind, e.Value)).ShouldBe(
        [
            (TextEntityKind.HeadCount, "140"), (TextEntityKind.Money, "50000 EUR"), (TextEntityKind.Date, "2026-12-15"),
            (TextEntityKind.Phone, "+31207940800"), (TextEntityKind.HeadCount, "12"),
        ]);
        foreach (var entity in text.Entities)
            (entity.Source == "notes" ? text.Notes : text.Message).Substring(entity.Start, entity.Text.Length).ShouldBe(entity.Text);
    }

    [Fact]
    public void Mentions_of_any_text_lie_inside_it_and_apart() =>
        Pick.One("€", "50", "k", "EUR", "-", "to", "5", ".", "December", "2026", "12/05/2026", "1.234,56", "team", "of", "people", "next", "Tuesday", "+31", "20", "794", "0800", "Q", "1", "end",
                "in", "weeks", "Mio", "$", "budget", ",", "\n", "may", "Mitarbeiter", ":", "innen", "(", "99999999999999999999")
            .List[0, 30]
            .Sample(words =>
            {
                var text = TextPreprocessor.Read(LeadBuilder.Lead(string.Join(' ', words), "NL"));
                var end = 0;
                foreach (var entity in text.Entities)
                {
                    entity.Start.ShouldBeGreaterThanOrEqualTo(end);
                    end = entity.Start + entity.Text.Length;
                    text.Message[entity.Start..end].ShouldBe(entity.Text);
                }
            });

    private static List<TextEntity> Read(string text, string? country = null)
    {
        var found = new List<TextEntity>();
        EntityReader.Read(text, "message", LeadBuilder.Created, country, found);
        return found;
    }

    private static List<string> Values(string text, TextEntityKind kind) => [.. Read(text).Where(e => e.Kind == kind).Select(e => e.Value)];
}
