using System.Buffers.Binary;
using System.IO.Compression;
using System.Xml;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>The package of an XLSX file: its sheets and parts, opened only within bounds.</summary>
/// <remarks>
/// Bounds: no ZIP64, a directory of at most 4 MB and 2,000 entries, no entry with a path that leaves the package, no entry over 1 MB that
/// expands more than 100:1, at most 2 GB for a part that is read (256 MB for shared texts), checked as declared and as read. Parts are
/// found through the package's own relations; external ones are never followed.
/// </remarks>
internal sealed class Workbook : IDisposable
{
    public const long MaxSharedTexts = 256L << 20;
    private const long MaxPart = 2L << 30;
    private const long MaxTotal = 4L << 30;
    public const long MaxSmallPart = 16L << 20;
    private const int MaxRatio = 100;
    private const int MaxEntries = 2_000;
    private const int MaxDirectory = 4 << 20;

    private readonly ZipArchive _package;
    private readonly Dictionary<string, ZipArchiveEntry> _parts = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="UnusableFile">No workbook, or one that is not safe to open.</exception>
    public Workbook(Stream file)
    {
        CheckDirectory(file);
        try
        {
            _package = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: false);
            long total = 0;
            foreach (var entry in _package.Entries)
            {
                total += entry.Length;
                Check(entry, total);
                _parts[entry.FullName] = entry;
            }
        }
        catch (InvalidDataException problem)
        {
            throw Damaged(problem);
        }
        if (!_parts.ContainsKey("xl/workbook.xml"))
        {
            throw new UnusableFile(_parts.ContainsKey("xl/workbook.bin")
                ? "The workbook is of the binary kind (.xlsb). Save it as .xlsx or as CSV UTF-8."
                : "This is a compressed file (ZIP), not a table. Unpack it and upload the CSV or XLSX file inside.");
        }
        ReadSheets();
    }

    public List<(string Name, string Path)> Sheets { get; } = [];

    /// <summary>Days are counted from 1904 instead of 1900.</summary>
    public bool Since1904 { get; private set; }

    /// <summary>Path of a part by the end of its relation's type (<c>sharedStrings</c>).</summary>
    public Dictionary<string, string> RelatedParts { get; } = [];

    public (string Name, string Path) Find(string? name)
    {
        if (name is null)
            return Sheets[0];
        var at = Sheets.FindIndex(sheet => sheet.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return at >= 0
            ? Sheets[at]
            : throw new UnusableFile($"The workbook has no sheet \"{name}\". It has: {string.Join(", ", Sheets.Select(sheet => sheet.Name))}.");
    }

    public XmlReader Read(string path, long maxBytes = MaxPart)
    {
        if (!_parts.TryGetValue(path, out var entry))
            throw Damaged();
        if (entry.Length > maxBytes)
            throw Bomb();
        var allowed = Math.Min(Math.Min(maxBytes, entry.Length), (entry.CompressedLength * MaxRatio) + (1 << 20));
        return GuardedXml.Reader(entry.Open(), allowed);
    }

    public static UnusableFile Bomb() =>
        new("The workbook expands to far more than its size allows and was not opened. Save the leads as CSV UTF-8 and upload that.");

    public static UnusableFile Damaged(Exception? inner = null) =>
        new("The workbook is damaged or not made by a spreadsheet program. Open it in Excel or LibreOffice, save it again as .xlsx, or save it as CSV UTF-8.", inner);

    public void Dispose() => _package.Dispose();

    private static void Check(ZipArchiveEntry entry, long total)
    {
        if (total > MaxTotal || (entry.Length > 1 << 20 && entry.Length / MaxRatio > entry.CompressedLength))
            throw Bomb();
        var path = entry.FullName;
        if (path.StartsWith('/') || path.Contains('\\', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal)
            || path.Split('/').Contains(".."))
            throw Damaged();
    }

    /// <summary>Bounds the ZIP directory before anything reads it into memory.</summary>
    private static void CheckDirectory(Stream file)
    {
        const int record = 22;
        var length = (int)Math.Min(file.Length, record + ushort.MaxValue);
        var tail = new byte[length];
        file.Position = file.Length - length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (at < 0 || at + record > length)
            throw Damaged();
        var end = tail.AsSpan(at);
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        var start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        var directory = file.Length - length + at - start;
        if (entries > MaxEntries || directory is < 0 or > MaxDirectory)
            throw Bomb();
    }

    private void ReadSheets()
    {
        var targets = ReadRelations();
        try
        {
            using var xml = Read("xl/workbook.xml", MaxSmallPart);
            while (GuardedXml.Next(xml))
            {
                if (xml.NodeType != XmlNodeType.Element)
                    continue;
                if (xml.LocalName == "workbookPr")
                    Since1904 = xml.GetAttribute("date1904") is "1" or "true";
                if (xml.LocalName == "sheet" && RelationId(xml) is { } id && targets.TryGetValue(id, out var path) && _parts.ContainsKey(path))
                    Sheets.Add((xml.GetAttribute("name") ?? path, path));
            }
        }
        catch (Exception problem) when (problem is XmlException or InvalidDataException)
        {
            throw Damaged(problem);
        }
        if (Sheets.Count == 0)
            throw new UnusableFile("The workbook has no sheet that can be read. Save the leads' sheet as .xlsx or CSV UTF-8.");
    }

    private Dictionary<string, string> ReadRelations()
    {
        var targets = new Dictionary<string, string>();
        try
        {
            using var xml = Read("xl/_rels/workbook.xml.rels", MaxSmallPart);
            while (GuardedXml.Next(xml))
            {
                if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "Relationship" || xml.GetAttribute("TargetMode") == "External")
                    continue;
                if (xml.GetAttribute("Id") is not { } id || xml.GetAttribute("Target") is not { } target || xml.GetAttribute("Type") is not { } type)
                    continue;
                var path = target.StartsWith('/') ? target[1..] : "xl/" + target;
                var kind = type[(type.LastIndexOf('/') + 1)..];
                if (kind == "worksheet")
                    targets[id] = path;
                else if (_parts.ContainsKey(path))
                    RelatedParts[kind] = path;
            }
        }
        catch (Exception problem) when (problem is XmlException or InvalidDataException)
        {
            throw Damaged(problem);
        }
        return targets;
    }

    private static string? RelationId(XmlReader sheet)
    {
        while (sheet.MoveToNextAttribute())
        {
            if (sheet.LocalName == "id" && sheet.Prefix.Length > 0)
            {
                var id = sheet.Value;
                sheet.MoveToElement();
                return id;
            }
        }
        sheet.MoveToElement();
        return null;
    }
}
