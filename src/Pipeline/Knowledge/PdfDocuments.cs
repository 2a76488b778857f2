using System.Text;
using LeadGen.Pipeline.Ingestion;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Exceptions;

namespace LeadGen.Pipeline.Knowledge;

/// <summary>Reads PDF by lines: larger lines are headings, gaps part paragraphs.</summary>
internal static class PdfDocuments
{
    private const int MostPages = 1_000;
    private const int LongestHeading = 120;

    public static List<DocumentPart> Read(byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            using var document = PdfDocument.Open(bytes);
            if (document.NumberOfPages > MostPages)
                throw new UnusableFile($"The PDF has more than {MostPages} pages. Split it, and upload the parts.");
            var lines = new List<Line>();
            foreach (var page in document.GetPages())
            {
                cancellationToken.ThrowIfCancellationRequested();
                lines.AddRange(Lines(page));
            }

            return Parts(lines);
        }
        catch (PdfDocumentEncryptedException e)
        {
            throw new UnusableFile("The PDF is protected by a password. Save it without one, and upload that.", e);
        }
        catch (Exception e) when (e is PdfDocumentFormatException or InvalidOperationException or ArgumentException or IndexOutOfRangeException or KeyNotFoundException
            or InvalidCastException or NullReferenceException or NotSupportedException or FormatException)
        {
            // The reader of PDF files answers broken ones with whatever it stumbled over.
            throw new UnusableFile("The PDF is broken. Open it in a viewer, print it to a new PDF, and upload that.", e);
        }
    }

    private static IEnumerable<Line> Lines(Page page)
    {
        // Words of one line share their foot, up to a part of their height; text nobody can see is smaller than a letter.
        var words = page.GetWords().Where(w => w.BoundingBox.Height > 1 && w.Letters[0].PointSize >= 4).OrderByDescending(w => Math.Round(w.BoundingBox.Bottom)).ToList();
        var line = new List<Word>();
        foreach (var word in words)
        {
            if (line.Count > 0 && Math.Abs(line[0].BoundingBox.Bottom - word.BoundingBox.Bottom) > 0.4 * Math.Max(line[0].Letters[0].PointSize, 6))
            {
                yield return Of(line);
                line.Clear();
            }

            line.Add(word);
        }

        if (line.Count > 0)
            yield return Of(line);
    }

    private static Line Of(List<Word> words) => new(
        string.Join(' ', words.OrderBy(w => w.BoundingBox.Left).Select(w => w.Text)),
        words.Max(w => w.Letters[0].PointSize),
        words[0].BoundingBox.Bottom);

    private static List<DocumentPart> Parts(List<Line> lines)
    {
        if (lines.Count == 0)
            return [];
        var body = lines.GroupBy(l => Math.Round(l.Size)).OrderByDescending(g => g.Sum(l => l.Text.Length)).First().Key;
        var sizes = lines.Select(l => Math.Round(l.Size)).Where(s => s > body * 1.1).Distinct().OrderDescending().ToList();
        var parts = new List<DocumentPart>();
        var (path, paragraph) = (new HeadingPath(), new StringBuilder());
        Line? before = null;
        foreach (var line in lines)
        {
            var level = sizes.IndexOf(Math.Round(line.Size));
            if (level >= 0 && line.Text.Length <= LongestHeading)
            {
                Flush();
                path.Enter(level + 1, line.Text);
            }
            else
            {
                if (before is { } last && (line.Foot > last.Foot || last.Foot - line.Foot > 1.9 * Math.Max(line.Size, 6)))
                    Flush();
                paragraph.Append(paragraph.Length > 0 ? " " : "").Append(line.Text);
            }

            before = line;
        }

        Flush();
        return parts;

        void Flush()
        {
            if (paragraph.Length > 0)
                parts.Add(new DocumentPart(path.Now, paragraph.ToString()));
            paragraph.Clear();
        }
    }

    private sealed record Line(string Text, double Size, double Foot);
}
