using System.IO.Compression;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using LeadGen.Pipeline.Ingestion;
using TableCell = DocumentFormat.OpenXml.Wordprocessing.TableCell;
using TableRow = DocumentFormat.OpenXml.Wordprocessing.TableRow;

namespace LeadGen.Pipeline.Knowledge;

/// <summary>Reads Word documents by their heading styles; hidden text is left out.</summary>
internal static class DocxDocuments
{
    private const long LargestUnpacked = 200L << 20;
    private const long MostCharacters = 20_000_000;

    public static List<DocumentPart> Read(byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            using (var zip = new ZipArchive(new MemoryStream(bytes)))
            {
                if (zip.Entries.Sum(e => e.Length) > LargestUnpacked)
                    throw new UnusableFile("The document is too large once unpacked. Remove its pictures, or save it as PDF.");
            }

            using var document = WordprocessingDocument.Open(new MemoryStream(bytes), false, new OpenSettings { MaxCharactersInPart = MostCharacters });
            return Read(document, cancellationToken);
        }
        catch (Exception e) when (e is OpenXmlPackageException or FileFormatException or InvalidDataException or System.Xml.XmlException or ArgumentException)
        {
            throw new UnusableFile("The document is broken or protected by a password. Open it in Word, save it anew without one, and upload that.", e);
        }
    }

    private static List<DocumentPart> Read(WordprocessingDocument document, CancellationToken cancellationToken)
    {
        var parts = new List<DocumentPart>();
        var path = new HeadingPath();
        foreach (var element in document.MainDocumentPart?.Document?.Body?.ChildElements ?? [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (element)
            {
                case Paragraph paragraph when LevelOf(paragraph) is { } level:
                    path.Enter(level, Words(paragraph));
                    break;
                case Paragraph paragraph:
                    Add(Words(paragraph));
                    break;
                case Table table:
                    foreach (var row in table.Elements<TableRow>())
                        Add(string.Join(": ", row.Elements<TableCell>().Select(c => string.Join(' ', c.Elements<Paragraph>().Select(Words))).Where(c => c.Length > 0)));
                    break;
            }
        }

        return parts;

        void Add(string text)
        {
            if (!string.IsNullOrWhiteSpace(text))
                parts.Add(new DocumentPart(path.Now, text));
        }
    }

    private static int? LevelOf(Paragraph paragraph)
    {
        var style = paragraph.ParagraphProperties?.ParagraphStyleId?.Val?.Value ?? "";
        if (style.Equals("Title", StringComparison.OrdinalIgnoreCase))
            return 0;
        if (paragraph.ParagraphProperties?.OutlineLevel?.Val?.Value is { } outline and < 9)
            return outline + 1;
        foreach (var name in new[] { "heading", "berschrift", "titre", "ttulo", "titolo", "kop" })
        {
            var at = style.IndexOf(name, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && style.Length > at + name.Length && char.IsAsciiDigit(style[^1]))
                return style[^1] - '0';
        }

        return null;
    }

    private static string Words(Paragraph paragraph) => string.Concat(paragraph.Descendants<Run>()
        .Where(r => r.RunProperties?.Vanish is null)
        .SelectMany(r => r.ChildElements)
        .Select(c => c switch
        {
            Text text => text.Text,
            TabChar => " ",
            Break => "\n",
            _ => "",
        }));
}
