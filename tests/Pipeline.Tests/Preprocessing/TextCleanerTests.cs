using System.Diagnostics;
using System.Text;
using CsCheck;
using LeadGen.Pipeline.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Preprocessing;

public class TextCleanerTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("  \n\t ", "")]
    [InlineData("<p>Hello</p><p>World</p>", "Hello\n\nWorld")]
    [InlineData("One<br>two<br/>three", "One\ntwo\nthree")]
    [InlineData("<html><head><title>x</title><style>p{color:red}</style></head><body><script>alert('<p>')</script>Hi&nbsp;there &amp; you</body></html>", "Hi there & you")]
    [InlineData("See <a href=\"https://x.example/y\">our site</a> please", "See our site please")]
    [InlineData("<ul><li>one</li><li>two</li></ul>", "- one\n- two")]
    [InlineData("<div>Hi,</div><div><br></div><div>we need</div><div>a demo</div>", "Hi,\n\nwe need\na demo")]
    [InlineData("<table><tr><td>Seats</td><td>50</td></tr><tr><td>Start</td><td>May</td></tr></table>", "Seats 50\nStart May")]
    [InlineData("<div style=\"display: none\">preheader</div><div>Real text</div>", "Real text")]
    [InlineData("<div>Yes please<blockquote>Would you like a demo?</blockquote></div>", "Yes please")]
    [InlineData("<div dir=\"ltr\">We want 50 seats</div><div class=\"gmail_quote\"><div>On Mon wrote: <div>old</div></div>old</div>", "We want 50 seats")]
    [InlineData("<p>Text</p><!-- <p>hidden</p> -->", "Text")]
    [InlineData("We need < 50 seats and > 10 licences", "We need < 50 seats and > 10 licences")]
    [InlineData("if a <b and c> d then call", "if a <b and c> d then call")]
    [InlineData("Anna <anna@x.example> asked", "Anna <anna@x.example> asked")]
    [InlineData("Caf&eacute; &#8364;50 &lt;now&gt;", "Café €50 <now>")]
    [InlineData("AT&T; R&D", "AT&T; R&D")]
    public void Html_becomes_text(string? text, string expected) => TextCleaner.Clean(text).ShouldBe(expected);

    [Theory]
    [InlineData("Hel\u200Blo\u2060 wor\uFEFFld\u00AD", "Hello world")]
    [InlineData("price \u202Etxt\u202C", "price txt")]
    [InlineData("go\uFE0F \U000E0041\U000E0042now", "go now")]
    [InlineData("Cafe\u0301", "Café")]
    [InlineData("a\u00A0\u2003b\tc   d", "a b c d")]
    [InlineData("a\r\nb\rc\u2028d", "a\nb\nc\nd")]
    [InlineData("a\n\n\n\n  b", "a\n\nb")]
    [InlineData("bell\u0007 nul\0", "bell nul")]
    [InlineData("emoji 👍 stays", "emoji 👍 stays")]
    public void Characters_that_are_not_seen_go(string text, string expected) => TextCleaner.Clean(text).ShouldBe(expected);

    [Fact]
    public void Half_a_surrogate_pair_is_no_character() => TextCleaner.Clean("\uD800half\uDC00").ShouldBe("half");

    [Theory]
    [InlineData("Yes, let's talk.\n\nOn Mon, 16 Nov 2026 at 10:00, Sam Seller <sam@x.example> wrote:\n> Would you like a demo?\n> Sam", "Yes, let's talk.")]
    [InlineData("Yes, let's talk.\n\nOn Mon, 16 Nov 2026 at 10:00,\nSam Seller <sam@x.example>\nwrote:\n\nWould you like a demo?", "Yes, let's talk.")]
    [InlineData("Gerne.\n\nAm 16.11.2026 um 10:00 schrieb Sam Seller <sam@x.example>:\nMöchten Sie?", "Gerne.")]
    [InlineData("Gerne.\n\nSam Seller <sam@x.example> schrieb am Mo., 16. Nov. 2026, 10:00:\n> Möchten Sie?", "Gerne.")]
    [InlineData("Oui.\n\nLe lun. 16 nov. 2026 à 10:00, Sam Seller <sam@x.example> a écrit :\n> Voulez-vous ?", "Oui.")]
    [InlineData("Sí.\n\nEl lun, 16 nov 2026 a las 10:00, Sam Seller (<sam@x.example>) escribió:\n> ¿Quiere?", "Sí.")]
    [InlineData("Sì.\n\nIl giorno lun 16 nov 2026 alle ore 10:00 Sam <sam@x.example> ha scritto:\n> Vuole?", "Sì.")]
    [InlineData("Ja.\n\nOp ma 16 nov 2026 om 10:00 schreef Sam <sam@x.example>:\n> Wilt u?", "Ja.")]
    [InlineData("Please quote.\n\n-----Original Message-----\nFrom: Sam\nSent: Monday\nTo: Anna\nSubject: Demo\n\nOur offer", "Please quote.")]
    [InlineData("Bitte anbieten.\n\nVon: Sam Seller <sam@x.example>\nGesendet: Montag, 16. November 2026 10:00\nAn: Anna\nBetreff: Demo\n\nUnser Angebot", "Bitte anbieten.")]
    [InlineData("D'accord.\n\nDe : Sam Seller\nEnvoyé : lundi 16 novembre 2026\nÀ : Anna\nObjet : Démo\n\nNotre offre", "D'accord.")]
    [InlineData("Fine.\n________________________________\n*From:* Sam\n*Sent:* Monday\n*Subject:* Demo\n\nOffer", "Fine.")]
    [InlineData("> Do you have a budget?\nYes, 50k.\n> When?\nIn March.", "Yes, 50k.\n\nIn March.")]
    [InlineData("Thoughts inline.\n\nOn Mon, 16 Nov 2026, Sam <s@x.example> wrote:\n> Budget?\n50k.\n> When?\nMarch.", "Thoughts inline.\n\n50k.\n\nMarch.")]
    [InlineData("> quoted only\n> and more", "")]
    [InlineData("-----Original Message-----\nFrom: Sam\nSubject: Demo\n\nOur offer", "")]
    public void Quoted_mail_goes(string text, string expected) => TextCleaner.Clean(text).ShouldBe(expected);

    [Theory]
    [InlineData("---------- Forwarded message ---------\nFrom: Anna <a@x.example>\nDate: Mon, 16 Nov 2026\nSubject: Quote\nTo: Sales\n\nWe need 50 seats.", "We need 50 seats.")]
    [InlineData("From: Anna <a@x.example>\nSubject: Quote\nDate: Monday\n\nWe need 50 seats.", "We need 50 seats.")]
    [InlineData("> 100 employees, need a demo", "> 100 employees, need a demo")]
    [InlineData("We ship goods.\nFrom: Berlin\nTo: Hamburg\nPlease quote.", "We ship goods.\nFrom: Berlin\nTo: Hamburg\nPlease quote.")]
    [InlineData("On Monday our CEO wrote:\nwe need a tool", "On Monday our CEO wrote:\nwe need a tool")]
    [InlineData("Thanks\n\nWe would like a quote for 50 seats.", "Thanks\n\nWe would like a quote for 50 seats.")]
    [InlineData("Thanks", "Thanks")]
    [InlineData("Best regards\nAnna", "Best regards\nAnna")]
    [InlineData("Hi Sam,\n\nThanks!\n\nCan we meet on Tuesday?\n\nAnna", "Hi Sam,\n\nThanks!\n\nCan we meet on Tuesday?\n\nAnna")]
    [InlineData("Three points\n--\nWe want a demo of the whole product next week, please.", "Three points\n--\nWe want a demo of the whole product next week, please.")]
    [InlineData("Sent via the form: we need a demo of your phone system for our company in Berlin", "Sent via the form: we need a demo of your phone system for our company in Berlin")]
    [InlineData("Our wish list\n\nThis message board must be confidential for the recipients we choose", "Our wish list\n\nThis message board must be confidential for the recipients we choose")]
    public void Words_of_the_message_stay(string text, string expected) => TextCleaner.Clean(text).ShouldBe(expected);

    [Theory]
    [InlineData("Please send a quote.\n\n-- \nAnna Smith\nHead of Ops\n+31 20 123 4567", "Please send a quote.")]
    [InlineData("Please send a quote.\n\nBest regards,\nAnna Smith\nHead of Operations\nNordwind GmbH & Co. KG", "Please send a quote.")]
    [InlineData("Please send a quote.\n\nKind regards, Anna", "Please send a quote.")]
    [InlineData("Bitte um ein Angebot.\n\nMit freundlichen Grüßen\nAnna Schmidt\nLeiterin Einkauf", "Bitte um ein Angebot.")]
    [InlineData("Merci de m'envoyer un devis.\n\nCordialement,\nAnne Dupont\nDirectrice", "Merci de m'envoyer un devis.")]
    [InlineData("Quiero un presupuesto.\n\nUn saludo,\nAna", "Quiero un presupuesto.")]
    [InlineData("Vorrei un preventivo.\n\nCordiali saluti\nAnna", "Vorrei un preventivo.")]
    [InlineData("Graag een offerte.\n\nMet vriendelijke groet,\nAnna", "Graag een offerte.")]
    [InlineData("How much is it?\nThanks,\nAnna", "How much is it?")]
    [InlineData("How much is it?\n\nSent from my iPhone", "How much is it?")]
    [InlineData("Was kostet es?\n\nVon meinem iPhone gesendet", "Was kostet es?")]
    [InlineData("How much is it?\n\nGet Outlook for iOS", "How much is it?")]
    [InlineData("Please call.\n\nRegards\nAnna\n\nP.S. We need it by May.", "Please call.\n\nP.S. We need it by May.")]
    [InlineData("Please call.\n\nThis e-mail and any attachments are confidential and intended solely for the addressee. If you are not the intended recipient, delete it.", "Please call.")]
    [InlineData("Bitte anrufen.\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Empfänger sind, löschen Sie sie.", "Bitte anrufen.")]
    public void Signatures_and_notices_go(string text, string expected) => TextCleaner.Clean(text).ShouldBe(expected);

    [Fact]
    public void Cleaning_clean_text_changes_nothing() =>
        Pick.One("Hello there.", "Thanks", "We need 50 seats", "> quoted", "", "--", "Best regards,", "Anna Smith", "On 5 May 2026 X <a@b.example> wrote:",
                "From: a", "Subject: b", "<p>x</p>", "&amp;", "Sent from my iPhone", "caf\u0065\u0301", "\u200B", "P.S. more")
            .List[1, 12]
            .Sample(lines =>
            {
                var once = TextCleaner.Clean(string.Join('\n', lines));
                once.ShouldNotContain('\u200B');
                once.IsNormalized(NormalizationForm.FormC).ShouldBeTrue();
                once.ShouldBe(once.Trim());
            });

    [Fact]
    public void Any_text_is_read_without_failing() =>
        Gen.String[Gen.Char["<>&;\n\r>-: abZ@.,!?/0123456789é\u200B\uD83D\uDE00\u0301\"'=#p"], 0, 200].Sample(text => TextCleaner.Clean(text));

    public static TheoryData<string, string> Adversarial => new()
    {
        { "nested blocks", Repeat("<div>") + "x" },
        { "wrong nesting", Repeat("<b><p>") },
        { "open tags", Repeat("<p <") },
        { "angles", Repeat("<") + "<p>" },
        { "comments", "<p>" + Repeat("<!--") },
        { "attributes", "<p " + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"a{i}=1 ")) + ">" },
        { "references", "<p>" + Repeat("&amp") },
        { "marks", "a" + Repeat("\u0301\u0323") },
        { "quotes", Repeat("> ") + "\n" + Repeat(">\n") },
        { "attributions", Repeat("On a@b 2026\n") },
        { "headers", Repeat("From: a\n") },
        { "separators", Repeat("Forwarded message:\n") },
        { "closings", Repeat("Best,\n") },
        { "devices", Repeat("Sent from my iPhone\n") },
        { "dashes", Repeat("--\n") },
        { "spaces", "a" + Repeat(" ") + "b" },
        { "one word", Repeat("a") },
        { "digits", Repeat("1") },
        { "dotted digits", Repeat("1.") },
        { "phones", Repeat("030 12345678 ") },
        { "money", Repeat("€5k ") },
        { "at signs", Repeat("a@") },
        { "blockquotes", Repeat("<blockquote>a") },
    };

    [Theory]
    [MemberData(nameof(Adversarial))]
    public void Long_hostile_text_is_read_in_moments(string name, string text)
    {
        var clock = Stopwatch.StartNew();
        TextPreprocessor.Read(LeadBuilder.Lead(text, "DE"));
        ModelText.Mask(text);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3), name);
    }

    private static string Repeat(string text) => new StringBuilder().Insert(0, text, 200_000 / text.Length).ToString();
}
