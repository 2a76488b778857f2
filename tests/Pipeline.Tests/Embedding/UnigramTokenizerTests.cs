using System.Diagnostics;
using System.Text;
using CsCheck;
using LeadGen.Pipeline.Embedding;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Embedding;

public class UnigramTokenizerTests
{
    private static readonly UnigramTokenizer UseLite = Load();

    [Theory]
    [InlineData("A man is eating food.", "74,337,18,2326,568,6")]
    [InlineData("We would like to book a demo next week: is Tuesday ok?", "215,71,60,10,717,11,3957,437,475,57,18,1718,2303,54")]
    [InlineData("Ünïcode naïve café — 東京 emoji 🎉 test",
        "30,0,85,0,6451,1216,0,105,976,209,1133,405,30,0,299,451,2501,30,0,748")]
    [InlineData("  two  spaces ", "30,30,174,30,1016,7,30")]
    [InlineData("https://example.com/pricing?x=1", "290,7,255,773,1563,147,6,167,68,1799,1742,54,152,5419")]
    [InlineData("unsubscribe", "228,7,1015,4711")]
    [InlineData("ﬁnance ½ №5", "4900,207,7935,288,262,411")]
    [InlineData("Budget: $50,000 :)", "172,5755,17,57,583,5604,658")]
    public void Cuts_as_the_reference_does(string text, string ids) => Ids(UseLite, text).ShouldBe(ids);

    [Fact]
    public void An_empty_text_has_no_tokens() => UseLite.Encode("").ShouldBeEmpty();

    [Fact]
    public void Adds_no_special_tokens()
    {
        UseLite.Before.ShouldBeEmpty();
        UseLite.After.ShouldBeEmpty();
    }

    [Fact]
    public void Normalises_before_cutting() => Ids(UseLite, "ｄｅｍｏ\u00A0ｎｅｘｔ").ShouldBe(Ids(UseLite, "demo next"));

    [Fact]
    public void Neighbouring_unknown_characters_are_one_token() => Ids(UseLite, "東京都🎉").ShouldBe("30,0");

    [Fact]
    public void The_spelling_of_a_control_token_is_plain_text() => UseLite.Encode("</s>").ShouldNotContain(2);

    [Fact]
    public void The_best_sum_wins_over_the_longest_piece() =>
        Ids(Tiny(("▁", -1), ("ab", -5), ("abc", -9), ("a", -3), ("bc", -2), ("b", -4), ("c", -4)), "abc").ShouldBe("6,9,10");

    [Fact]
    public void The_later_piece_wins_a_tie() =>
        Ids(Tiny(("▁", -1), ("ab", -2), ("a", -1), ("b", -1)), "ab").ShouldBe("6,8,9");

    [Fact]
    public void Of_equal_pieces_the_last_counts() => Ids(Tiny(("▁", -1), ("a", -2), ("a", -3)), "a").ShouldBe("6,8");

    [Fact]
    public void A_missing_probability_counts_as_nought() =>
        Ids(Tiny(("▁", -1), ("a", -1), (":", null), ("a:", -1.5)), "a:").ShouldBe("6,7,8");

    [Fact]
    public void An_unknown_character_costs_nothing() => Ids(Tiny(("▁", -1), ("a", -3)), "xa").ShouldBe("6,0,7");

    [Theory]
    [InlineData("cut \uD83C")]
    [InlineData("\uDF89 cut")]
    [InlineData("\uD83C\uD83C")]
    [InlineData("\uFFFE\uFFFF\0")]
    public void Broken_characters_are_unknown(string text) => UseLite.Encode(text).ShouldContain(UnigramTokenizer.Unknown);

    [Fact]
    public void Takes_any_text_and_spells_it_back() => Gen.String.Sample(text =>
    {
        var ids = UseLite.Encode(text);
        ids.ShouldAllBe(id => id == UnigramTokenizer.Unknown || (id >= 6 && id < 8000));
        (ids.Length == 0).ShouldBe(text.Length == 0);
    });

    [Fact]
    public void Time_grows_with_the_length_only()
    {
        var text = string.Concat(Enumerable.Repeat("We would like to book a demo 🎉 next week. ", 4800));
        text.Length.ShouldBeGreaterThan(200_000);
        UseLite.Encode(text[..1000]);
        var clock = Stopwatch.StartNew();
        var ids = UseLite.Encode(text);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        ids.Length.ShouldBeInRange(40_000, 100_000);
        clock.Restart();
        UseLite.Encode(new string('a', 200_000));
        UseLite.Encode(new string('東', 200_000)).Length.ShouldBe(2);
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Refuses_what_is_no_vocabulary()
    {
        Should.Throw<InvalidDataException>(() => UnigramTokenizer.Load(new MemoryStream("{}"u8.ToArray())));
        Should.Throw<InvalidDataException>(() => UnigramTokenizer.Load(new MemoryStream("[PAD]\n"u8.ToArray())));
    }

    private static string Ids(UnigramTokenizer tokenizer, string text) => string.Join(',', tokenizer.Encode(text));

    private static UnigramTokenizer Load()
    {
        using var vocabulary = File.OpenRead(Path.Combine(Encoders.UseLiteFolder, "vocab.json"));
        return UnigramTokenizer.Load(vocabulary);
    }

    /// <summary>A vocabulary whose pieces have the ids 6, 7, ...</summary>
    private static UnigramTokenizer Tiny(params (string Piece, double? Score)[] pieces)
    {
        var control = Enumerable.Range(0, 6).Select(id => ($"<{id}>", (double?)0));
        var json = System.Text.Json.JsonSerializer.Serialize(control.Concat(pieces).Select(entry => new object?[] { entry.Item1, entry.Item2 }));
        return UnigramTokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));
    }
}
