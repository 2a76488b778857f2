using CsCheck;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Leads;
using LeadGen.Pipeline.Scoring;
using Shouldly;
using Xunit;

namespace LeadGen.Pipeline.Tests.Ingestion;

public class TableWriterTests
{
    private static readonly DateTime _now = new(2026, 5, 4, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+49 30")]
    [InlineData("-cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)")]
    [InlineData("\tx")]
    [InlineData("\rx")]
    [InlineData("\nx")]
    [InlineData("\0x")]
    [InlineData("＝1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠x")]
    public void A_text_that_begins_like_a_formula_gets_an_apostrophe(string text)
    {
        var written = Write([text]);
        written.TrimStart('"').ShouldStartWith("'");
        FormulaGuard.Strip(FormulaGuard.Protect(text)).ShouldBe(text);
    }

    [Fact]
    public void Numbers_are_written_as_they_are() =>
        Write([TableCell.Number(-5), TableCell.Number(-0.25), "-5"]).ShouldBe("-5,-0.25,'-5\r\n");

    [Fact]
    public void Whatever_is_written_is_read_back()
    {
        var text = Gen.Frequency(
            (3, Gen.String[Gen.Char["abc ,;|\t\"'\r\n=+-@＝é日\u00A0"], 0, 12]),
            (1, Gen.String[Gen.Char['\u0020', '\u2FFF'], 0, 12]));
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 20]).SelectMany((columns, rows) => text.Array[columns].Array[rows]).Sample(table =>
        {
            var columns = table.Length == 0 ? 1 : table[0].Length;
            var output = new StringWriter();
            var writer = new TableWriter(output);
            writer.Write([.. Enumerable.Range(0, columns).Select(i => new TableCell($"c{i}"))]);
            foreach (var row in table)
                writer.Write([.. row.Select(value => new TableCell(value))]);
            var read = Tables.Rows(output.ToString(), new ImportSettings { Delimiter = ',', Header = true });
            return read.Count == table.Length && read.Zip(table).All(pair => pair.First.Problem is null && pair.First.Values.SequenceEqual(pair.Second));
        });
    }

    [Fact]
    public void A_random_table_is_read_whatever_its_bytes()
    {
        Gen.String[Gen.Char["ab,;\"\r\n\t| '"], 1, 200].Sample(text =>
        {
            try
            {
                var rows = Tables.Rows(text);
                return rows.Select(row => row.Number).SequenceEqual(Enumerable.Range(1, rows.Count).Select(i => (long)i));
            }
            catch (UnusableFile problem)
            {
                return problem.Message.Length > 0;
            }
        });
    }

    [Fact]
    public void An_export_maps_back_to_the_same_leads()
    {
        var lead = LeadNormalizer.Read(
            new RawLead(new Dictionary<string, string>
            {
                ["email"] = "ann@acme.example",
                ["fullName"] = "Ann Lee",
                ["phone"] = "+31201234567",
                ["jobTitle"] = "=CEO",
                ["employeeCount"] = "120",
                ["tags"] = "a;b",
                ["message"] = "two\nlines, \"quoted\"",
                ["createdAt"] = "2025-03-04T05:06:07Z",
                ["outcome"] = "won",
                ["consent.basis"] = "contract",
                ["consent.at"] = "2025-01-02",
                ["custom.plan"] = "-gold",
                ["seniority"] = "CLevel",
                ["country"] = "NL",
            }),
            Guid.CreateVersion7(_now),
            _now).Lead!;
        lead.ScoreValue = 71.5;
        lead.Grade = Grade.B;
        var columns = LeadExport.Columns(lead.Custom.Keys);
        var output = new StringWriter();
        var table = new TableWriter(output);
        LeadExport.WriteHeader(table, columns);
        LeadExport.Write(table, columns, lead);
        output.ToString().ShouldContain("71.5");

        using var reader = Tables.Open(output.ToString());
        var row = reader.Read(CancellationToken.None)!;
        var mapping = ColumnMapping.Propose(reader.Columns, [.. row.Values.Select(value => (IReadOnlyList<string>)[value])]);
        var again = LeadNormalizer.Read(mapping.Read(row), Guid.CreateVersion7(_now), _now);
        again.Problems.ShouldBeEmpty();
        foreach (var name in LeadFields.All.Select(field => field.Name).Concat(LeadFields.CustomNames(lead)))
            LeadFields.Get(again.Lead!, name).ShouldBe(LeadFields.Get(lead, name), name);
        again.Lead!.Custom.Keys.ShouldBe(["plan"]);
    }

    [Fact]
    public void Every_field_takes_the_text_it_gives()
    {
        foreach (var field in LeadFields.All)
        {
            var text = field.Kind switch
            {
                FieldKind.Time => "2025-03-04T05:06:07.1234567Z",
                FieldKind.HeadCount or FieldKind.Money => "1200",
                FieldKind.Outcome => "Lost",
                FieldKind.Seniority => "Director",
                FieldKind.List => "a;b",
                _ => "text",
            };
            var lead = new Lead { Id = Guid.Empty, IdentityKey = "" };
            field.Set(lead, text);
            field.Get(lead).ShouldBe(text, field.Name);
            if (field.Name == "createdAt")
                continue;
            field.Set(lead, null);
            field.Get(lead).ShouldBeNull(field.Name);
        }
    }

    [Fact]
    public void The_error_file_keeps_the_row_as_it_was()
    {
        var output = new StringWriter();
        var table = new TableWriter(output);
        ImportErrorFile.WriteHeader(table);
        ImportErrorFile.Write(table, new ImportError { ImportId = Guid.Empty, Row = 7, Column = "mail", Reason = "No address.", Original = "=x,\"y\"" });
        output.ToString().ShouldBe("row,column,reason,original\r\n7,mail,No address.,\"'=x,\"\"y\"\"\"\r\n");
    }

    private static string Write(TableCell[] cells)
    {
        var output = new StringWriter();
        new TableWriter(output).Write(cells);
        return output.ToString();
    }
}
