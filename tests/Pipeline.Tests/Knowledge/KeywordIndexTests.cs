using LeadGen.Pipeline.Knowledge;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Knowledge;

public sealed class KeywordIndexTests
{
    private static readonly string[] Texts =
    [
        "SAP The connector works with SAP S/4HANA and takes 15 working days.",
        "Other systems A connector for other systems takes longer; systems of your own are connected by a connector.",
        "Prices A user costs 39 euros a month, and hosting is included.",
        "Été à la carte: cafés and crêpes.",
    ];

    private static readonly Guid[] Ids = [.. Texts.Select((_, i) => new Guid(i + 1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]))];

    private static readonly KeywordIndex Index = new(Ids.Zip(Texts));

    [Theory]
    [InlineData("connector for S/4HANA", 0)]
    [InlineData("connecting our own system", 1)]
    [InlineData("What does it COST for 39 users?", 2)]
    [InlineData("cafe crepes", 3)]
    public void Rare_words_and_numbers_decide_whatever_their_form(string question, int best) =>
        Index.Score(question).MaxBy(s => s.Value).Key.ShouldBe(Ids[best]);

    [Fact]
    public void Scores_lie_between_nothing_and_one_and_pieces_without_a_word_in_common_are_not_in_them()
    {
        var scores = Index.Score("SAP SAP S/4HANA connector works takes 15 working days 39 euros hosting");
        scores.Values.ShouldAllBe(v => v > 0 && v < 1);
        scores.Keys.ShouldNotContain(Ids[3]);
        Index.Score("what is it, and where?").ShouldBeEmpty();
        Index.Score("").ShouldBeEmpty();
        new KeywordIndex([]).Score("SAP").ShouldBeEmpty();
    }

    [Fact]
    public void A_long_message_finds_nothing_by_its_length_alone()
    {
        var words = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"filler{i}"));
        Index.Score($"connector {words}")[Ids[0]].ShouldBeLessThan(Index.Score("connector")[Ids[0]] / 2);
        Index.Score("connector please soon")[Ids[0]].ShouldBe(Index.Score("connector")[Ids[0]]);
    }
}
