using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Knowledge;
using Shouldly;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;
using Xunit;

namespace LeadGen.Pipeline.Tests.Knowledge;

public class DocumentReaderTests
{
    [Fact]
    public void Headings_lead_to_the_words_below_them_in_every_kind_of_document()
    {
        Check(Read(Encoding.UTF8.GetBytes("# Pricing\n\nIntro.\n\n## Small\n\nForty euros a user.\n\n| a | b |\n|---|---|\n| one | two |\n\n## Large\n\nAsk us."), "a.md"), DocumentKind.Markdown);
        Check(Read(Encoding.UTF8.GetBytes("<html><nav>Menu</nav><h1>Pricing</h1><p>Intro.</p><h2>Small</h2><div>Forty euros <b>a user</b>.</div><table><tr><td>one</td><td>two</td></tr></table><h2>Large</h2><p>Ask us.</p><script>x()</script><p style='display: none'>canary</p>"), "a.html"), DocumentKind.Html);
        Check(Read(Docx(), "a.docx"), DocumentKind.Docx);
        Check(Read(Pdf(), "a.pdf"), DocumentKind.Pdf);

        static void Check(ReadDocument document, DocumentKind kind)
        {
            document.Kind.ShouldBe(kind);
            var all = document.Parts.Select(p => $"{string.Join(">", p.Headings)}: {p.Text}").ToList();
            all.ShouldContain("Pricing: Intro.", kind.ToString());
            all.ShouldContain("Pricing>Small: Forty euros a user.", kind.ToString());
            all.ShouldContain("Pricing>Large: Ask us.", kind.ToString());
            string.Join(' ', all).ShouldNotContain("canary");
            string.Join(' ', all).ShouldNotContain("Menu");
        }
    }

    [Fact]
    public void What_a_file_is_its_bytes_say_and_hidden_characters_go()
    {
        Read(Pdf(), "a.txt").Kind.ShouldBe(DocumentKind.Pdf);
        Read(Encoding.Latin1.GetBytes("Caf\u00e9 \u00e0 la carte"), "a.txt").Parts.Single().Text.ShouldBe("Café à la carte");
        Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("Wide")], "a.txt").Parts.Single().Text.ShouldBe("Wide");
        Read(Encoding.UTF8.GetBytes("Vis\u200bible\U000E0049\U000E0067 text"), "a.txt").Parts.Single().Text.ShouldBe("Visible text");
    }

    [Theory]
    [InlineData("PK\u0003\u0004rest of a zip")]
    [InlineData("MZ\0\0program")]
    [InlineData("%PDF-1.7 broken")]
    [InlineData("   ")]
    [InlineData("")]
    public void A_file_that_cannot_be_read_is_refused_with_advice(string bytes) =>
        Should.Throw<UnusableFile>(() => Read(Encoding.Latin1.GetBytes(bytes), "a.bin")).Message.ShouldNotBeEmpty();

    [Fact]
    public void C4_A_document_that_unpacks_to_a_mountain_is_refused_before_it_is_unpacked()
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("word/document.xml").Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 210; i++)
                entry.Write(zeros);
        }

        Should.Throw<UnusableFile>(() => Read(packed.ToArray(), "bomb.docx")).Message.ShouldContain("too large");
    }

    [Fact]
    public void Pieces_have_whole_sentences_of_one_heading_and_at_most_two_hundred_words()
    {
        var long1 = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"Sentence {i} has a handful of plain words."));
        var pieces = KnowledgeSplitter.Split([new(["A"], long1), new(["A", "B"], "Short one."), new(["C"], string.Join(' ', Enumerable.Repeat("word", 450)))]);
        pieces.ShouldAllBe(p => p.Text.Split(new[] { ' ', '\n' }).Length <= KnowledgeSplitter.ManyWords);
        pieces.Where(p => p.Heading == "A").ShouldAllBe(p => p.Text.StartsWith("Sentence") && p.Text.EndsWith('.'));
        pieces.Single(p => p.Heading == "A › B").Text.ShouldBe("Short one.");
        string.Join(' ', pieces.Where(p => p.Heading == "A").Select(p => p.Text)).ShouldBe(long1);
        pieces.Count(p => p.Heading == "C").ShouldBe(3);
    }

    private static ReadDocument Read(byte[] bytes, string name) => DocumentReader.Read(bytes, name, TestContext.Current.CancellationToken);

    private static byte[] Docx()
    {
        using var stream = new MemoryStream();
        using (var document = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            document.AddMainDocumentPart().Document = new Document(new Body(
                Of("Pricing", "Heading1"), Of("Intro."), Of("Small", "Heading2"), Of("Forty euros a user."), Of("Large", "Heading2"), Of("Ask us."),
                new Paragraph(new Run(new RunProperties(new Vanish()), new Text("canary")))));
        }

        return stream.ToArray();
    }

    private static Paragraph Of(string text, string? style = null) =>
        new(new ParagraphProperties(style is null ? null! : new ParagraphStyleId { Val = style }), new Run(new Text(text)));

    private static byte[] Pdf()
    {
        var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        var page = builder.AddPage(UglyToad.PdfPig.Content.PageSize.A4);
        var y = 780.0;
        foreach (var (text, size) in new[] { ("Pricing", 20), ("Intro.", 10), ("Small", 14), ("Forty euros", 10), ("a user.", 10), ("Large", 14), ("Ask us.", 10) })
        {
            page.AddText(text, size, new PdfPoint(50, y), font);
            y -= text == "Forty euros" ? 12 : 30;
        }

        return builder.Build();
    }
}
