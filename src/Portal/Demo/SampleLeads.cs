using System.Globalization;
using System.Text;
using LeadGen.Pipeline.Ingestion;

namespace LeadGen.Portal.Demo;

/// <summary>The leads that the program brings along, as a file to import. Their dates are moved so that the last day is yesterday.</summary>
public static class SampleLeads
{
    /// <summary>Name of the file in the list of imports, where a member takes the sample.</summary>
    public const string FileName = "sample-leads.csv";

    /// <summary>Who imports it; no upload of a person's has this.</summary>
    public const string Actor = "sample";

    /// <summary>What every lead of the sample is tagged with.</summary>
    public const string Tag = "sample";

    private const string TagColumn = "Tags";

    private static readonly DateOnly LastDay = new(2026, 11, 20);
    private static readonly string[] DateColumns = ["Created", "Outcome Date"];

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Samples");

    /// <param name="now">UTC.</param>
    /// <param name="tag">Added to the tags of every lead.</param>
    public static Stream Open(DateTime now, string? tag = null)
    {
        using var table = TableFile.Open(
            File.OpenRead(Path.Combine(Folder, "demo-leads.csv")), "demo-leads.csv", new ImportSettings(), CancellationToken.None);
        var days = DateOnly.FromDateTime(now).AddDays(-1).DayNumber - LastDay.DayNumber;
        var shifted = new StringBuilder();
        using var text = new StringWriter(shifted, CultureInfo.InvariantCulture);
        var writer = new TableWriter(text);
        writer.Write([.. table.Columns.Select(c => new TableCell(c))]);
        foreach (var row in table.Rows(CancellationToken.None))
        {
            writer.Write([.. row.Values.Select((value, i) => new TableCell(Cell(table.Columns[i], value, days, tag)))]);
        }

        return new MemoryStream(Encoding.UTF8.GetBytes(shifted.ToString()));
    }

    private static string Cell(string column, string value, int days, string? tag) =>
        DateColumns.Contains(column) ? Shift(value, days)
        : column == TagColumn && tag is not null ? (value.Length == 0 ? tag : $"{value};{tag}")
        : value;

    private static string Shift(string date, int days) =>
        DateTime.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day.AddDays(days).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : date;
}
