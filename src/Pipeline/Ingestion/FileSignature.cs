using System.Text;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Tells from the first bytes what a file is, so that what is no table gets an answer that helps.</summary>
internal static class FileSignature
{
    private const int HeadLength = 1 << 16;
    private static readonly byte[] _compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    private static readonly (byte[] Start, string What)[] _others =
    [
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a picture (PNG)"),
        ([0xFF, 0xD8, 0xFF], "a picture (JPEG)"),
        ("GIF8"u8.ToArray(), "a picture (GIF)"),
        ("%PDF-"u8.ToArray(), "a PDF document"),
        ("{\\rtf"u8.ToArray(), "a text document (RTF)"),
        ([0x1F, 0x8B], "a compressed file (gzip)"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF], "a compressed file (7-Zip)"),
        ("Rar!"u8.ToArray(), "a compressed file (RAR)"),
        ("BZh"u8.ToArray(), "a compressed file (bzip2)"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a compressed file (Zstandard)"),
        ("PAR1"u8.ToArray(), "a Parquet file"),
        ("SQLite format 3"u8.ToArray(), "a database (SQLite)"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program"),
    ];

    public static bool IsZip(Stream file) => Head(file, 4) is [(byte)'P', (byte)'K', 3, 4] or [(byte)'P', (byte)'K', 5, 6];

    /// <exception cref="UnusableFile">The file is something else than text.</exception>
    public static void RefuseOthers(Stream file, string fileName)
    {
        var head = Head(file, HeadLength);
        if (head.Length == 0)
            throw new UnusableFile("The file is empty. It needs a first row with the columns' names.");
        if (head.AsSpan().StartsWith(_compound))
        {
            throw new UnusableFile(head.AsSpan().IndexOf(Encoding.Unicode.GetBytes("EncryptedPackage")) >= 0
                ? "The workbook is protected by a password. Open it in Excel, remove the password and upload it again."
                : "This is an Excel workbook of the old kind (.xls) or one with a password. Save it as .xlsx without a password, or as CSV UTF-8.");
        }
        foreach (var (start, what) in _others)
        {
            if (head.AsSpan().StartsWith(start))
                throw new UnusableFile($"{Shown(fileName)} is {what}, not a table. Upload a CSV, TSV or XLSX file.");
        }
        var beginning = Encoding.Latin1.GetString(head, 0, Math.Min(head.Length, 200)).TrimStart('ï', '»', '¿', ' ', '\r', '\n', '\t');
        if (beginning.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || beginning.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            throw new UnusableFile($"{Shown(fileName)} is a web page, not a table. Export the leads as CSV or XLSX where they come from.");
    }

    private static string Shown(string fileName) => fileName.Length is 0 or > 100 ? "The file" : $"\"{fileName}\"";

    private static byte[] Head(Stream file, int length)
    {
        var head = new byte[length];
        file.Position = 0;
        return head[..file.ReadAtLeast(head, length, throwOnEndOfStream: false)];
    }
}
