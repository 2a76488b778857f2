using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Finds out how a text file is encoded, and decodes so that a byte that fits no character is never passed over.</summary>
/// <remarks>
/// Order: byte order mark; UTF-16 without one (zero bytes on one side only); UTF-8 when every byte of the whole file fits, or when so few do
/// not fit that the rest clearly is UTF-8 (those rows get a problem); else Windows-1252. The whole file is looked at because the first
/// accent may stand in its last row; that costs one sequential read and constant memory.
/// </remarks>
internal static class TextEncodings
{
    /// <summary>Stands for bytes that are no character: a code point that no text may hold, so it cannot be mistaken for one.</summary>
    public const char Unreadable = '\uFFFF';

    private const string Utf8Name = "utf-8";
    private const string Windows1252Name = "windows-1252";

    private static readonly SearchValues<char> _refused = SearchValues.Create("\uFFFF\0");

    // The five bytes that Windows-1252 leaves undefined are decoded to these.
    private static readonly SearchValues<char> _refusedIn1252 = SearchValues.Create("\uFFFF\0\u0081\u008D\u008F\u0090\u009D");

    /// <summary>Name and length of the byte order mark. The stream must be seekable; it is left anywhere.</summary>
    /// <exception cref="UnusableFile">The bytes are no text.</exception>
    public static (string Name, int Mark) Detect(Stream file, CancellationToken cancel)
    {
        var head = new byte[1 << 16];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (head is [0xEF, 0xBB, 0xBF, ..])
            return (Utf8Name, 3);
        if (head is [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..])
            throw new UnusableFile("The file is encoded as UTF-32, which we do not read. Save it as \"CSV UTF-8\" and upload it again.");
        if (head is [0xFF, 0xFE, ..])
            return ("utf-16", 2);
        if (head is [0xFE, 0xFF, ..])
            return ("utf-16BE", 2);
        if (head.AsSpan().Contains((byte)0))
            return (Utf16WithoutMark(head), 0);
        RefuseControlBytes(head);
        return (Utf8Or1252(file, cancel), 0);
    }

    /// <summary>Length of the byte order mark that fits a chosen encoding.</summary>
    public static int MarkLength(Stream file, Encoding encoding)
    {
        var mark = encoding.CodePage switch { 65001 => [0xEF, 0xBB, 0xBF], 1200 => [0xFF, 0xFE], 1201 => [0xFE, 0xFF], _ => Array.Empty<byte>() };
        var start = new byte[mark.Length];
        file.Position = 0;
        file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start.AsSpan().SequenceEqual(mark) ? mark.Length : 0;
    }

    /// <summary>The encoding with <see cref="Unreadable"/> for bytes that fit no character.</summary>
    /// <exception cref="UnusableFile">There is no encoding of that name.</exception>
    public static Encoding Named(string name)
    {
        var replace = new DecoderReplacementFallback(Unreadable.ToString());
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ReplacementFallback, replace)
                ?? Encoding.GetEncoding(name, EncoderFallback.ReplacementFallback, replace);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            throw new UnusableFile($"\"{name}\" is no encoding we know. Choose utf-8, utf-16 or windows-1252.", problem);
        }
    }

    /// <summary>Characters that show undecodable bytes in that encoding.</summary>
    public static SearchValues<char> RefusedIn(Encoding encoding) => encoding.CodePage == 1252 ? _refusedIn1252 : _refused;

    private static string Utf16WithoutMark(byte[] head)
    {
        var even = 0;
        var odd = 0;
        for (var i = 0; i < head.Length; i++)
        {
            if (head[i] == 0)
                _ = i % 2 == 0 ? even++ : odd++;
        }
        var enough = head.Length / 10;
        if (odd > enough && even * 20 < odd)
            return "utf-16";
        if (even > enough && odd * 20 < even)
            return "utf-16BE";
        throw new UnusableFile("The file is not text: it holds zero bytes. Upload a CSV, TSV or XLSX file.");
    }

    private static void RefuseControlBytes(ReadOnlySpan<byte> head)
    {
        var odd = 0;
        foreach (var value in head)
        {
            if (value < 32 && value is not ((byte)'\t' or (byte)'\r' or (byte)'\n' or 0x0B or 0x0C or 0x1B or 0x1A))
                odd++;
        }
        if (odd * 50 > head.Length)
            throw new UnusableFile("The file is not text. Upload a CSV, TSV or XLSX file.");
    }

    private static string Utf8Or1252(Stream file, CancellationToken cancel)
    {
        var block = new byte[1 << 18];
        var kept = 0;
        long good = 0;
        long bad = 0;
        file.Position = 0;
        int read;
        while ((read = file.Read(block, kept, block.Length - kept)) > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var bytes = block.AsSpan(0, kept + read);
            kept = 0;
            if (Ascii.IsValid(bytes))
                continue;
            if (Utf8.IsValid(bytes))
            {
                good += CountLeadBytes(bytes);
                continue;
            }
            while (!bytes.IsEmpty)
            {
                var status = Rune.DecodeFromUtf8(bytes, out _, out var used);
                if (status == OperationStatus.NeedMoreData)
                {
                    bytes.CopyTo(block);
                    kept = bytes.Length;
                    break;
                }
                if (status != OperationStatus.Done)
                    bad++;
                else if (used > 1)
                    good++;
                bytes = bytes[used..];
            }
        }
        bad += kept > 0 ? 1 : 0;
        return bad == 0 || good > 2 * bad ? Utf8Name : Windows1252Name;
    }

    private static long CountLeadBytes(ReadOnlySpan<byte> bytes)
    {
        long count = 0;
        foreach (var value in bytes)
            count += value >= 0xC0 ? 1 : 0;
        return count;
    }
}
