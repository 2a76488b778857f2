using System.Text;
using LeadGen.Pipeline.Ingestion;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public class EncodingTests
{
    private const string Text = "name;city\nJosé Müller;Zürich\n株式会社;東京\n";
    private const string Western = "name;city\nJosé Müller;Zürich\nBjørn €;Malmö\n";

    [Theory]
    [InlineData("utf-8", true, "utf-8")]
    [InlineData("utf-8", false, "utf-8")]
    [InlineData("utf-16", true, "utf-16")]
    [InlineData("utf-16BE", true, "utf-16BE")]
    public void Finds_Unicode_encodings(string encoding, bool mark, string found) => Read(Text, Encoding.GetEncoding(encoding), mark, found);

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Finds_UTF_16_without_a_mark(string encoding) => Read(Western, Encoding.GetEncoding(encoding), mark: false, encoding);

    [Fact]
    public void Takes_what_is_not_UTF_8_for_Windows_1252() =>
        Read(Western, CodePagesEncodingProvider.Instance.GetEncoding(1252)!, mark: false, "windows-1252");

    [Fact]
    public void Looks_at_the_whole_file_for_the_first_accent()
    {
        var text = "name\n" + string.Concat(Enumerable.Repeat("plain enough\n", 100_000)) + "Zoë\n";
        Tables.Rows(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(text))[^1].Values[0].ShouldBe("Zoë");
        Tables.Rows(Encoding.UTF8.GetBytes(text))[^1].Values[0].ShouldBe("Zoë");
    }

    [Fact]
    public void Keeps_characters_that_stand_across_two_blocks()
    {
        var text = "name\nx" + string.Concat(Enumerable.Repeat("é", 3)) + "\n" + string.Concat(Enumerable.Repeat("€uro\n", 120_000));
        var rows = Tables.Rows(Encoding.UTF8.GetBytes(text));
        rows.Count.ShouldBe(120_001);
        rows.Skip(1).ShouldAllBe(row => row.Values[0] == "€uro");
    }

    [Fact]
    public void A_broken_byte_in_a_UTF_8_file_costs_its_row_alone()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. "name,city\nAnn,Köln\nB"u8, 0xFF, .. "b,Bonn\nEve,Aßlar\n"u8];
        var rows = Tables.Rows(bytes);
        rows.Select(row => row.Problem is null).ShouldBe([true, false, true]);
        rows[1].Problem!.Column.ShouldBe("name");
        rows[1].Problem!.Reason.ShouldContain("Save the file as UTF-8");
    }

    [Fact]
    public void A_broken_byte_among_many_good_ones_does_not_turn_the_file_into_Windows_1252()
    {
        byte[] bytes = [.. "name\nJosé\nZoë\nJürgen\nA"u8, 0xE9, .. "b\nMäx\n"u8];
        var rows = Tables.Rows(bytes);
        rows[0].Values[0].ShouldBe("José");
        rows[3].Problem.ShouldNotBeNull();
        rows[4].Values[0].ShouldBe("Mäx");
    }

    [Fact]
    public void A_byte_that_Windows_1252_does_not_know_is_a_problem()
    {
        byte[] bytes = [.. "name\nJos"u8, 0xE9, .. "\nx"u8, 0x81, .. "y\n"u8];
        var rows = Tables.Rows(bytes);
        rows[0].Values[0].ShouldBe("José");
        rows[1].Problem.ShouldNotBeNull();
    }

    [Fact]
    public void An_odd_half_of_a_UTF_16_pair_is_a_problem() =>
        Tables.Rows([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("name\nAnn\nB"), 0x00, 0xD8, .. Encoding.Unicode.GetBytes("x\n")])[1]
            .Problem.ShouldNotBeNull();

    [Fact]
    public void A_replacement_character_that_really_stands_in_the_file_stays() =>
        Tables.Rows("place\n37\uFFFD36\n")[0].Values[0].ShouldBe("37\uFFFD36");

    [Fact]
    public void A_chosen_encoding_wins_and_an_unknown_one_is_refused()
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes("имя\nИван\n");
        Tables.Rows(bytes, new ImportSettings { Encoding = "windows-1251" })[0].Values[0].ShouldBe("Иван");
        Tables.Why(bytes, new ImportSettings { Encoding = "klingon" }).ShouldContain("no encoding we know");
    }

    private static void Read(string text, Encoding encoding, bool mark, string found)
    {
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
        using var reader = Tables.Open(bytes);
        reader.Format.Encoding.ShouldBe(found);
        reader.Columns.ShouldBe(["name", "city"]);
        var rows = reader.Rows(CancellationToken.None).ToList();
        var expected = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(';'));
        rows.Select(row => row.Values.ToArray()).ShouldBe(expected);
    }
}
