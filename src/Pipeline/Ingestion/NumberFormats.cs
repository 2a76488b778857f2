using System.Globalization;
using System.Xml;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>Which cell formats of a workbook show a number as a date, and numbers as invariant text.</summary>
internal sealed class NumberFormats(bool since1904)
{
    private readonly List<bool> _isDate = [];

    public void Load(XmlReader xml)
    {
        var custom = new Dictionary<int, bool>();
        var inCells = false;
        while (GuardedXml.Next(xml))
        {
            if (xml.LocalName == "cellXfs")
                inCells = xml.NodeType == XmlNodeType.Element && !xml.IsEmptyElement;
            if (xml.NodeType != XmlNodeType.Element)
                continue;
            if (xml.LocalName == "numFmt" && Id(xml) is { } id)
                custom[id] = ShowsDate(xml.GetAttribute("formatCode") ?? "");
            else if (xml.LocalName == "xf" && inCells)
                _isDate.Add(Id(xml) is { } used && (custom.TryGetValue(used, out var date) ? date : IsBuiltInDate(used)));
        }
    }

    /// <summary>A number as text: <c>1200</c>, <c>0.5</c>, <c>2025-03-04</c>, <c>2025-03-04T09:30:00</c>; what is no number as it stands.</summary>
    public string Text(string value, string? style)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return value;
        if (int.TryParse(style, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _isDate.Count && _isDate[index]
            && number is >= 0 and < 2_958_466)
            return DateText(number);
        return Math.Abs(number) < 1e15
            ? number.ToString("0.###############", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }

    private string DateText(double number)
    {
        var seconds = Math.Round((number - Math.Floor(number)) * 86_400);
        var days = Math.Floor(number);
        if (days == 0 && !since1904)
            return TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);

        // Excel counts a 29 February 1900 that never was: days before it stand one lower.
        var start = since1904 ? new DateTime(1904, 1, 1) : days < 60 ? new DateTime(1899, 12, 31) : new DateTime(1899, 12, 30);
        if (days > (DateTime.MaxValue - start).TotalDays - 1)
            return number.ToString("R", CultureInfo.InvariantCulture);
        var date = start.AddDays(days).AddSeconds(seconds);
        return date.ToString(seconds == 0 ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static int? Id(XmlReader xml) =>
        int.TryParse(xml.GetAttribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private static bool IsBuiltInDate(int id) => id is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58);

    /// <summary>A format shows a date when a letter of date or time stands outside quotes, brackets and escapes.</summary>
    private static bool ShowsDate(string format)
    {
        for (var i = 0; i < format.Length; i++)
        {
            switch (format[i])
            {
                case '"':
                    i = After(format, '"', i);
                    break;
                case '[':
                    i = After(format, ']', i);
                    break;
                case '\\' or '_' or '*':
                    i++;
                    break;
                case 'd' or 'D' or 'm' or 'M' or 'y' or 'Y' or 'h' or 'H' or 's' or 'S':
                    return true;
            }
        }
        return false;
    }

    private static int After(string format, char end, int from)
    {
        var at = format.IndexOf(end, from + 1);
        return at < 0 ? format.Length : at;
    }
}
