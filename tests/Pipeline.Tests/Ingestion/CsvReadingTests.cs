using System.Text;
using LeadGen.Pipeline.Ingestion;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public class CsvReadingTests
{
    [Theory]
    [InlineData("a,b,c\n1,2,3\n", ',')]
    [InlineData("a;b;c\n1,5;2;3\n", ';')]
    [InlineData("a\tb\n1, 2\t3\n", '\t')]
    [InlineData("a|b\n1;2|3\n", '|')]
    [InlineData("a;b\n\"x, y, z\";\"1,2\"\n\"p, q, r\";\"3,4\"\n", ';')]
    [InlineData("name,note\nx,\"a;b;c;d\"\ny,\"a;b;c;d\"\n", ',')]
    [InlineData("a,b,c,d,e\n1\n1,2\n1,2,3,4,5\n", ',')]
    public void Finds_the_delimiter(string text, char delimiter)
    {
        using var reader = Tables.Open(text);
        reader.Format.Delimiter.ShouldBe(delimiter);
    }

    [Fact]
    public void Obeys_the_line_that_names_the_delimiter()
    {
        using var reader = Tables.Open("sep=|\r\na|b,c\r\n1|2\r\n");
        reader.Columns.ShouldBe(["a", "b,c"]);
        reader.Read(CancellationToken.None)!.Values.ShouldBe(["1", "2"]);
    }

    [Fact]
    public void A_file_of_one_column_is_one_column()
    {
        using var reader = Tables.Open("email\nann@acme.example\nbob@acme.example\n");
        reader.Columns.ShouldBe(["email"]);
        reader.Rows(CancellationToken.None).Count().ShouldBe(2);
    }

    [Fact]
    public void Commas_in_the_values_of_one_column_do_not_divide_it() =>
        Tables.Rows("name\nLee, Ann\nMay, Eve\n").Select(row => row.Values[0]).ShouldBe(["Lee, Ann", "May, Eve"]);

    [Fact]
    public void Line_ends_may_be_mixed_and_blank_lines_do_not_count() =>
        Tables.Rows("a,b\r1,2\n\n3,4\r\n\r\n\r\n5,6").Select(row => string.Join('+', row.Values)).ShouldBe(["1+2", "3+4", "5+6"]);

    [Fact]
    public void A_quoted_value_keeps_delimiters_quotes_and_line_ends()
    {
        var row = Tables.Rows("a,b\r\n\"x, \"\"y\"\"\r\nz\",2\r\n").ShouldHaveSingleItem();
        row.Values.ShouldBe(["x, \"y\"\r\nz", "2"]);
        row.Raw.ShouldBe("\"x, \"\"y\"\"\r\nz\",2");
    }

    [Fact]
    public void A_quote_inside_a_value_is_only_a_sign() =>
        Tables.Rows("a,b\n5\" pipe,2\n\"big\" one,3\n").Select(row => row.Values[0]).ShouldBe(["5\" pipe", "big one"]);

    [Fact]
    public void A_short_row_lacks_its_last_values_and_a_long_one_is_taken_when_the_surplus_is_empty()
    {
        var rows = Tables.Rows("a,b,c\n1\n1,2,3,,\n1,2,3,4\n,,\n");
        rows[0].Values.ShouldBe(["1", "", ""]);
        rows[1].Values.ShouldBe(["1", "2", "3"]);
        rows[2].Problem!.Reason.ShouldContain("4 values for 3 columns");
        rows[2].Raw.ShouldBe("1,2,3,4");
        rows[3].Values.ShouldBe(["", "", ""]);
        rows.Select(row => row.Number).ShouldBe([1L, 2, 3, 4]);
    }

    [Fact]
    public void Headers_become_unique_names()
    {
        using var reader = Tables.Open("Name,name,,Name (2), \nx,y,z,v,w\n");
        reader.Columns.ShouldBe(["Name", "name (2)", "Column 3", "Name (2) (2)", "Column 5"]);
    }

    [Fact]
    public void A_first_row_with_an_address_is_data()
    {
        using var reader = Tables.Open("Ann Lee,ann@acme.example\nEve May,eve@acme.example\n");
        reader.Columns.ShouldBe(["Column 1", "Column 2"]);
        reader.Format.HasHeader.ShouldBeFalse();
        reader.Rows(CancellationToken.None).Select(row => row.Number).ShouldBe([1L, 2]);
    }

    [Fact]
    public void A_header_without_rows_has_no_rows()
    {
        using var reader = Tables.Open("a,b,c");
        reader.Columns.Count.ShouldBe(3);
        reader.Read(CancellationToken.None).ShouldBeNull();
    }

    [Fact]
    public void An_unclosed_quote_costs_its_line_alone_when_another_quoted_value_follows()
    {
        var rows = Tables.Rows("a,b\n1,2\n\"open,3\n4,\"five\"\n6,7\n");
        rows.Select(row => row.Problem is null).ShouldBe([true, false, true, true]);
        rows[1].Problem!.Reason.ShouldContain("A quote (\") opens this value");
        rows[1].Problem!.Column.ShouldBe("a");
        rows[1].Raw.ShouldBe("\"open,3");
        rows[2].Values.ShouldBe(["4", "five"]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(600)]
    [InlineData(200_000)]
    public void An_unclosed_quote_does_not_read_the_rest_of_the_file(int rest)
    {
        var text = "a,b\n\"open,1\n" + string.Concat(Enumerable.Repeat("plain,row\n", rest));
        var rows = Tables.Rows(text);
        rows.Count.ShouldBe(rest + 1);
        rows[0].Problem.ShouldNotBeNull();
        rows.Skip(1).ShouldAllBe(row => row.Problem == null && row.Values[1] == "row");
    }

    [Fact]
    public void An_unclosed_quote_at_the_end_of_the_file_is_a_problem() =>
        Tables.Rows("a,b\n1,2\n3,\"four").Select(row => row.Problem is null).ShouldBe([true, false]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_value_of_200_kB_is_a_problem_and_the_rows_after_it_are_read(bool quoted)
    {
        var quote = quoted ? "\"" : "";
        var rows = Tables.Rows($"a,b\n1,2\nx,{quote}{new string('y', 200_000)}{quote}\n3,4\n");
        rows.Select(row => row.Problem is null).ShouldBe([true, false, true]);
        rows[1].Problem!.Reason.ShouldContain("65,536");
        rows[1].Problem!.Column.ShouldBe("b");
        rows[1].Raw.Length.ShouldBe(TableRow.MaxRaw);
        rows[2].Values.ShouldBe(["3", "4"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_row_of_5_MB_is_a_problem_and_the_rows_after_it_are_read(bool quoted)
    {
        var rows = Tables.Rows($"a,b\n1,2\nx,{(quoted ? "\"" : "")}{new string('y', 5_000_000)}\n3,4\n");
        rows.Select(row => row.Problem is null).ShouldBe([true, false, true]);
        rows[2].Values.ShouldBe(["3", "4"]);
    }

    [Fact]
    public void Quotes_at_every_line_stay_linear()
    {
        // Each line opens a quote that the next one seems to close: read again from every line, but never far.
        var text = "a,b\n" + string.Concat(Enumerable.Repeat("\"open,1\n", 100_000));
        Tables.Rows(text).Count.ShouldBe(100_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    public void An_empty_file_is_unusable(string text) => Tables.Why(Encoding.UTF8.GetBytes(text)).ShouldContain("empty");

    [Fact]
    public void A_file_of_600_columns_is_unusable() =>
        Tables.Why(Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(1, 600)) + "\n")).ShouldContain("600 columns");

    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452", "PNG")]
    [InlineData("255044462D312E370A25E2E3CFD3", "PDF")]
    [InlineData("1F8B0800000000000003", "gzip")]
    [InlineData("D0CF11E0A1B11AE10000000000000000", ".xls")]
    [InlineData("6E616D65000102030405000607080900", "not text")]
    [InlineData("504B0304140000000800", "damaged")]
    [InlineData("3C21444F43545950452068746D6C3E3C68746D6C3E", "web page")]
    public void What_is_no_table_is_unusable_and_says_so(string hex, string said) => Tables.Why(Convert.FromHexString(hex)).ShouldContain(said);

    [Fact]
    public void A_zero_byte_further_on_is_a_problem_of_its_row()
    {
        var text = "a,b\n" + string.Concat(Enumerable.Repeat("some,row\n", 10_000)) + "x\0y,z\nlast,row\n";
        var rows = Tables.Rows(text);
        rows[^2].Problem.ShouldNotBeNull();
        rows[^1].Values.ShouldBe(["last", "row"]);
    }

    [Fact]
    public void Goes_on_behind_rows_that_are_accounted_for()
    {
        using var reader = Tables.Open("a\n1\n2\n3\n");
        reader.Skip(2, CancellationToken.None);
        var row = reader.Read(CancellationToken.None)!;
        (row.Number, row.Values[0]).ShouldBe((3L, "3"));
    }

    [Fact]
    public void Takes_our_apostrophe_off() =>
        Tables.Rows("a,b\n'=1+1,'+49 30 1\n''=x,'tis\n").SelectMany(row => row.Values).ShouldBe(["=1+1", "+49 30 1", "'=x", "'tis"]);
}
