using System.IO.Compression;
using System.Text;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Pipeline.Tests.Ingestion;

/// <summary>Small files made in memory, and what is read from them.</summary>
internal static class Tables
{
    public static TableReader Open(byte[] bytes, ImportSettings? settings = null, string name = "leads.csv") =>
        TableFile.Open(new MemoryStream(bytes), name, settings ?? new ImportSettings(), CancellationToken.None);

    public static TableReader Open(string text, ImportSettings? settings = null) => Open(Encoding.UTF8.GetBytes(text), settings);

    public static List<TableRow> Rows(string text, ImportSettings? settings = null) => Rows(Encoding.UTF8.GetBytes(text), settings);

    public static List<TableRow> Rows(byte[] bytes, ImportSettings? settings = null)
    {
        using var reader = Open(bytes, settings);
        return [.. reader.Rows(CancellationToken.None)];
    }

    public static string Why(byte[] bytes, ImportSettings? settings = null)
    {
        try
        {
            Rows(bytes, settings);
        }
        catch (UnusableFile problem)
        {
            return problem.Message;
        }
        return "";
    }

    /// <summary>A workbook of one sheet; <paramref name="parts"/> replace or add parts.</summary>
    public static byte[] Workbook(string sheetData, string sharedStrings = "", string styles = "", params (string Path, string Xml)[] parts)
    {
        const string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const string package = "http://schemas.openxmlformats.org/package/2006/relationships";
        var all = new Dictionary<string, string>
        {
            ["[Content_Types].xml"] = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
            ["xl/workbook.xml"] =
                $"<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"Leads\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
            ["xl/_rels/workbook.xml.rels"] =
                $"<Relationships xmlns=\"{package}\">"
                + $"<Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                + $"<Relationship Id=\"rId2\" Type=\"{relations}/sharedStrings\" Target=\"sharedStrings.xml\"/>"
                + $"<Relationship Id=\"rId3\" Type=\"{relations}/styles\" Target=\"styles.xml\"/></Relationships>",
            ["xl/worksheets/sheet1.xml"] = $"<worksheet xmlns=\"{main}\"><sheetData>{sheetData}</sheetData></worksheet>",
            ["xl/sharedStrings.xml"] = $"<sst xmlns=\"{main}\">{sharedStrings}</sst>",
            ["xl/styles.xml"] = $"<styleSheet xmlns=\"{main}\">{styles}</styleSheet>",
        };
        foreach (var (path, xml) in parts)
            all[path] = xml;
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, xml) in all)
            {
                using var part = zip.CreateEntry(path, CompressionLevel.Optimal).Open();
                part.Write(Encoding.UTF8.GetBytes(xml));
            }
        }
        return bytes.ToArray();
    }
}
