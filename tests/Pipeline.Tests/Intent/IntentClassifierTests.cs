using LeadGen.Pipeline.Intent;
using LeadGen.Pipeline.Tests.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Intent;

public class IntentClassifierTests
{
    private static readonly IntentClassifier Classifier = new(IntentModel.Default);

    [Theory]
    [InlineData("Please unsubscribe me from this newsletter.", IntentKind.Unsubscribe)]
    [InlineData("I am on annual leave until 4 August with limited access to email.", IntentKind.OutOfOffice)]
    [InlineData("We are ready to sign. Please send the contract and the first invoice.", IntentKind.PurchaseReady)]
    [InlineData("Could we book a demo for Thursday afternoon?", IntentKind.DemoRequest)]
    [InlineData("How much is it for 25 seats, and is there a discount?", IntentKind.PricingInquiry)]
    [InlineData("How do you compare to other vendors on our shortlist? Any references?", IntentKind.Evaluation)]
    [InlineData("Does it integrate with SAP and support single sign-on?", IntentKind.TechnicalQuestion)]
    [InlineData("I'm not the right person, please contact my colleague Eva in procurement.", IntentKind.Referral)]
    [InlineData("Bad timing, please get back to me next quarter.", IntentKind.NotNow)]
    [InlineData("No thanks, we are not interested.", IntentKind.NotInterested)]
    [InlineData("I can't log in since this morning's update, please fix it.", IntentKind.Support)]
    [InlineData("I'd like to apply for the sales job, my CV is attached.", IntentKind.JobSeeker)]
    [InlineData("We are an SEO agency and can bring your website to the top of Google. Open to a quick call?", IntentKind.VendorPitch)]
    [InlineData("Thanks, got it!", IntentKind.Other)]
    [InlineData("Software for veterinary practices. We help clinics run appointments, records and billing in one place.", IntentKind.Other)]
    [InlineData("Met at the fair, nice chat.", IntentKind.Other)]
    public async Task Reads_what_the_writer_wants(string text, IntentKind kind) => (await ReadAsync(text)).Kind.ShouldBe(kind);

    [Theory]
    [InlineData("Bitte löschen Sie meine Adresse aus Ihrem Verteiler.", IntentKind.Unsubscribe)]
    [InlineData("Ich bin bis Freitag im Urlaub und nicht erreichbar.", IntentKind.OutOfOffice)]
    [InlineData("Was kostet die Lizenz für 12 Mitarbeiter? Bitte um ein Angebot.", IntentKind.PricingInquiry)]
    [InlineData("Könnten Sie uns die Software in einer Demo vorführen?", IntentKind.DemoRequest)]
    [InlineData("Ich kann mich nicht anmelden, das Programm stürzt ab.", IntentKind.Support)]
    [InlineData("Je ne souhaite plus recevoir vos messages, merci de me désinscrire.", IntentKind.Unsubscribe)]
    [InlineData("Je suis absente du bureau, de retour le 3 mai.", IntentKind.OutOfOffice)]
    [InlineData("Quel est le prix de l'abonnement pour dix personnes ? Merci de nous envoyer un devis.", IntentKind.PricingInquiry)]
    [InlineData("Nous souhaitons une démonstration en visio.", IntentKind.DemoRequest)]
    [InlineData("No quiero recibir más correos, denme de baja.", IntentKind.Unsubscribe)]
    [InlineData("Estoy fuera de la oficina por vacaciones y vuelvo el lunes.", IntentKind.OutOfOffice)]
    [InlineData("¿Cuánto cuesta el plan anual? Necesito un presupuesto.", IntentKind.PricingInquiry)]
    [InlineData("No nos interesa, gracias. Ya tenemos otro proveedor.", IntentKind.NotInterested)]
    public async Task Reads_German_French_and_Spanish_by_their_phrases(string text, IntentKind kind) => (await ReadAsync(text)).Kind.ShouldBe(kind);

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public void Reads_blank_text_as_Other_for_certain(string text)
    {
        var reading = Classifier.Read([new IntentText(text, null, default)])[0];

        reading.Kind.ShouldBe(IntentKind.Other);
        reading.Probabilities[IntentKind.Other].ShouldBe(1);
        reading.Evidence.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("🎉🎉")]
    [InlineData("?!")]
    [InlineData("12345")]
    [InlineData("日本語のメッセージです。")]
    [InlineData("(((")]
    public async Task Gives_probabilities_that_sum_to_one_for_any_text(string text)
    {
        var reading = await ReadAsync(text);

        reading.Probabilities.Count.ShouldBe(14);
        reading.Probabilities.Values.Sum().ShouldBe(1, 1e-9);
        reading.Evidence.Keys.ShouldContain(reading.Kind);
    }

    [Fact]
    public async Task Finds_both_wishes_of_one_message()
    {
        var reading = await ReadAsync("Can we see a demo next week? And what does it cost for 30 users?");

        reading.Probabilities[IntentKind.DemoRequest].ShouldBeGreaterThan(IntentClassifier.Shown);
        reading.Probabilities[IntentKind.PricingInquiry].ShouldBeGreaterThan(IntentClassifier.Shown);
        reading.Evidence[IntentKind.DemoRequest].ShouldBe("Can we see a demo next week?");
        reading.Evidence[IntentKind.PricingInquiry].ShouldBe("And what does it cost for 30 users?");
    }

    [Fact]
    public async Task Quotes_evidence_verbatim_and_short()
    {
        foreach (var example in IntentExamples.LoadLabelled().Where(example => example.Text.Length > 150))
        {
            foreach (var (_, evidence) in (await ReadAsync(example.Text)).Evidence)
            {
                evidence.Length.ShouldBeInRange(1, 160);
                example.Text.ShouldContain(evidence, Case.Sensitive);
            }
        }
    }

    [Fact]
    public void Quotes_whole_words_around_the_phrase_of_a_long_sentence()
    {
        var filler = string.Concat(Enumerable.Repeat("and then we went through every single shelf of the warehouse ", 5));
        var reading = Classifier.Read([new IntentText($"Yesterday {filler}please unsubscribe me from your list {filler}", null, default)])[0];

        var evidence = reading.Evidence[IntentKind.Unsubscribe];
        evidence.Length.ShouldBeLessThanOrEqualTo(160);
        evidence.ShouldContain("unsubscribe");
        $" {filler}please unsubscribe me from your list {filler} ".ShouldContain($" {evidence} ");
    }

    [Fact]
    public void Refuses_vectors_of_another_encoder() =>
        Should.Throw<ArgumentException>(() => Classifier.Read([new IntentText("hello", null, new float[384])]));

    [Fact]
    public void Reads_the_same_from_many_threads()
    {
        var texts = IntentExamples.LoadLabelled().Take(200).Select(example => new IntentText(example.Text, null, default)).ToList();
        var alone = Classifier.Read(texts).Select(reading => reading.Probabilities[reading.Kind]).ToList();

        Parallel.For(0, 8, _ => Classifier.Read(texts).Select(reading => reading.Probabilities[reading.Kind]).ShouldBe(alone));
    }

    private static async Task<IntentReading> ReadAsync(string text)
    {
        var vector = (await Encoders.UseLite.VectorsAsync(text))[0];
        return Classifier.Read([new IntentText(text, null, vector)])[0];
    }
}
