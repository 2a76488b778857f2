using LeadGen.Pipeline.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Embedding;

/// <summary>Against the vocabulary of bert-base-uncased; the ids are those of the words in its list.</summary>
public class WordPieceTokenizerTests
{
    private static readonly WordPieceTokenizer MiniLm = Load();

    [Theory]
    [InlineData("Hello, World!", "hello , world !")]
    [InlineData("We would like to book a demo next week.", "we would like to book a demo next week .")]
    [InlineData("Café Über naïve résumé", "cafe uber naive resume")]
    [InlineData("Cafe\u0301", "cafe")]
    [InlineData("東京 tokyo", "東 京 tokyo")]
    [InlineData("日本語", "日 本 語")]
    [InlineData("unsubscribe", "un ##su ##bs ##cr ##ibe")]
    [InlineData("embeddings", "em ##bed ##ding ##s")]
    [InlineData("München", "munchen")]
    [InlineData("$50,000", "$ 50 , 000")]
    [InlineData("don't", "don ' t")]
    [InlineData("demo 🎉 next", "demo [UNK] next")]
    [InlineData("  a\tdemo\r\nnext\u00A0week  ", "a demo next week")]
    [InlineData("cut \uD83C demo", "cut demo")]
    [InlineData("zero\u200Bwidth \uFEFFdemo\0", "zero ##wi ##dt ##h demo")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("can’t — “quote”", "can ’ t — “ quote ”")]
    [InlineData("", "")]
    public void Cuts_into_the_words_of_the_vocabulary(string text, string words) => Words(text).ShouldBe(words);

    [Fact]
    public void The_ids_are_those_of_the_published_tokenizer() =>
        MiniLm.Encode("Hello, world! We would like a demo").ShouldBe([7592, 1010, 2088, 999, 2057, 2052, 2066, 1037, 9703]);

    [Fact]
    public void A_word_without_end_is_unknown() => Words(new string('x', 101)).ShouldBe("[UNK]");

    [Fact]
    public void The_spelling_of_a_special_token_is_plain_text() => MiniLm.Encode("[SEP] [CLS]").ShouldNotContain(id => id >= 100 && id < 104);

    [Fact]
    public void Frames_a_text_with_its_special_tokens()
    {
        MiniLm.Before.ShouldBe([101]);
        MiniLm.After.ShouldBe([102]);
        MiniLm.PadId.ShouldBe(0);
    }

    [Fact]
    public void Takes_200_kB() =>
        MiniLm.Encode(string.Concat(Enumerable.Repeat("book a demo next week ", 10_000))).Length.ShouldBe(50_000);

    [Fact]
    public void Refuses_what_is_no_vocabulary() =>
        Should.Throw<InvalidDataException>(() => WordPieceTokenizer.Load(new MemoryStream("just\nwords\n"u8.ToArray())));

    private static string Words(string text) => string.Join(' ', MiniLm.Encode(text).Select(id => MiniLmVocabulary.Words[id]));

    private static WordPieceTokenizer Load()
    {
        using var vocabulary = File.OpenRead(MiniLmVocabulary.Path);
        return WordPieceTokenizer.Load(vocabulary);
    }
}
