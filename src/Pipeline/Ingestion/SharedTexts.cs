using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>A workbook's table of texts, held as UTF-8 and, beyond 32 MB, in a temporary file that vanishes when closed.</summary>
internal sealed class SharedTexts : IDisposable
{
    private const int InMemory = 32 << 20;
    private const int MaxTexts = 8_000_000;

    private readonly List<long> _ends = [];
    private Stream _bytes = new MemoryStream();

    public int Count => _ends.Count;

    public void Load(XmlReader xml, CancellationToken cancel)
    {
        var text = new StringBuilder();
        while (GuardedXml.Next(xml))
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "si")
                continue;
            cancel.ThrowIfCancellationRequested();
            text.Clear();
            RichText.Read(xml, text);
            Add(RichText.Unescaped(text));
        }
        _bytes.Flush();
    }

    /// <summary>The text, or null when the table has no such.</summary>
    public string? this[int index]
    {
        get
        {
            if (index < 0 || index >= _ends.Count)
                return null;
            var start = index == 0 ? 0 : _ends[index - 1];
            var bytes = new byte[_ends[index] - start];
            if (_bytes is FileStream file)
                ReadAt(file, bytes, start);
            else
                ((MemoryStream)_bytes).GetBuffer().AsSpan((int)start, bytes.Length).CopyTo(bytes);
            return Encoding.UTF8.GetString(bytes);
        }
    }

    public void Dispose() => _bytes.Dispose();

    /// <summary>Past the stream's buffer: texts are asked for in any order.</summary>
    private static void ReadAt(FileStream file, Span<byte> bytes, long start)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file.SafeFileHandle, bytes, start);
            if (read == 0)
                throw new EndOfStreamException();
            bytes = bytes[read..];
            start += read;
        }
    }

    private void Add(string text)
    {
        if (_ends.Count == MaxTexts)
            throw Workbook.Bomb();
        _bytes.Write(Encoding.UTF8.GetBytes(text));
        _ends.Add(_bytes.Position);
        if (_bytes is MemoryStream memory && memory.Length > InMemory)
        {
            var file = new FileStream(
                Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    Options = FileOptions.DeleteOnClose | FileOptions.RandomAccess,
                });
            memory.WriteTo(file);
            memory.Dispose();
            _bytes = file;
        }
    }
}

/// <summary>The text of an <c>si</c> or <c>is</c> element: plain, or runs with formats; phonetic readings are left out.</summary>
internal static partial class RichText
{
    public static void Read(XmlReader xml, StringBuilder text)
    {
        if (xml.IsEmptyElement)
            return;
        var depth = xml.Depth;
        while (GuardedXml.Next(xml) && xml.Depth > depth)
        {
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            if (xml.LocalName == "rPh")
                Skip(xml);
            else if (xml.LocalName == "t")
                ReadValue(xml, text);
        }
    }

    /// <summary>The content of the element, cut behind the longest value that is allowed, so that the reader sees it is too long.</summary>
    public static void ReadValue(XmlReader xml, StringBuilder text)
    {
        if (xml.IsEmptyElement)
            return;
        var depth = xml.Depth;
        var part = new char[1024];
        while (GuardedXml.Next(xml) && xml.Depth > depth)
        {
            if (xml.NodeType is not (XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace))
                continue;
            int read;
            while ((read = xml.ReadValueChunk(part, 0, part.Length)) > 0)
            {
                if (text.Length <= RecordSource.MaxField)
                    text.Append(part, 0, read);
            }
        }
    }

    /// <summary>Characters that XML cannot hold stand as <c>_x000D_</c>.</summary>
    public static string Unescaped(StringBuilder text)
    {
        var escaped = text.ToString();
        return escaped.Contains("_x", StringComparison.Ordinal)
            ? Escape().Replace(escaped, found => ((char)ushort.Parse(found.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())
            : escaped;
    }

    [GeneratedRegex("_x([0-9A-Fa-f]{4})_")]
    private static partial Regex Escape();

    private static void Skip(XmlReader xml)
    {
        var depth = xml.Depth;
        if (xml.IsEmptyElement)
            return;
        while (GuardedXml.Next(xml) && xml.Depth > depth)
        {
        }
    }
}
