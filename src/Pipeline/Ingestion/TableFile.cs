using System.Text;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Opens CSV, TSV, text and XLSX files. What a file is, is told by its bytes; its name only serves messages.</summary>
public static class TableFile
{
    private const int SampleLength = 1 << 16;

    /// <param name="file">Readable and seekable; read from its start. The reader owns it from here on.</param>
    /// <param name="fileName">As the sender named it.</param>
    /// <param name="settings">What a person chose; what is null is detected.</param>
    /// <param name="cancel">Also ends the search for the encoding, which may read the whole file.</param>
    /// <exception cref="UnusableFile">With a sentence for people; the stream is closed then.</exception>
    public static TableReader Open(Stream file, string fileName, ImportSettings settings, CancellationToken cancel)
    {
        if (!file.CanSeek)
            throw new ArgumentException("The stream must be seekable.", nameof(file));
        try
        {
            return FileSignature.IsZip(file)
                ? OpenWorkbook(file, settings, cancel)
                : OpenText(file, fileName, settings, cancel);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static TableReader OpenWorkbook(Stream file, ImportSettings settings, CancellationToken cancel)
    {
        var workbook = new Workbook(file);
        var sheet = workbook.Find(settings.Sheet);
        var names = workbook.Sheets.Select(each => each.Name).ToList();
        return new TableReader(
            new SheetRecords(workbook, sheet, cancel),
            settings.Header,
            header => new TableFormat(TableKind.Workbook, null, null, sheet.Name, names, header),
            cancel);
    }

    private static TableReader OpenText(Stream file, string fileName, ImportSettings settings, CancellationToken cancel)
    {
        FileSignature.RefuseOthers(file, fileName);
        var (name, mark) = settings.Encoding is { } chosen ? (chosen, -1) : TextEncodings.Detect(file, cancel);
        var encoding = TextEncodings.Named(name);
        if (mark < 0)
            mark = TextEncodings.MarkLength(file, encoding);

        var sample = Sample(file, mark, encoding, out var whole);
        var delimiter = settings.Delimiter ?? Delimiters.Detect(sample, whole);
        file.Position = mark;
        var text = new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: false, SampleLength);
        if (Delimiters.Declared(sample) is not null)
            text.ReadLine();
        return new TableReader(
            new CsvRecords(text, delimiter, TextEncodings.RefusedIn(encoding)),
            settings.Header,
            header => new TableFormat(TableKind.Text, name, delimiter, null, [], header),
            cancel);
    }

    private static string Sample(Stream file, int mark, Encoding encoding, out bool whole)
    {
        file.Position = mark;
        using var text = new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: false, SampleLength, leaveOpen: true);
        var sample = new char[SampleLength];
        var length = text.ReadBlock(sample);
        whole = length < SampleLength;
        return new string(sample, 0, length);
    }
}
