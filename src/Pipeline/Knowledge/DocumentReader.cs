using System.IO.Compression;
using System.Text;
using LeadGen.Pipeline.Ingestion;
using LeadGen.Pipeline.Preprocessing;
using Markdig;

namespace LeadGen.Pipeline.Knowledge;

/// <summary>A passage of a document under its headings.</summary>
/// <param name="Headings">Outermost first.</param>
/// <param name="Text">Clean: nothing hidden, single blanks.</param>
public sealed record DocumentPart(IReadOnlyList<string> Headings, string Text);

/// <param name="Kind">By content; the name only tells Markdown from text.</param>
/// <param name="Parts">In reading order, none empty.</param>
public sealed record ReadDocument(DocumentKind Kind, IReadOnlyList<DocumentPart> Parts);

/// <summary>Reads a document's words and headings. What it is, its bytes say.</summary>
public static class DocumentReader
{
    /// <summary>Largest file, in bytes.</summary>
    public const int Largest = 20 << 20;

    /// <summary>Most characters of words in a document.</summary>
    public const int MostText = 2_000_000;

    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers().DisableHtml().Build();

    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="UnusableFile">It is too large, of no known kind, broken, or has no words; the message says what to do.</exception>
    public static ReadDocument Read(byte[] bytes, string name, CancellationToken cancellationToken = default)
    {
        if (bytes.Length > Largest)
            throw new UnusableFile($"The file is larger than {Largest >> 20} MB. Split it, and upload the parts.");
        if (bytes.Length == 0)
            throw new UnusableFile("The file is empty.");
        var kind = KindOf(bytes, name);
        var parts = kind switch
        {
            DocumentKind.Pdf => PdfDocuments.Read(bytes, cancellationToken),
            DocumentKind.Docx => DocxDocuments.Read(bytes, cancellationToken),
            DocumentKind.Html => HtmlDocuments.Read(TextOf(bytes)),
            DocumentKind.Markdown => HtmlDocuments.Read(Markdig.Markdown.ToHtml(TextOf(bytes), Markdown)),
            _ => Plain(TextOf(bytes)),
        };
        var clean = new List<DocumentPart>(parts.Count);
        var length = 0;
        foreach (var part in parts)
        {
            var text = TextCleaner.Clean(part.Text);
            if (text.Length == 0)
                continue;
            length += text.Length;
            if (length > MostText)
                throw new UnusableFile("The document has more than two million characters. Split it, and upload the parts.");
            clean.Add(new DocumentPart([.. part.Headings.Select(h => Short(TextCleaner.Clean(h).Replace('\n', ' '))).Where(h => h.Length > 0)], text));
        }

        return clean.Count > 0
            ? new ReadDocument(kind, clean)
            : throw new UnusableFile(kind == DocumentKind.Pdf
                ? "The PDF has no text: its pages are pictures. Save it with text recognition, and upload it again."
                : "There are no words in the file.");
    }

    private static DocumentKind KindOf(byte[] bytes, string name)
    {
        if (bytes.AsSpan(0, Math.Min(bytes.Length, 1_024)).IndexOf("%PDF-"u8) >= 0)
            return DocumentKind.Pdf;
        if (bytes.AsSpan().StartsWith("PK\u0003\u0004"u8))
            return IsDocx(bytes) ? DocumentKind.Docx : throw Unknown();
        if (bytes.AsSpan().StartsWith(new byte[] { 0xD0, 0xCF, 0x11, 0xE0 }))
            throw new UnusableFile("This is a document of an old Word or of another Office program. Save it as DOCX or PDF, and upload that.");
        if (bytes.AsSpan(0, Math.Min(bytes.Length, 8_192)).Contains((byte)0) && !(bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]))
            throw Unknown();
        var head = TextOf(bytes.AsSpan(0, Math.Min(bytes.Length, 4_096)).ToArray()).TrimStart();
        if (head.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || head.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || (name.EndsWith(".html", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".htm", StringComparison.OrdinalIgnoreCase)) && HtmlText.IsHtml(head))
            return DocumentKind.Html;
        return name.EndsWith(".md", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".markdown", StringComparison.OrdinalIgnoreCase)
            ? DocumentKind.Markdown
            : DocumentKind.Text;
    }

    private static bool IsDocx(byte[] bytes)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes));
            return zip.GetEntry("word/document.xml") is not null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static UnusableFile Unknown() => new("This kind of file is not read. Upload PDF, DOCX, Markdown, HTML or plain text.");

    private static string TextOf(byte[] bytes)
    {
        if (bytes is [0xFF, 0xFE, ..])
            return Encoding.Unicode.GetString(bytes.AsSpan(2));
        if (bytes is [0xFE, 0xFF, ..])
            return Encoding.BigEndianUnicode.GetString(bytes.AsSpan(2));
        var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        var utf8 = Encoding.UTF8.GetString(bytes.AsSpan(start));

        // A cut character at the end of a head is no reason to think of another encoding.
        return utf8.AsSpan(0, Math.Max(0, utf8.Length - 3)).Contains('\uFFFD') ? Encoding.Latin1.GetString(bytes) : utf8;
    }

    private static List<DocumentPart> Plain(string text) =>
        [.. text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(p => new DocumentPart([], p))];

    private static string Short(string heading) => heading.Length > 150 ? heading[..149] + "…" : heading;
}
