using CsCheck;
using LeadGen.Pipeline.Preprocessing;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Preprocessing;

public class SentenceSplitterTests
{
    [Theory]
    [InlineData("Hello there. How are you? Fine!", "Hello there.|How are you?|Fine!")]
    [InlineData("Dr. Smith pays approx. 3.5 million. He agrees.", "Dr. Smith pays approx. 3.5 million.|He agrees.")]
    [InlineData("See https://x.example/a.b?c=d. Then call.", "See https://x.example/a.b?c=d.|Then call.")]
    [InlineData("Am 5. Dezember geht es los. Danke.", "Am 5. Dezember geht es los.|Danke.")]
    [InlineData("We use e.g. SAP and z.B. Oracle. OK?", "We use e.g. SAP and z.B. Oracle.|OK?")]
    [InlineData("Is it SOC 2? \"Yes.\" Good.", "Is it SOC 2?|\"Yes.\"|Good.")]
    [InlineData("We need:\n- a demo\n- a price", "We need:|- a demo|- a price")]
    [InlineData("A line that wraps\nin the middle. Next one", "A line that wraps in the middle.|Next one")]
    [InlineData("First\n\nSecond", "First|Second")]
    [InlineData("The answer is no. We go on.", "The answer is no.|We go on.")]
    [InlineData("¿Cuánto cuesta? ¡Gracias!", "¿Cuánto cuesta?|¡Gracias!")]
    [InlineData("Really?! Yes...", "Really?!|Yes...")]
    [InlineData("Order no. 5 is late.", "Order no. 5 is late.")]
    [InlineData("", "")]
    public void Text_is_parted_where_sentences_end(string text, string expected) =>
        string.Join('|', SentenceSplitter.Split(text)).ShouldBe(expected);

    [Fact]
    public void No_word_is_lost() =>
        Pick.One("Hello", "world.", "Dr.", "3.5", "5.", "Dezember", "?", "!", "...", "\n", "\n\n", "-", "\"x.\"", "https://a.b/c.", "(ok)", "z.B.", "no", "…", ")", "A.")
            .List[0, 40]
            .Sample(words =>
            {
                var text = TextCleaner.Clean(string.Join(' ', words));
                var joined = string.Join(' ', SentenceSplitter.Split(text));
                Squeeze(joined).ShouldBe(Squeeze(text));
            });

    private static string Squeeze(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
