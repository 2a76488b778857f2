using LeadGen.Pipeline.Intent;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Intent;

public class IntentPhraseTests
{
    [Theory]
    [InlineData("do not call", "Please don't call", true)]
    [InlineData("do not call", "dont call me", true)]
    [InlineData("email", "my E-Mail", true)]
    [InlineData("prasentation", "eine Präsentation", true)]
    [InlineData("cost|price of", "the price of it", true)]
    [InlineData("cost|price of", "the price", false)]
    [InlineData("(how much|what price) is", "how much is it", true)]
    [InlineData("take (me|us)? off", "take off", true)]
    [InlineData("take (me|us)? off", "take them off", false)]
    [InlineData("remove .. list", "remove our poor tired school from the list", false)]
    [InlineData("remove .. list", "remove our school from the list", true)]
    [InlineData("remove .. list", "remove it. What list", false)]
    [InlineData("unsub*", "unsubscribing now", true)]
    [InlineData("^ stop $", "STOP!", true)]
    [InlineData("^ stop $", "stop the machine", false)]
    [InlineData("# users", "for 1,250 users", true)]
    [InlineData("¤ #", "about $50k", true)]
    [InlineData("write to @", "write to ann.b@example.org.", true)]
    [InlineData("cost ?", "what does it cost?", true)]
    [InlineData("art", "start", false)]
    public void Matches_whole_words_in_the_notation_of_the_lexicon(string phrase, string text, bool found)
    {
        var words = IntentWords.Split(text);
        var parsed = IntentPhrase.Parse(phrase);

        Enumerable.Range(0, words.Count).Any(at => parsed.Match(words, at) >= 0).ShouldBe(found);
    }

    [Theory]
    [InlineData("a?")]
    [InlineData(".. b")]
    [InlineData("(a|b")]
    [InlineData("a(b)")]
    public void Refuses_lines_that_are_not_in_the_notation(string line) => Should.Throw<FormatException>(() => IntentPhrase.Parse(line));

    [Fact]
    public void Keeps_the_place_of_every_word()
    {
        const string Text = "We'd pay €1,200.50; can't you do more? Écrivez à a@b.example";

        IntentWords.Split(Text).Select(word => (word.Text, Text[word.Start..word.End])).ShouldBe(
        [
            ("we", "We'd"), ("would", "We'd"), ("pay", "pay"), ("¤", "€"), ("#", "1,200.50"), (".", ";"), ("can", "can't"), ("not", "can't"),
            ("you", "you"), ("do", "do"), ("more", "more"), ("?", "?"), ("ecrivez", "Écrivez"), ("a", "à"), ("@", "a@b.example"),
        ]);
    }

    [Fact]
    public void Has_phrases_for_every_kind() =>
        IntentCues.Default.Groups.Select(group => group.Kind).OfType<IntentKind>().Distinct().Count().ShouldBe(14);
}
