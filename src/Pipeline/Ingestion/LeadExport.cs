using LeadGen.Pipeline.Leads;

namespace LeadGen.Pipeline.Ingestion;

/// <summary>A column of the export.</summary>
/// <param name="Name">As in the API; a file written with it maps back by itself.</param>
/// <param name="Value">The lead's value.</param>
public sealed record ExportColumn(string Name, Func<Lead, TableCell> Value);

/// <summary>All leads as a table: every field, what the pipeline understood, and the tenant's own fields.</summary>
public static class LeadExport
{
    /// <summary>Columns that are results, not fields; an import of the file leaves them out.</summary>
    public static IReadOnlyList<string> Analysis { get; } = ["id", "stage", "score", "probability", "grade", "icpMatch", "topIntent", "intentStrength", "language"];

    /// <param name="customNames">Names of custom fields to write, without prefix: the union over the leads, in the order wanted.</param>
    public static IReadOnlyList<ExportColumn> Columns(IEnumerable<string> customNames) =>
    [
        new("id", lead => lead.Id.ToString()),
        .. LeadFields.All.Select(Column),
        new("stage", lead => lead.Stage.ToString()),
        new("score", lead => TableCell.Number(lead.ScoreValue)),
        new("probability", lead => TableCell.Number(lead.Probability)),
        new("grade", lead => lead.Grade?.ToString()),
        new("icpMatch", lead => TableCell.Number(lead.FitValue)),
        new("topIntent", lead => lead.TopIntent?.ToString()),
        new("intentStrength", lead => TableCell.Number(lead.IntentValue)),
        new("language", lead => lead.Language),
        .. customNames.Select(name => LeadFields.Find(LeadFields.CustomPrefix + name)).OfType<LeadField>().Select(Column),
    ];

    public static void WriteHeader(TableWriter table, IReadOnlyList<ExportColumn> columns) =>
        table.Write([.. columns.Select(column => new TableCell(column.Name))]);

    public static void Write(TableWriter table, IReadOnlyList<ExportColumn> columns, Lead lead)
    {
        var cells = new TableCell[columns.Count];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = columns[i].Value(lead);
        table.Write(cells);
    }

    private static ExportColumn Column(LeadField field) =>
        new(field.Name, lead => new TableCell(field.Get(lead), field.Kind is FieldKind.HeadCount or FieldKind.Money));
}
