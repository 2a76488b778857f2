using System.IO.Compression;
using LeadGen.Pipeline.Ingestion;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public class WorkbookTests
{
    private const string Header = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>name</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>value</t></is></c></row>";

    [Fact]
    public void Reads_shared_inline_and_rich_texts()
    {
        var bytes = Tables.Workbook(
            Header
            + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" t=\"s\"><v>1</v></c></row>"
            + "<row r=\"3\"><c r=\"B3\" t=\"inlineStr\"><is><t> x </t></is></c></row>",
            "<si><t>Ann &amp; Co_x000A_Ltd</t></si><si><r><t>bold</t></r><r><t xml:space=\"preserve\"> part</t></r><rPh><t>reading</t></rPh></si>");
        using var reader = Tables.Open(bytes);
        reader.Format.Kind.ShouldBe(TableKind.Workbook);
        reader.Format.Sheets.ShouldBe(["Leads"]);
        var rows = reader.Rows(CancellationToken.None).ToList();
        rows[0].Values.ShouldBe(["Ann & Co\nLtd", "bold part"]);
        rows[1].Values.ShouldBe(["", " x "]);
    }

    [Theory]
    [InlineData("<c r=\"B2\"><v>1200</v></c>", "1200")]
    [InlineData("<c r=\"B2\"><v>0.10000000000000001</v></c>", "0.1")]
    [InlineData("<c r=\"B2\"><v>4.915112345678E12</v></c>", "4915112345678")]
    [InlineData("<c r=\"B2\"><v>-5</v></c>", "-5")]
    [InlineData("<c r=\"B2\" t=\"b\"><v>1</v></c>", "true")]
    [InlineData("<c r=\"B2\" t=\"e\"><v>#N/A</v></c>", "")]
    [InlineData("<c r=\"B2\" t=\"str\"><f>A1&amp;\"x\"</f><v>namex</v></c>", "namex")]
    [InlineData("<c r=\"B2\" s=\"1\"><v>45720</v></c>", "2025-03-04")]
    [InlineData("<c r=\"B2\" s=\"2\"><v>45720.395833333336</v></c>", "2025-03-04T09:30:00")]
    [InlineData("<c r=\"B2\" s=\"3\"><v>12</v></c>", "12")]
    [InlineData("<c r=\"B2\" s=\"1\"><v>1</v></c>", "1900-01-01")]
    public void Gives_values_as_invariant_text(string cell, string expected)
    {
        const string styles =
            "<numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\\ hh:mm\"/><numFmt numFmtId=\"165\" formatCode=\"0.00&quot; days&quot;[Red]\"/></numFmts>"
            + "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs>";
        Tables.Rows(Tables.Workbook(Header + $"<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>x</t></is></c>{cell}</row>", styles: styles))[0].Values[1]
            .ShouldBe(expected);
    }

    [Fact]
    public void Empty_rows_and_cells_without_address_are_no_matter() =>
        Tables.Rows(Tables.Workbook("<row/>" + Header + "<row r=\"5\"><c r=\"A5\" s=\"1\"/></row><row><c t=\"str\"><v>a</v></c><c><v>1</v></c></row>"))
            .ShouldHaveSingleItem().Values.ShouldBe(["a", "1"]);

    [Fact]
    public void A_sheet_that_is_not_there_is_answered_with_those_that_are() =>
        Tables.Why(Tables.Workbook(Header), new ImportSettings { Sheet = "Contacts" }).ShouldContain("It has: Leads");

    [Fact]
    public void A_value_that_is_too_long_costs_its_row_alone()
    {
        var rows = Tables.Rows(Tables.Workbook(
            Header + $"<row><c t=\"inlineStr\"><is><t>{Noise(100_000)}</t></is></c></row><row><c><v>7</v></c></row>"));
        rows[0].Problem!.Reason.ShouldContain("65,536");
        rows[1].Values[0].ShouldBe("7");
    }

    [Fact]
    public void More_than_500_columns_are_unusable() =>
        Tables.Why(Tables.Workbook("<row><c r=\"A1\" t=\"str\"><v>a</v></c><c r=\"ZZZ1\" t=\"str\"><v>b</v></c></row>")).ShouldContain("500");

    [Theory]
    [InlineData("xl/worksheets/sheet1.xml")]
    [InlineData("xl/sharedStrings.xml")]
    [InlineData("xl/media/picture.bin")]
    public void A_part_that_expands_more_than_a_hundredfold_is_refused_before_it_is_read(string part) =>
        Tables.Why(Tables.Workbook(Header, parts: (part, "<worksheet>" + new string(' ', 20_000_000) + "</worksheet>"))).ShouldContain("expands");

    [Fact]
    public void A_part_that_expands_further_than_it_declares_is_refused()
    {
        var bytes = Tables.Workbook(Header + string.Concat(Enumerable.Range(2, 3_000).Select(i => $"<row r=\"{i}\"><c r=\"A{i}\"><v>{i * 7919}</v></c></row>")));
        var length = Length(bytes, "xl/worksheets/sheet1.xml");
        Replace(bytes, BitConverter.GetBytes((uint)length), BitConverter.GetBytes(1_000u));
        Tables.Why(bytes).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("<!DOCTYPE worksheet [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet><sheetData><row><c t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>")]
    [InlineData("<!DOCTYPE worksheet SYSTEM \"file:///etc/passwd\"><worksheet><sheetData><row><c t=\"str\"><v>x</v></c></row></sheetData></worksheet>")]
    [InlineData("<worksheet><sheetData><row><c t=\"str\"><v><![CDATA[x]]></v></c></row></sheetData></worksheet>")]
    [InlineData("<worksheet><sheetData><row><c t=\"str\"><v>unfinished")]
    public void XML_that_no_spreadsheet_program_writes_is_refused(string sheet) =>
        Tables.Why(Tables.Workbook(Header, parts: ("xl/worksheets/sheet1.xml", sheet))).ShouldContain("damaged");

    [Fact]
    public void Deep_nesting_is_refused() =>
        Tables.Why(Tables.Workbook(string.Concat(Enumerable.Repeat("<row>", 500)))).ShouldContain("damaged");

    [Fact]
    public void Ever_new_names_of_elements_are_refused() =>
        Tables.Why(Tables.Workbook(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<n{i}/>")))).ShouldContain("damaged");

    [Fact]
    public void Paths_out_of_the_package_and_outside_targets_are_refused()
    {
        Tables.Why(Tables.Workbook(Header, parts: ("../../evil.xml", "<x/>"))).ShouldContain("damaged");
        Tables.Why(Tables.Workbook(Header, parts: ("xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"http://evil.example/sheet.xml\" TargetMode=\"External\"/></Relationships>")))
            .ShouldContain("no sheet");
    }

    [Fact]
    public void A_compressed_file_that_is_no_workbook_says_so()
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var part = zip.CreateEntry("leads.csv").Open();
            part.Write("a,b\n1,2\n"u8);
        }
        Tables.Why(bytes.ToArray()).ShouldContain("Unpack it");
    }

    [Fact]
    public void Shared_texts_beyond_32_MB_are_found_again()
    {
        var texts = Enumerable.Range(0, 600).Select(i => Noise(60_000, i)).ToArray();
        var bytes = Tables.Workbook(
            Header + string.Concat(texts.Select((_, i) => $"<row><c t=\"s\"><v>{texts.Length - 1 - i}</v></c></row>")),
            string.Concat(texts.Select(text => $"<si><t>{text}</t></si>")));
        Tables.Rows(bytes).Select(row => row.Values[0]).ShouldBe(texts.Reverse());
    }

    private static string Noise(int length, int seed = 7)
    {
        var random = new Random(seed);
        return string.Create(length, random, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = (char)('a' + source.Next(26));
        });
    }

    private static long Length(byte[] bytes, string part)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes));
        return zip.GetEntry(part)!.Length;
    }

    private static void Replace(byte[] bytes, byte[] old, byte[] value)
    {
        var found = 0;
        for (var i = 0; i <= bytes.Length - old.Length; i++)
        {
            if (!bytes.AsSpan(i, old.Length).SequenceEqual(old))
                continue;
            value.CopyTo(bytes.AsSpan(i));
            found++;
        }
        found.ShouldBeGreaterThan(0);
    }
}
