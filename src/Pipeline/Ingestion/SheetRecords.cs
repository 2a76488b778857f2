using System.Globalization;
using System.Text;
using System.Xml;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>The rows of one sheet, streamed. Numbers, dates and truth values become invariant text; error values (<c>#N/A</c>) are empty.</summary>
/// <remarks>Rows without any text are skipped: spreadsheet programs keep formatted but empty rows in thousands.</remarks>
internal sealed class SheetRecords : RecordSource
{
    private const int MaxRow = 1 << 20;

    private readonly Workbook _workbook;
    private readonly SharedTexts _texts = new();
    private readonly NumberFormats _formats;
    private readonly XmlReader _xml;
    private readonly List<string> _values = [];
    private readonly StringBuilder _text = new();
    private (int Field, string Reason)? _fault;
    private bool _failed;

    public SheetRecords(Workbook workbook, (string Name, string Path) sheet, CancellationToken cancel)
    {
        _workbook = workbook;
        _formats = new NumberFormats(workbook.Since1904);
        try
        {
            if (workbook.RelatedParts.TryGetValue("styles", out var styles))
            {
                using var xml = workbook.Read(styles, Workbook.MaxSmallPart);
                _formats.Load(xml);
            }
            if (workbook.RelatedParts.TryGetValue("sharedStrings", out var texts))
            {
                using var xml = workbook.Read(texts, Workbook.MaxSharedTexts);
                _texts.Load(xml, cancel);
            }
            _xml = workbook.Read(sheet.Path);
        }
        catch (Exception problem) when (problem is XmlException or InvalidDataException)
        {
            _texts.Dispose();
            throw Workbook.Damaged(problem);
        }
        catch
        {
            _texts.Dispose();
            throw;
        }
    }

    public override int Count => _values.Count;

    public override (int Field, string Reason)? Fault => _fault;

    public override string Value(int field) => _values[field];

    public override string Raw()
    {
        var raw = string.Join(",", _values.Select(TableWriter.Quoted));
        return raw.Length <= TableRow.MaxRaw ? raw : raw[..TableRow.MaxRaw];
    }

    public override bool Read(CancellationToken cancel)
    {
        if (_failed)
            return false;
        try
        {
            while (GuardedXml.Next(_xml))
            {
                if (_xml.NodeType != XmlNodeType.Element || _xml.LocalName != "row")
                    continue;
                cancel.ThrowIfCancellationRequested();
                ReadRow();
                if (_fault is not null || _values.Exists(value => value.Length > 0))
                    return true;
            }
            return false;
        }
        catch (Exception problem) when (problem is XmlException or InvalidDataException)
        {
            _failed = true;
            throw Workbook.Damaged(problem);
        }
    }

    public override void Dispose()
    {
        _xml.Dispose();
        _texts.Dispose();
        _workbook.Dispose();
    }

    private void ReadRow()
    {
        _values.Clear();
        _fault = null;
        if (_xml.IsEmptyElement)
            return;
        var depth = _xml.Depth;
        var length = 0;
        var column = -1;
        while (GuardedXml.Next(_xml) && _xml.Depth > depth)
        {
            if (_xml.NodeType != XmlNodeType.Element || _xml.LocalName != "c")
                continue;
            column = ColumnOf(_xml.GetAttribute("r")) ?? column + 1;
            var value = ReadCell();
            if (value.Length == 0)
                continue;
            if (column >= MaxColumns)
            {
                _fault ??= (-1, $"The row has a value beyond column {MaxColumns}. Clear it, or leave out columns that the leads do not need.");
                continue;
            }
            length += value.Length;
            if (value.Length > MaxField)
                _fault ??= (column, "The value is longer than 65,536 characters. Shorten it and send the row again.");
            else if (length > MaxRow)
                _fault ??= (-1, "The row is longer than 1,000,000 characters. Shorten it and send it again.");
            if (_fault is not null)
                value = value[..Math.Min(value.Length, 100)];
            while (_values.Count <= column)
                _values.Add("");
            _values[column] = value;
        }
    }

    private string ReadCell()
    {
        var type = _xml.GetAttribute("t");
        var style = _xml.GetAttribute("s");
        _text.Clear();
        if (_xml.IsEmptyElement)
            return "";
        var depth = _xml.Depth;
        while (GuardedXml.Next(_xml) && _xml.Depth > depth)
        {
            if (_xml.NodeType != XmlNodeType.Element)
                continue;
            if (_xml.LocalName == "v")
                RichText.ReadValue(_xml, _text);
            else if (_xml.LocalName == "is")
                RichText.Read(_xml, _text);
        }
        var value = _text.ToString();
        return type switch
        {
            "s" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? _texts[index] ?? "" : "",
            "b" => value == "1" ? "true" : "false",
            "e" => "",
            "inlineStr" => RichText.Unescaped(_text),
            "str" or "d" => value,
            _ => value.Length == 0 ? "" : _formats.Text(value, style),
        };
    }

    /// <summary>Index of the column that a cell's address names (<c>AB12</c> → 27), or null.</summary>
    private static int? ColumnOf(string? address)
    {
        var column = 0;
        foreach (var letter in address ?? "")
        {
            if (letter is < 'A' or > 'Z' || column > 100_000)
                break;
            column = (column * 26) + letter - 'A' + 1;
        }
        return column == 0 ? null : column - 1;
    }
}
