using System.Xml;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>
/// The expanded bytes of one part of a workbook, counted while they are read. What the package declares is checked before; this checks
/// what really comes out.
/// </summary>
/// <remarks>
/// Refuses <c>&lt;!</c> (document types, CDATA, comments: no spreadsheet program writes them, and the XML reader would keep them in
/// memory whole) and more than <see cref="MaxRun"/> bytes without a tag, which bounds the memory of attributes and texts.
/// </remarks>
internal sealed class GuardedXml(Stream part, long maxBytes) : Stream
{
    private const int MaxRun = 1 << 20;
    private const int MaxDepth = 64;
    private long _read;
    private int _run;
    private bool _afterTagStart;

    /// <summary>A reader that resolves nothing and takes UTF-8 only.</summary>
    public static XmlReader Reader(Stream part, long maxBytes)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CloseInput = true,
            NameTable = new BoundedNames(),
        };
        return XmlReader.Create(new StreamReader(new GuardedXml(part, maxBytes)), settings);
    }

    /// <summary>The next node; a workbook is never nested deeply, and every open element costs memory.</summary>
    public static bool Next(XmlReader xml) => xml.Read() && (xml.Depth < MaxDepth ? true : throw Workbook.Damaged());

    public override int Read(Span<byte> buffer)
    {
        var read = part.Read(buffer);
        _read += read;
        if (_read > maxBytes)
            throw Workbook.Bomb();
        Check(buffer[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    private void Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        if ((_afterTagStart && bytes[0] == '!') || bytes.IndexOf("<!"u8) >= 0)
            throw Workbook.Damaged();
        _afterTagStart = bytes[^1] == '<';
        var last = bytes.LastIndexOf((byte)'<');
        _run = last < 0 ? _run + bytes.Length : bytes.Length - last;
        if (_run > MaxRun)
            throw Workbook.Bomb();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            part.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
